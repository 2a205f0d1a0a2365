import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import type { UnifiedCircuitMetrics } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { schedules } from '../support/commands.ts';
import { Drive, flush } from '../support/drive.ts';
import { deferred } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';
import { configOf, setups } from '../support/setups.ts';

const settledCalls = ({ rejectedCalls, successfulCalls, failedCalls, ignoredCalls }: UnifiedCircuitMetrics): number =>
  rejectedCalls + successfulCalls + failedCalls + ignoredCalls;

const isBalanced = (metrics: UnifiedCircuitMetrics): boolean =>
  metrics.totalCalls === settledCalls(metrics) + metrics.inFlight && metrics.inFlight >= 0;

const leaseless = setups.map((setup) => ({ ...setup, halfOpenLeaseMs: Number.POSITIVE_INFINITY }));

/** What operations should not do. Those that wait end with `end`. */
const oddOperations: readonly ((end: Promise<unknown>) => unknown)[] = [
  () => {
    throw undefined;
  },
  () => undefined,
  () => ({ then: 'no function' }),
  () => ({
    get then(): unknown {
      throw new Error('then');
    },
  }),
  () => ({
    then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
      resolve(1);
      reject(2);
      resolve(3);
      throw new Error('after');
    },
  }),
  () => ({ then: (_: unknown, reject: (error: unknown) => void) => reject(Number.NaN) }),
  () => ({ then: (resolve: (value: unknown) => void) =>
    resolve({ then: (again: (value: unknown) => void) => again('nested') }) }),
  () => ({ then: () => {} }),
  (end) => end,
  async (end) => {
    await end;
    throw Object.freeze({ code: 'ERR_CIRCUIT_OPEN' });
  },
  (end) => Object.assign(
      end.then((value) => value),
      { constructor: null },
    ),
];

/** What streams do, and how many items are asked for. */
const streams: readonly ((end: Promise<unknown>) => AsyncIterable<unknown>)[] = [
  async function* twoItems(end) {
    yield 1;
    await end;
    yield 2;
  },
  async function* failing(end) {
    await end;
    yield Promise.reject(new Error('stream'));
  },
  async function* unclosable() {
    try {
      yield 1;
    } finally {
      // oxlint-disable-next-line no-unsafe-finally -- streams do that
      throw new Error('return');
    }
  },
  () => ({}) as never,
  () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
];

/** Operations and streams that never end. */
const isEndless = (step: Step): boolean => (step.do === 'call' && step.which === 7)
  || (step.do === 'stream' && step.which === 4);

type Step =
  | {
      readonly do: 'call' | 'sync';
      readonly which: number;
      readonly timeoutMs: number | null;
      readonly abortAt: 'never' | 'at once' | 'later';
    }
  | { readonly do: 'stream'; readonly which: number; readonly items: number }
  | { readonly do: 'end' | 'abort' | 'trip' | 'forceOpen' | 'forceClose' | 'release' | 'reset' | 'record' }
  | { readonly do: 'advance'; readonly ms: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('call' as const, 'call' as const, 'sync' as const),
      which: fc.nat(oddOperations.length - 1),
      timeoutMs: fc.constantFrom(null, 5, 20),
      abortAt: fc.constantFrom('never' as const, 'never' as const, 'at once' as const, 'later' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stream' as const), which: fc.nat(streams.length - 1),
    items: fc.integer({ min: 0, max: 3 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('end' as const, 'end' as const, 'abort' as const, 'trip' as const, 'forceOpen' as const,
        'forceClose' as const, 'release' as const, 'release' as const, 'reset' as const, 'record' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 5, 10, 25) }) },
);

/** Odd operations and streams on one breaker. */
class OddCalls {
  readonly clock = new FakeClock();
  readonly breaker: UnifiedCircuitBreaker;
  /** Callers that have no answer yet. */
  waiting = 0;
  readonly #ends: (() => void)[] = [];
  readonly #controllers: AbortController[] = [];

  constructor(config: ReturnType<typeof configOf>) {
    this.breaker = new UnifiedCircuitBreaker({ ...config, clock: this.clock });
  }

  async apply(step: Step): Promise<void> {
    if (step.do === 'advance') await this.clock.advanceAsync(step.ms);
    else if (step.do === 'call') this.#call(step);
    else if (step.do === 'sync') this.#callSync(step.which);
    else if (step.do === 'stream') void this.#waitFor(this.#consume(step.which, step.items));
    else if (step.do === 'end') this.#ends.pop()?.();
    else if (step.do === 'abort') this.#controllers.pop()?.abort();
    else if (step.do === 'record') this.breaker.recordFailure();
    else this.breaker[step.do]();
    await flush();
  }

  endAll(): void {
    for (const end of this.#ends) end();
    for (const controller of this.#controllers) controller.abort();
  }

  #hanging(): Promise<unknown> {
    const { promise, resolve } = deferred<unknown>();
    this.#ends.push(() => resolve('late'));
    return promise;
  }

  #call({ which, timeoutMs, abortAt }: Extract<Step, { do: 'call' | 'sync' }>): void {
    const controller = new AbortController();
    if (abortAt === 'later') this.#controllers.push(controller);
    const operation = (): unknown => {
      if (abortAt === 'at once') controller.abort();
      return oddOperations[which]?.(this.#hanging());
    };
    const options = abortAt === 'never' && timeoutMs === null ? undefined : { timeoutMs, signal: controller.signal };
    void this.#waitFor(this.breaker.call(operation, options));
  }

  #callSync(which: number): void {
    try {
      this.breaker.callSync(() => oddOperations[which]?.(this.#hanging()));
    } catch {
      // The totals are what counts here.
    }
  }

  async #consume(which: number, items: number): Promise<void> {
    const controller = new AbortController();
    this.#controllers.push(controller);
    const stream = this.breaker.stream(() => streams[which]?.(this.#hanging()) as AsyncIterable<unknown>,
      { signal: controller.signal });
    for (let item = 0; item < items; item += 1) await stream.next();
    await stream.return();
  }

  async #waitFor(answer: Promise<unknown>): Promise<void> {
    this.waiting += 1;
    await answer.catch(() => {});
    this.waiting -= 1;
  }
}

describe('the totals', { timeout: 30_000 }, () => {
  it.each(['enforce', 'observe'] as const)(
    'balance after every step and inside every listener in mode %s',
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(setups, schedules(60), fc.nat(59), async (setup, commands, disposeAt) => {
          const drive = new Drive(setup, { config: { mode } });
          const { breaker } = drive;
          const seen: boolean[] = [];
          for (const event of [
            'success',
            'failure',
            'ignored',
            'rejected',
            'stateChange',
            'timeout',
            'leaseExpired',
            'reset',
          ] as const) {
            breaker.on(event, () => void seen.push(isBalanced(breaker.getMetrics())));
          }

          for (const [at, command] of commands.entries()) {
            if (at === disposeAt) breaker.dispose();
            await drive.apply(command);
            seen.push(isBalanced(breaker.getMetrics()));
          }

          expect(seen).not.toContain(false);
        }),
        { numRuns: runs(200) },
      );
    },
  );

  it('count as in flight exactly those whose callers wait, whatever operations and streams do', async () => {
    await fc.assert(
      fc.asyncProperty(leaseless, fc.array(steps, { maxLength: 40 }), async (setup, schedule) => {
        const odd = new OddCalls({ ...configOf(setup, new FakeClock()), timeoutMs: 20 });

        for (const step of schedule) {
          await odd.apply(step);

          expect(odd.breaker.getMetrics().inFlight).toBe(odd.waiting);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it.each(['enforce', 'observe'] as const)('come to rest in mode %s when all operations have ended', async (mode) => {
    await fc.assert(
      fc.asyncProperty(setups, fc.array(steps, { maxLength: 40 }), async (setup, schedule) => {
        const odd = new OddCalls({ ...configOf(setup, new FakeClock()), mode });
        for (const step of schedule) if (!isEndless(step)) await odd.apply(step);

        odd.endAll();
        await odd.clock.advanceAsync(100);

        expect(odd.breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0 });
        expect(odd.waiting).toBe(0);
      }),
      { numRuns: runs(200) },
    );
  });

  it('tell what the callers were told', async () => {
    const endings = fc.array(fc.constantFrom('success' as const, 'bad value' as const, 'failure' as const,
      'ignored' as const, null), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(leaseless, endings, async (setup, schedule) => {
        const drive = new Drive({ ...setup, timeoutMs: 10 });
        for (const ending of schedule) {
          await drive.apply({ do: 'call', ending, atOnce: false });
          await drive.apply({ do: 'advance', ms: 4 });
        }
        await drive.apply({ do: 'advance', ms: 10 });

        const told = (answer: string): number => drive.runs.filter((run) => run.answer === answer).length;
        const { rejectedCalls, timeouts, inFlight, totalCalls, failedCalls, ignoredCalls, successfulCalls } =
          drive.breaker.getMetrics();
        expect({ rejectedCalls, timeouts, inFlight, totalCalls }).toEqual({
          rejectedCalls: told('rejected') + told('bulkhead'),
          timeouts: told('timeout'),
          inFlight: 0,
          totalCalls: schedule.length,
        });
        expect(failedCalls + ignoredCalls + successfulCalls).toBe(told('value') + told('error') + told('timeout'));
      }),
      { numRuns: runs(200) },
    );
  });
});
