import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import type { CallContext, CircuitMode } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { flush } from '../support/drive.ts';
import { deferred } from '../support/outcomes.ts';
import type { Deferred } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';
import { configOf, setups } from '../support/setups.ts';
import type { Setup } from '../support/setups.ts';

const HOWS = ['later', 'later', 'later', 'until aborted', 'returns', 'throws', 'resolves', 'rejects',
  'thenable'] as const;

/** One step of a schedule of operations. `settle` ends several at the same moment. */
type Step =
  | { readonly do: 'start'; readonly how: (typeof HOWS)[number]; readonly timeoutMs: number | null | undefined }
  | { readonly do: 'settle'; readonly ends: readonly { readonly which: number; readonly well: boolean }[] }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'abort'; readonly which: number }
  | { readonly do: 'order'; readonly order: 'trip' | 'reset' | 'forceClose' | 'release' };

const which = fc.nat(7);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('start' as const), how: fc.constantFrom(...HOWS),
    timeoutMs: fc.constantFrom(undefined, null, 4, 10) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const),
    ends: fc.array(fc.record({ which, well: fc.boolean() }), { minLength: 1, maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 4, 10, 25, 50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('order' as const),
    order: fc.constantFrom('trip' as const, 'reset' as const, 'forceClose' as const, 'release' as const) }) },
);

type Call = (operation: (context: CallContext) => unknown,
  options: { timeoutMs: number | null | undefined; signal: AbortSignal }) => Promise<unknown>;

/** What the operation gives by itself. */
const bare: Call = async (operation, { signal }) => operation({ signal });

/** Operations, how they end, and a log of how their callers see it. */
class Theatre {
  readonly log: [call: number, sees: 'value' | 'error', what: unknown][] = [];
  readonly #call: Call;
  readonly #deferreds: Deferred<unknown>[] = [];
  readonly #controllers: AbortController[] = [];
  readonly #thenables = new Set<number>();

  constructor(call: Call) {
    this.#call = call;
  }

  play(step: Step): void {
    if (step.do === 'start') this.#start(step.how, step.timeoutMs);
    if (step.do === 'abort') this.#controllers[step.which]?.abort('gone');
    if (step.do !== 'settle') return;
    for (const end of step.ends) {
      // The number of microtasks of a foreign thenable is undefined, so it never settles together with others.
      if (this.#thenables.has(end.which) && step.ends.length > 1) continue;
      if (end.well) this.#deferreds[end.which]?.resolve(`value ${end.which}`);
      else this.#deferreds[end.which]?.reject(`error ${end.which}`);
    }
  }

  #start(how: (typeof HOWS)[number], timeoutMs: number | null | undefined): void {
    const later = deferred<unknown>();
    const controller = new AbortController();
    const number = this.#deferreds.push(later) - 1;
    this.#controllers.push(controller);
    if (how === 'thenable') this.#thenables.add(number);
    later.promise.catch(() => {});
    this.#call((context) => operate(how, later.promise, context), { timeoutMs, signal: controller.signal }).then(
      (value) => void this.log.push([number, 'value', value]),
      (error) => void this.log.push([number, 'error', error]),
    );
  }
}

function operate(how: (typeof HOWS)[number], later: Promise<unknown>, { signal }: CallContext): unknown {
  switch (how) {
    case 'later':
      return later;
    case 'until aborted':
      return Promise.race([later,
        new Promise((_, reject) => void signal.addEventListener('abort', () => reject(signal.reason as Error)))]);
    case 'returns':
      return 'at once';
    case 'throws':
      throw 'at once';
    case 'resolves':
      return Promise.resolve('soon');
    case 'rejects':
      return Promise.reject('soon');
    case 'thenable':
      return { then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) =>
        void later.then(resolve, reject) };
  }
}

/** A breaker with everything that could touch a call. */
function meddler(setup: Setup, mode: CircuitMode): { breaker: UnifiedCircuitBreaker; clock: FakeClock } {
  const clock = new FakeClock();
  const meddling = { mode, maxConcurrent: 1, maxAbandonedMs: 5, fallback: () => 'fallback' };
  const config = { ...configOf({ ...setup, timeoutMs: 10 }, clock), ...meddling };
  return { clock, breaker: new UnifiedCircuitBreaker(config) };
}

describe('observe', { timeout: 30_000 }, () => {
  it.each(['observe', 'off'] as const)(
    'in mode %s gives every caller what the bare operation gives, in the same order',
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(setups, fc.array(steps, { maxLength: 40, size: 'max' }), async (setup, schedule) => {
          const { breaker, clock } = meddler(setup, mode);
          const observed = new Theatre((operation, options) => breaker.call(operation, options));
          const free = new Theatre(bare);

          for (const step of schedule) {
            observed.play(step);
            free.play(step);
            if (step.do === 'advance') await clock.advanceAsync(step.ms);
            if (step.do === 'order') breaker[step.order]();
            await flush();

            expect(observed.log).toEqual(free.log);
            expect(clock.holdingTimers).toBe(0);
          }
        }),
        { numRuns: runs(200) },
      );
    },
  );

  it('keeps rejections to the log: it counts those that would have been, and rejects none', async () => {
    await fc.assert(
      fc.asyncProperty(setups, fc.array(steps, { maxLength: 40, size: 'max' }), async (setup, schedule) => {
        const { breaker, clock } = meddler(setup, 'observe');
        const observed = new Theatre((operation, options) => breaker.call(operation, options));
        let rejections = 0;
        breaker.on('rejected', () => void (rejections += 1));
        breaker.on('reset', () => void (rejections = 0));

        for (const step of schedule) {
          observed.play(step);
          if (step.do === 'advance') await clock.advanceAsync(step.ms);
          if (step.do === 'order') breaker[step.order]();
          await flush();
        }

        expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 0, wouldHaveRejectedCalls: rejections });
      }),
      { numRuns: runs(200) },
    );
  });

  it.each(['observe', 'off', 'enforce'] as const)(
    'in mode %s gives the items and the end of a stream as they are, and closes its source as often',
    async (mode) => {
      const ends = fc.constantFrom('ends' as const, 'throws' as const);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 4 }),
          ends,
          fc.integer({ min: 0, max: 5 }),
          async (items, end, asked) => {
            const breaker = new UnifiedCircuitBreaker({ name: 'orders', clock: new FakeClock(), mode });

            const through = await consume((source) => breaker.stream(source), { items, end, asked });
            const alone = await consume((source) => source(), { items, end, asked });

            expect(through).toEqual(alone);
          },
        ),
        { numRuns: runs(200) },
      );
    },
  );
});

/** What a consumer sees who leaves after so many items, and what the source sees. */
async function consume(
  open: (source: () => AsyncGenerator<number>) => AsyncIterable<number>,
  { items, end, asked }: { readonly items: number; readonly end: 'ends' | 'throws'; readonly asked: number },
): Promise<unknown[]> {
  const log: unknown[] = [];
  async function* source(): AsyncGenerator<number> {
    try {
      for (let item = 0; item < items; item += 1) yield item;
      if (end === 'throws') throw 'end';
    } finally {
      log.push('source closed');
    }
  }
  try {
    let seen = 0;
    for await (const item of open(source)) {
      log.push(item);
      seen += 1;
      if (seen === asked) break;
    }
    log.push('over');
  } catch (error) {
    log.push(error);
  }
  return log;
}
