import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedules } from '../support/commands.ts';
import type { Command } from '../support/commands.ts';
import { Drive, flush } from '../support/drive.ts';
import type { Run } from '../support/drive.ts';
import { runs } from '../support/random.ts';
import { setups } from '../support/setups.ts';
import { sightOf } from '../support/sight.ts';
import type { Sight } from '../support/sight.ts';

/** Leases and bulkheads look at operations that still run, whatever they prove. */
const indifferent = setups.map((setup) =>
  ({ ...setup, halfOpenLeaseMs: Number.POSITIVE_INFINITY, maxConcurrent: null }));

/** Two breakers with the same schedule, in one of which outcomes that must decide nothing never come. */
class Twins {
  readonly full: Drive;
  readonly spared: Drive;
  /** Outcomes that one of them was spared. */
  late = 0;
  readonly #spellOf = new Map<Run, number>();
  #spell = 0;

  constructor(full: Drive, spared: Drive) {
    this.full = full;
    this.spared = spared;
    const next = (): void => {
      this.#spell += 1;
    };
    full.breaker.on('stateChange', next);
    full.breaker.on('reset', next);
  }

  async apply(command: Command): Promise<void> {
    if (command.do === 'settle' || command.do === 'abort') await this.#end(command);
    else {
      const admitted = this.full.runs.length;
      await this.full.apply(command);
      await this.spared.apply(command);
      // What is admitted under an override is bound to nothing.
      for (const run of this.full.runs.slice(admitted)) this.#spellOf.set(run,
        this.full.breaker.override === null ? this.#spell : -1);
    }
  }

  async #end(command: Extract<Command, { do: 'settle' | 'abort' }>): Promise<void> {
    const run = this.full.running[command.which % this.full.running.length];
    if (run === undefined) return;
    const isLate = this.#spellOf.get(run) !== this.#spell;
    if (isLate) this.late += 1;
    const twin = this.spared.runs[this.full.runs.indexOf(run)];
    for (const each of isLate ? [run] : [run, twin]) {
      if (command.do === 'settle') each?.end(command.ending);
      else each?.abort?.(new Error('gone'));
    }
    await flush();
  }
}

/** Everything but the totals. */
function machine(drive: Drive): Omit<Sight, 'totals'> {
  const { totals: _, ...rest } = sightOf(drive.breaker);
  // The wait for a slot is estimated from the latencies in the totals.
  const isFull = rest.state === 'half_open' && !rest.canExecute;
  return isFull ? { ...rest, retryAfterMs: 'soon' } : rest;
}

describe('stale outcomes', { timeout: 30_000 }, () => {
  it('decide nothing: state, window, run of failures and deadlines are the same without them', async () => {
    let late = 0;
    await fc.assert(
      fc.asyncProperty(indifferent, schedules(60), async (setup, commands) => {
        const twins = new Twins(new Drive(setup), new Drive(setup));

        for (const command of commands) {
          await twins.apply(command);

          expect(machine(twins.full)).toEqual(machine(twins.spared));
        }

        expect(twins.full.breaker.snapshot()).toEqual(twins.spared.breaker.snapshot());
        late += twins.late;
      }),
      { numRuns: runs(200) },
    );

    expect(late).toBeGreaterThan(0);
  });

  it('are in the totals all the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        indifferent,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('success' as const, 'failure' as const, 'ignored' as const),
        async (setup, calls, ending) => {
          const drive = new Drive({ ...setup, timeoutMs: null });
          for (let call = 0; call < calls; call += 1) await drive.apply({ do: 'call', ending: null, atOnce: false });
          drive.breaker.trip();
          const before = machine(drive);

          for (let call = 0; call < calls; call += 1) await drive.apply({ do: 'settle', which: 0, ending });

          const { successfulCalls, failedCalls, ignoredCalls, inFlight } = drive.breaker.getMetrics();
          expect({ successfulCalls, failedCalls, ignoredCalls, inFlight }).toEqual({
            successfulCalls: ending === 'success' ? calls : 0,
            failedCalls: ending === 'failure' ? calls : 0,
            ignoredCalls: ending === 'ignored' ? calls : 0,
            inFlight: 0,
          });
          expect(machine(drive)).toEqual(before);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
