import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { schedules } from '../support/commands.ts';
import type { Command } from '../support/commands.ts';
import { Drive } from '../support/drive.ts';
import { listenToAll } from '../support/hostile.ts';
import { runs } from '../support/random.ts';
import { setups } from '../support/setups.ts';
import type { Setup } from '../support/setups.ts';

/** Leads to half_open from wherever a circuit may be, with a probe that hangs. */
const PROBING: readonly Command[] = [
  { do: 'force', to: null },
  { do: 'reset' },
  { do: 'trip', forMs: 1 },
  { do: 'advance', ms: 1 },
  { do: 'call with options', ending: null, timeoutMs: null },
];

/** A breaker with listeners and a health check that was disposed of after a schedule. */
async function disposedAfter(commands: readonly Command[], setup: Setup): Promise<{ drive: Drive; events: number }> {
  const seen = { drive: new Drive(setup, { config: { healthCheck: { check: () => false, intervalMs: 100 } } }),
    events: 0 };
  for (const command of commands) await seen.drive.apply(command);
  listenToAll(seen.drive.breaker, () => void (seen.events += 1));
  seen.drive.breaker.dispose();
  return seen;
}

/** Short waits, because the check runs every 100 ms in each of them. */
const brief = setups.map((setup) => ({ ...setup, maxBackoffMs: Math.min(setup.maxBackoffMs, 100) }));

/** What moves when the machine moves. */
function machine({ breaker }: Drive): unknown {
  const { state, override } = breaker;
  const { openings, consecutiveFailures, healthShortened } = breaker.snapshot();
  const { stateChanges, circuitOpenedCount } = breaker.getMetrics();
  const windowCount = UnifiedCircuitBreaker.circuitOf(breaker).recorder.window.calls;
  return { state, override, openings, consecutiveFailures, healthShortened, stateChanges, circuitOpenedCount,
    windowCount };
}

describe('a disposed breaker', { timeout: 30_000 }, () => {
  it('moves no more, tells nothing, and admits nothing', async () => {
    // A time window forgets by itself.
    const counting = brief.map((setup) => ({ ...setup, window: { size: 6 } }));
    await fc.assert(
      fc.asyncProperty(counting, schedules(30), fc.boolean(), schedules(30), async (setup, before, probing, after) => {
        const disposed = await disposedAfter(probing ? [...before, ...PROBING] : before, setup);
        const { drive } = disposed;
        const still = machine(drive);
        const admitted = drive.runs.length;

        for (const command of after) {
          await drive.apply(command);

          expect(machine(drive)).toEqual(still);
          expect(drive.breaker.canExecute()).toBe(false);
        }
        expect(disposed.events).toBe(0);
        expect(drive.runs.slice(admitted).filter(({ answer, kind }) =>
          answer !== (kind === 'call' ? 'disposed' : 'rejected'))).toEqual([]);
      }),
      { numRuns: runs(200) },
    );
  });

  it('lets the running calls finish as they would, balances its totals, and leaves no timer', async () => {
    const endings = fc.array(fc.constantFrom('success' as const, 'failure' as const, 'ignored' as const),
      { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(brief, schedules(40), endings, fc.boolean(), async (setup, commands, ends, lateFirst) => {
        const { drive } = await disposedAfter(commands, setup);
        const waiting = drive.running.filter(({ answer }) => answer === null);

        if (lateFirst) await drive.clock.advanceAsync(30);
        const timedOut = new Set(drive.runs.filter(({ answer }) => answer === 'timeout'));
        for (let at = 0; drive.running.length > 0; at += 1) await drive.apply({ do: 'settle', which: 0,
          ending: ends[at] ?? 'success' });

        const told = waiting.filter(({ kind }) => kind === 'call')
          .map((run) => [run.answer, timedOut.has(run) ? 'timeout' : run.ended === 'success' ? 'value' : 'error']);
        expect(told.filter(([answer, due]) => answer !== due)).toEqual([]);
        expect(drive.breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0 });
        expect(drive.clock.timers).toBe(0);
      }),
      { numRuns: runs(200) },
    );
  });
});
