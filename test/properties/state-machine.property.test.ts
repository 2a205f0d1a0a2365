import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutes, schedules } from '../support/commands.ts';
import { Drive } from '../support/drive.ts';
import { Lockstep } from '../support/lockstep.ts';
import { runs } from '../support/random.ts';
import { setups } from '../support/setups.ts';
import { sightOf } from '../support/sight.ts';

/** Probes and calls end by themselves, or by their timeout or lease. Abandoned operations may never end. */
const isSoon = (ms: unknown): boolean => ms === Number.POSITIVE_INFINITY || (Number.isInteger(ms) && Number(ms) >= 1);

describe('the state machine', { timeout: 600_000 }, () => {
  it('does what the model of the design page does, step by step', async () => {
    await fc.assert(
      fc.asyncProperty(setups, schedules(60, minutes), async (setup, commands) => {
        const { drive, model, calls, apply } = new Lockstep(setup);

        for (const command of commands) {
          await apply(command);

          const seen = sightOf(drive.breaker);
          const expected = model.sight();
          const isEstimate = expected.retryAfterMs === 'soon' && isSoon(seen.retryAfterMs);
          expect(isEstimate ? { ...seen, retryAfterMs: 'soon' } : seen).toEqual(expected);
          expect(drive.runs.map(({ answer }) => answer)).toEqual(calls.map(({ answer }) => answer));
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it('comes to the same end whether it is read after every step or never', async () => {
    // A step back of the clock that is never read is no step back.
    const steps = schedules(60, minutes)
      .map((commands) => commands.filter((command) => command.do !== 'step back' && command.do !== 'wait until ready'));
    await fc.assert(
      fc.asyncProperty(setups, steps, async (setup, commands) => {
        const unread = new Drive(setup);
        const read = new Drive(setup);

        for (const command of commands) {
          await unread.apply(command);
          await read.apply(command);
          await read.apply({ do: 'read' });
          sightOf(read.breaker);
        }

        expect(read.breaker.getStatus()).toEqual(unread.breaker.getStatus());
        expect(read.breaker.snapshot()).toEqual(unread.breaker.snapshot());
        expect(read.breaker.explain()).toBe(unread.breaker.explain());
        expect(read.runs.map(({ answer }) => answer)).toEqual(unread.runs.map(({ answer }) => answer));
      }),
      { numRuns: runs(200) },
    );
  });
});
