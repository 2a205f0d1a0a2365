import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CircuitPermit, UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { silentBreakerWith } from '../support/breaker.ts';
import { imbalanceOf } from '../support/calls.ts';
import { BOOM } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';

interface Step {
  readonly kind: 'call' | 'stream' | 'acquire' | 'settle' | 'leave' | 'command';
  readonly ms: number;
  readonly pauseMs: number;
  readonly fails: boolean;
  readonly abortMs: number | null;
  readonly way: number;
}

const steps = fc.array(fc.record<Step>({
  kind: fc.constantFrom('call', 'call', 'stream', 'acquire', 'settle', 'leave', 'command'),
  ms: fc.integer({ min: 0, max: 80 }),
  pauseMs: fc.integer({ min: 0, max: 10 }),
  fails: fc.boolean(),
  abortMs: fc.option(fc.integer({ min: 0, max: 60 })),
  way: fc.integer({ min: 0, max: 4 }),
}), { maxLength: 80 });

const setups = fc.record({
  mode: fc.constantFrom('enforce', 'observe'),
  hasFallback: fc.boolean(),
  captureStack: fc.boolean(),
});

/** Calls, streams and permits at once, which end in all ways. */
class Traffic {
  readonly ends: Promise<unknown>[] = [];
  readonly #permits: CircuitPermit[] = [];
  readonly #streams: AsyncGenerator<number>[] = [];

  constructor(readonly breaker: UnifiedCircuitBreaker, readonly clock: FakeClock) {}

  readonly after = (ms: number, fails = false): Promise<number> => new Promise((resolve, reject) => {
    this.clock.after(ms, () => (fails ? reject(BOOM) : resolve(1)));
  });

  apply({ kind, ms, fails, abortMs, way }: Step): void {
    const { breaker, clock, after } = this;
    const controller = new AbortController();
    const { signal } = controller;
    if (abortMs !== null) clock.after(abortMs, () => controller.abort());
    if (kind === 'call') this.#keep(breaker.call(() => after(ms, fails), { signal }));
    else if (kind === 'acquire') this.#acquire(signal);
    else if (kind === 'settle') settle(this.#permits.pop(), way);
    else if (kind === 'leave') this.#leave(this.#streams.pop(), way);
    else if (kind === 'command') command(breaker, way);
    else {
      const items = breaker.stream(async function* () {
        yield await after(ms);
        yield await after(ms, fails);
      }, { signal });
      this.#streams.push(items);
      this.#keep(items.next());
    }
  }

  /** Ends what its users would end. */
  async finish(): Promise<void> {
    for (const permit of this.#permits) permit.ignore();
    for (const items of this.#streams) this.#leave(items, 0);
    this.breaker.release();
    await this.clock.advanceAsync(2_000);
    await Promise.all(this.ends);
    // The next admission frees what was abandoned for too long.
    this.#keep(this.breaker.call(() => 1));
    await this.clock.advanceAsync(500);
  }

  #keep(end: Promise<unknown>): void {
    this.ends.push(end.catch(() => {}));
  }

  #acquire(signal: AbortSignal): void {
    try {
      this.#permits.push(this.breaker.acquire({ signal }));
    } catch {
      // Rejected.
    }
  }

  #leave(items: AsyncGenerator<number> | undefined, way: number): void {
    if (items !== undefined) this.#keep(way === 0 ? items.return(undefined) : items.throw(BOOM));
  }
}

function settle(permit: CircuitPermit | undefined, way: number): void {
  if (way === 0) permit?.settle({ value: 1 });
  else if (way === 1) permit?.settle({ error: BOOM });
  else if (way === 2) permit?.failure();
  else permit?.[Symbol.dispose]();
}

function command(breaker: UnifiedCircuitBreaker, way: number): void {
  if (way === 0) breaker.forceOpen();
  else if (way === 1) breaker.reset();
  else if (way === 2) breaker.trip();
  else breaker.release();
}

it('nothing is in flight, abandoned or armed when all traffic has ended', { timeout: 60_000 }, async () => {
  await fc.assert(fc.asyncProperty(setups, steps, async ({ mode, hasFallback, captureStack }, schedule) => {
    const clock = new FakeClock();
    const { breaker } = silentBreakerWith({
      clock, mode, captureStack, maxConcurrent: 5, timeoutMs: 50, maxAbandonedMs: 200, failureThreshold: 3,
      recoveryTimeoutMs: 20, maxBackoffMs: 40, ...(hasFallback ? { fallback: () => traffic.after(70, true) } : {}),
    });
    const traffic = new Traffic(breaker, clock);

    for (const step of schedule) {
      traffic.apply(step);
      await clock.advanceAsync(step.pauseMs);
    }
    await traffic.finish();

    const { inFlight, abandoned, fallbacksRunning, rejections, rejectedCalls } = breaker.getMetrics();
    expect([inFlight, abandoned, fallbacksRunning, imbalanceOf(breaker)]).toEqual([0, 0, 0, 0]);
    expect(Object.values(rejections).reduce((sum, each) => sum + each, 0)).toBe(rejectedCalls);
    expect(clock.timers).toBeLessThanOrEqual(1);
  }), { numRuns: runs(100) });
});
