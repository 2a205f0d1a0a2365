import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnifiedCircuitMetrics } from '../../src/index.ts';
import { schedules } from '../support/commands.ts';
import type { Command } from '../support/commands.ts';
import { Drive } from '../support/drive.ts';
import { runs } from '../support/random.ts';
import { setups } from '../support/setups.ts';
import type { Ending, Setup } from '../support/setups.ts';

/** Slow and fast calls are two classes, so none is slow. */
const alike = setups.map((setup) => ({ ...setup, slowCallThresholdMs: Number.MAX_VALUE }));

const endings = fc.constantFrom<Ending>('success', 'failure', 'ignored', { pauseMs: 20 });

/** The end of a schedule after which everything that runs ends at one moment, in the order of the picks. */
async function ended(
  setup: Setup,
  commands: readonly Command[],
  ending: Ending,
  picks: readonly number[],
): Promise<Drive> {
  const drive = new Drive(setup);
  for (const command of commands) await drive.apply(command);
  for (let at = 0; drive.running.length > 0; at += 1) await drive.apply({ do: 'settle', which: picks[at] ?? 0,
    ending });
  return drive;
}

/** Some successes read no clock, so the time of the last one depends on which it is. */
function figures({ breaker }: Drive): UnifiedCircuitMetrics {
  return { ...breaker.getMetrics(), lastSuccessTime: null };
}

describe('the order of settlements at one moment', { timeout: 30_000 }, () => {
  it('changes nothing where all are of one class', async () => {
    await fc.assert(
      fc.asyncProperty(
        alike,
        schedules(40),
        endings,
        fc.array(fc.nat(9), { maxLength: 10 }),
        async (setup, commands, ending, picks) => {
          const inTurn = await ended(setup, commands, ending, []);
          const anyhow = await ended(setup, commands, ending, picks);

          expect(figures(anyhow)).toEqual(figures(inTurn));
          expect({ ...anyhow.breaker.getStatus(), metrics: null }).toEqual({
            ...inTurn.breaker.getStatus(),
            metrics: null,
          });
          expect(anyhow.breaker.snapshot()).toEqual(inTurn.breaker.snapshot());
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it.each([
    ['success', { totalCalls: 12, successfulCalls: 12, failedCalls: 0, windowCount: 12 }],
    ['failure', { totalCalls: 12, successfulCalls: 0, failedCalls: 12, windowCount: 12 }],
    ['ignored', { totalCalls: 12, successfulCalls: 0, failedCalls: 0, windowCount: 0 }],
  ] as const)('counts each of twelve concurrent calls that end in %s once', async (ending, counts) => {
    await fc.assert(
      fc.asyncProperty(setups, fc.array(fc.nat(11), { maxLength: 12 }), async (setup, picks) => {
        const tolerant = { ...setup, maxConcurrent: null, failureThreshold: 13, errorRateThreshold: null,
          slowCallRateThreshold: null, window: { size: 20 } };
        const calls = Array.from({ length: 12 }, (): Command => ({ do: 'call', ending: null, atOnce: false }));

        const { breaker } = await ended(tolerant, calls, ending, picks);

        expect(breaker.getMetrics()).toMatchObject({ ...counts, inFlight: 0, staleOutcomes: 0 });
      }),
      { numRuns: runs(200) },
    );
  });
});
