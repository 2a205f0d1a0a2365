import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedules } from '../support/commands.ts';
import type { Command } from '../support/commands.ts';
import { Drive } from '../support/drive.ts';
import type { Run } from '../support/drive.ts';
import { runs } from '../support/random.ts';
import { setups } from '../support/setups.ts';

/** Knows from outside which runs are probes of the present spell. */
class ProbeWatch {
  readonly drive: Drive;
  readonly #spellOf = new Map<Run, number>();
  #spell = 0;

  constructor(drive: Drive) {
    this.drive = drive;
    const next = (): void => {
      this.#spell += 1;
    };
    drive.breaker.on('stateChange', next);
    drive.breaker.on('reset', next);
  }

  async apply(command: Command): Promise<void> {
    const before = this.drive.runs.length;
    await this.drive.apply(command);
    if (this.drive.breaker.state !== 'half_open') return;
    for (const run of this.drive.runs.slice(before)) this.#spellOf.set(run, this.#spell);
  }

  /** Probes of the present spell that neither they nor their callers have ended. */
  get running(): Run[] {
    return this.drive.running.filter((run) => this.#spellOf.get(run) === this.#spell && run.answer === null);
  }
}

/** Nothing but its own end, its timeout and its caller ends a probe. */
const withoutLeases = setups.map((setup) =>
  ({ ...setup, halfOpenLeaseMs: Number.POSITIVE_INFINITY, maxConcurrent: null }));

describe('permits', { timeout: 30_000 }, () => {
  it('of probes are never more than halfOpenMaxCalls at once', async () => {
    await fc.assert(
      fc.asyncProperty(withoutLeases, schedules(60), async (setup, commands) => {
        const watch = new ProbeWatch(new Drive(setup));

        for (const command of commands.filter((each) => !('ending' in each && each.ending === 'ignored'))) {
          await watch.apply(command);

          expect(watch.running.length).toBeLessThanOrEqual(setup.halfOpenMaxCalls);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('of probes come back: half-open admits exactly halfOpenMaxCalls when no operation runs', async () => {
    await fc.assert(
      fc.asyncProperty(setups, schedules(60), async (setup, commands) => {
        const drive = new Drive(setup);
        for (const command of commands) await drive.apply(command);

        drive.breaker.release();
        while (drive.running.length > 0) await drive.apply({ do: 'settle', which: 0, ending: 'ignored' });
        // Neutral probes have raised the number of slots, until the circuit opens again.
        if (drive.breaker.state === 'half_open') drive.breaker.trip();
        if (drive.breaker.state === 'open') drive.clock.advance(drive.waitOf(0));
        const { state, retryAfterMs } = drive.breaker;
        const admitted = Array.from({ length: 6 }, () => drive.breaker.tryAcquire())
          .filter((permit) => permit !== null);

        const bulkhead = setup.maxConcurrent ?? 6;
        const expected = state === 'closed' ? 6 : setup.halfOpenMaxCalls;
        expect({ admitted: admitted.length, retryAfterMs })
          .toEqual({ admitted: retryAfterMs === 0 ? Math.min(expected, bulkhead) : 0, retryAfterMs });
        expect(retryAfterMs === 0 || retryAfterMs === Number.POSITIVE_INFINITY).toBe(true);
        expect(drive.breaker.getMetrics().abandoned).toBe(0);
      }),
      { numRuns: runs(200) },
    );
  });

  it('never let more than maxConcurrent operations run, abandoned ones included', async () => {
    const limited = setups.map((setup) => ({ ...setup, maxConcurrent: setup.maxConcurrent ?? 3 }));
    await fc.assert(
      fc.asyncProperty(limited, schedules(60), async (setup, commands) => {
        const drive = new Drive(setup);

        for (const command of commands) {
          await drive.apply(command);

          const { inFlight, abandoned } = drive.breaker.getMetrics();
          expect(drive.running.length).toBeLessThanOrEqual(setup.maxConcurrent);
          expect(inFlight + abandoned).toBe(drive.running.length);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('of abandoned operations end after maxAbandonedMs, one with each slotFreed', async () => {
    const maxAbandonedMs = 25;
    const limited = setups.map((setup) => ({ ...setup, maxConcurrent: setup.maxConcurrent ?? 3 }));
    await fc.assert(
      fc.asyncProperty(limited, schedules(60), async (setup, commands) => {
        const drive = new Drive(setup, { config: { maxAbandonedMs } });
        let freed = 0;
        drive.breaker.on('slotFreed', () => void (freed += 1));

        for (const command of commands) {
          await drive.apply(command);

          const { inFlight, abandoned } = drive.breaker.getMetrics();
          expect(inFlight + abandoned).toBeLessThanOrEqual(setup.maxConcurrent);
          expect(drive.running.length).toBeLessThanOrEqual(inFlight + abandoned + freed);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('of abandoned operations come back maxAbandonedMs after their timeouts, to the millisecond', async () => {
    const slots = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        setups,
        slots,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(-1, 0, 1),
        async (setup, timeouts, maxAbandonedMs, off) => {
          const drive = new Drive({ ...setup, maxConcurrent: timeouts.length }, { config: { maxAbandonedMs } });
          drive.breaker.forceClose();
          for (const timeoutMs of timeouts) await drive.apply({ do: 'call with options', ending: null, timeoutMs });
          const firstBackAt = Math.min(...timeouts) + maxAbandonedMs;

          await drive.clock.advanceAsync(firstBackAt + off);

          expect(drive.breaker.canExecute()).toBe(off >= 0);
          expect(drive.breaker.tryAcquire() !== null).toBe(off >= 0);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
