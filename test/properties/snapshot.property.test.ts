import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCircuitBreakerConfigError, UnifiedCircuitBreaker } from '../../src/index.ts';
import type { CircuitSnapshot } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { schedules } from '../support/commands.ts';
import type { Command } from '../support/commands.ts';
import { Drive } from '../support/drive.ts';
import { runs } from '../support/random.ts';
import { configOf, setups } from '../support/setups.ts';
import type { Setup } from '../support/setups.ts';
import { sightOf } from '../support/sight.ts';
import type { Sight } from '../support/sight.ts';

const WALL = 1_700_000_000_000;

/** A breaker after a schedule, with every operation ended. */
async function quietAfter(commands: readonly Command[], setup: Setup, clock: FakeClock): Promise<Drive> {
  const drive = new Drive(setup, { clock });
  for (const command of commands) await drive.apply(command);
  while (drive.running.length > 0) await drive.apply({ do: 'settle', which: 0, ending: 'ignored' });
  return drive;
}

/** What a file or a store gives back. */
const stored = (snapshot: CircuitSnapshot): CircuitSnapshot => JSON.parse(JSON.stringify(snapshot)) as CircuitSnapshot;

/** Everything but the totals, which start from 0. */
function machine(drive: Drive): Omit<Sight, 'totals'> {
  const { totals: _, ...rest } = sightOf(drive.breaker);
  // The wait for a slot is estimated from the latencies in the totals.
  const isFull = rest.state === 'half_open' && !rest.canExecute;
  return isFull ? { ...rest, retryAfterMs: 'soon' } : rest;
}

/** A breaker that starts from whatever was given, or the problems with it. */
function restoredFrom(restore: unknown, setup: Setup, clock: FakeClock): UnifiedCircuitBreaker | readonly string[] {
  try {
    return new UnifiedCircuitBreaker({ ...configOf(setup, clock), restore });
  } catch (error) {
    if (isCircuitBreakerConfigError(error)) return error.problems;
    throw error;
  }
}

/** Everything finite. */
const finite = setups.map((setup) =>
  ({ ...setup, maxBackoffMs: Number.isFinite(setup.maxBackoffMs) ? setup.maxBackoffMs : 200 }));

/**
 * What becomes of a restored circuit: it has nothing in flight and an empty window, so one wait and good calls are
 * enough.
 */
async function fateOf(
  restored: UnifiedCircuitBreaker | readonly string[],
  edited: Readonly<Record<string, unknown>>,
  setup: Setup,
  clock: FakeClock,
): Promise<string> {
  if (!(restored instanceof UnifiedCircuitBreaker)) return restored.length > 0 ? 'refused' : 'refused without a reason';
  restored.release();
  const waitMs = restored.retryAfterMs ?? Number.NaN;
  if (waitMs === Number.POSITIVE_INFINITY) return edited['remainingWaitMs'] === null
    ? 'waits for ever, as asked' : 'waits for ever';
  const mostMs = Math.max(setup.maxBackoffMs, setup.maxRetryAfterMs,
    Number(edited['drawnWaitMs'] ?? Number.POSITIVE_INFINITY));
  if (waitMs > Math.ceil(mostMs)) return `waits ${waitMs} ms`;
  await clock.advanceAsync(waitMs);
  for (let call = 0; call < setup.successThreshold; call += 1) await restored.tryCall(() => Promise.resolve('good'));
  return restored.state;
}

const numbers = fc.oneof(
  fc.constantFrom(0, 1, -1, 5, 29, 30, 31, 40, 1e6, 0.5, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: -100, max: 300 }),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
);

/** What a careless or hostile hand writes into one field. */
const edits = fc.record({
  field: fc.constantFrom<keyof CircuitSnapshot | 'version'>(
    'version',
    'name',
    'state',
    'reason',
    'openings',
    'consecutiveFailures',
    'closedForMs',
    'remainingWaitMs',
    'drawnWaitMs',
    'firmWaitMs',
    'healthShortened',
    'override',
    'wallTime',
  ),
  value: fc.oneof(
    { weight: 6, arbitrary: numbers },
    { weight: 2, arbitrary: fc.constantFrom<unknown>('open', 'closed', 'half_open', true, false, null,
      { state: 'open', reason: 'edited' }, { state: 'half_open', reason: '' }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  ),
});

describe('a snapshot', { timeout: 30_000 }, () => {
  it('is plain JSON, and equal when taken again straight after restore, half_open excepted', async () => {
    await fc.assert(
      fc.asyncProperty(
        setups,
        schedules(40),
        fc.double({ min: 0, max: 100, noNaN: true }),
        async (setup, commands, origin) => {
          const clock = new FakeClock({ now: origin, wall: WALL });
          const { breaker } = await quietAfter(commands, setup, clock);

          const snapshot = breaker.snapshot();
          const restored = new UnifiedCircuitBreaker({ ...configOf(setup, clock), restore: stored(snapshot) });

          expect(stored(snapshot)).toEqual(snapshot);
          expect(restored.snapshot()).toEqual(
            snapshot.state === 'half_open' ? { ...snapshot, state: 'open', reason: 'restored_half_open' } : snapshot,
          );
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('restores a circuit with an empty window to one that does the same from then on', async () => {
    // Buckets of a time window start with the breaker, and sums of fractions depend on where the clock started.
    const exact = setups.map((setup) => ({ ...setup, window: { size: Math.max(6, setup.minRequestsThreshold) },
      jitter: setup.jitter === 'proportional' ? ('equal' as const) : setup.jitter }));
    const origins = fc.record({ now: fc.nat(1_000_000), wall: fc.constant(WALL) });
    await fc.assert(
      fc.asyncProperty(exact, schedules(30), schedules(30), origins, async (setup, past, future, origin) => {
        const original = await quietAfter(past, setup, new FakeClock({ wall: WALL }));
        const snapshot = original.breaker.snapshot();
        fc.pre(snapshot.state !== 'half_open' && sightOf(original.breaker).windowCount === 0);

        const restored = new Drive(setup,
          { clock: new FakeClock({ ...origin, wall: snapshot.wallTime }), config: { restore: stored(snapshot) } });

        expect(machine(restored)).toEqual(machine(original));
        for (const command of future) {
          await original.apply(command);
          await restored.apply(command);
          expect(machine(restored)).toEqual(machine(original));
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('of half_open restores as open with its wait over', async () => {
    await fc.assert(
      fc.asyncProperty(setups, schedules(20), async (setup, commands) => {
        const clock = new FakeClock({ wall: WALL });
        const drive = await quietAfter(commands, { ...setup, maxConcurrent: null }, clock);
        drive.breaker.reset();
        drive.breaker.release();
        drive.breaker.trip({ forMs: 10 });
        await clock.advanceAsync(10);
        drive.breaker.tryAcquire();

        const restored = new UnifiedCircuitBreaker({ ...configOf(setup, clock),
          restore: stored(drive.breaker.snapshot()) });

        expect(drive.breaker.state).toBe('half_open');
        expect(restored).toMatchObject({ state: 'open', retryAfterMs: 0 });
        expect(restored.canExecute()).toBe(true);
        expect(restored.snapshot().openings).toBe(drive.breaker.snapshot().openings);
      }),
      { numRuns: runs(200) },
    );
  });

  it('of anything else is refused with a CircuitBreakerConfigError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.anything({
            withNullPrototype: true,
            withBigInt: true,
            withDate: true,
            withMap: true,
            withSparseArray: true,
          }),
        ),
        (junk) => {
          const setup = fc.sample(setups, { numRuns: runs(1), seed: 1 })[0] as Setup;

          const problems = restoredFrom(junk, setup, new FakeClock());

          expect(Array.isArray(problems) && problems.length > 0).toBe(junk !== undefined);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('that was edited causes a CircuitBreakerConfigError, or a circuit that closes after its wait', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        finite,
        schedules(15),
        fc.array(edits, { minLength: 1, maxLength: 3 }),
        async (setup, commands, changes) => {
          const clock = new FakeClock({ wall: WALL });
          const drive = await quietAfter(commands, setup, clock);
          const edited: Readonly<Record<string, unknown>> = {
            ...drive.breaker.snapshot(),
            ...Object.fromEntries(changes.map(({ field, value }) => [field, value])),
          };

          const restored = restoredFrom(edited, setup, clock);

          const fate = await fateOf(restored, edited, setup, clock);

          if (fate === 'closed') accepted += 1;
          expect(['refused', 'closed', 'waits for ever, as asked']).toContain(fate);
        },
      ),
      { numRuns: runs(200) },
    );

    expect(accepted).toBeGreaterThan(0);
  });

  it('of another time counts the wall time since, and nothing for a step back', () => {
    fc.assert(
      fc.property(
        setups,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: -200, max: 200 }),
        (setup, forMs, passedMs) => {
          const breaker = new UnifiedCircuitBreaker(configOf(setup, new FakeClock({ wall: WALL })));
          breaker.trip({ forMs });

          const later = new FakeClock({ now: 5_000, wall: WALL + passedMs });
          const restored = new UnifiedCircuitBreaker({
            ...configOf(setup, later),
            restore: stored(breaker.snapshot()),
          });

          expect(restored.retryAfterMs).toBe(Math.max(0, forMs - Math.max(0, passedMs)));
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
