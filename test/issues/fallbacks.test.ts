import { describe, expect, it } from 'vitest';
import {
  alternative, isCircuitBreakerFallbackError, isCircuitBreakerTimeoutError, withBreaker,
} from '../../src/index.ts';
import type { CircuitBreakerFallbackError } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { never } from '../support/calls.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

const failing = (): Promise<never> => Promise.reject(BOOM);

describe('a fallback that hangs', () => {
  it('has the time of the call once more, and then the next fallback has its turn', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 100, fallback: [never, never, 'cached'] });
    const ended: unknown[] = [];
    void breaker.call(failing).then((value) => ended.push(value));

    await clock.advanceAsync(199);
    const before = [...ended];
    await clock.advanceAsync(1);

    expect([before, ended]).toEqual([[], ['cached']]);
  });

  it('fails the call with a timeout among its errors', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 100, fallback: never });
    const error = errorOf(breaker.call(failing));
    await clock.advanceAsync(0);
    const running = breaker.getMetrics().fallbacksRunning;
    await clock.advanceAsync(100);

    const { errors, cause } = (await error) as CircuitBreakerFallbackError;
    expect([running, breaker.getMetrics().fallbacksRunning, errors.map(isCircuitBreakerTimeoutError), cause])
      .toEqual([1, 0, [true], BOOM]);
  });

  it.each([
    ['that of the call', { timeoutMs: 100 }, 50, 50],
    ['its own', { timeoutMs: 100, fallbackTimeoutMs: 20 }, undefined, 20],
    ['none with null', { timeoutMs: 100, fallbackTimeoutMs: null }, undefined, Number.POSITIVE_INFINITY],
    ['none if the call has none', { timeoutMs: null }, undefined, Number.POSITIVE_INFINITY],
  ])('has a limit: %s', async (_what, options, timeoutMs, limitMs) => {
    const { breaker, clock } = silentBreakerWith({ ...options, fallback: [never, 'cached'] });
    let ended = false;
    void breaker.call(failing, { timeoutMs }).then(() => (ended = true));

    await clock.advanceAsync(Math.min(limitMs, 3_600_000) - 1);
    const before = ended;
    await clock.advanceAsync(1);

    expect([before, ended]).toEqual([false, Number.isFinite(limitMs)]);
    expect(clock.holdingTimers).toBe(0);
  });

  it('may reject later without an unhandled rejection', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 100 });
    let reject!: (error: unknown) => void;
    const late = new Promise<never>((_resolve, refuse) => (reject = refuse));
    const served = breaker.call(failing, { fallback: [() => late, 'cached'] });
    await clock.advanceAsync(100);
    reject(new Error('late'));

    expect(await served).toBe('cached');
  });

  it('stops when the caller aborts: the next fallback is not tried', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 100 });
    const caller = new AbortController();
    const tried: string[] = [];
    const next = (): void => void tried.push('next');
    const error = errorOf(breaker.call(failing, { signal: caller.signal, fallback: [never, next] }));
    await clock.advanceAsync(0);
    caller.abort(BOOM);
    await clock.advanceAsync(1_000);

    expect([await error, tried, breaker.getMetrics().fallbacksRunning]).toEqual([BOOM, [], 0]);
  });
});

describe('the metrics', () => {
  it('count the calls that fallbacks served, and those for which all failed', async () => {
    const { breaker } = silentBreakerWith();
    await breaker.call(failing, { fallback: 1 });
    await breaker.call(failing, { fallback: [failing, 2] });
    await errorOf(breaker.call(failing, { fallback: [failing, failing] }));

    expect(breaker.getMetrics()).toMatchObject({ fallbacksServed: 2, fallbacksFailed: 1, fallbacksRunning: 0 });
  });

  it('keep the running fallbacks at a reset', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 100, fallback: [never, 1] });
    void breaker.call(failing);
    await clock.advanceAsync(0);
    breaker.reset();
    const running = breaker.getMetrics().fallbacksRunning;
    await clock.advanceAsync(100);

    expect([running, breaker.getMetrics().fallbacksRunning]).toEqual([1, 0]);
  });
});

describe('fallbacks that lead back to themselves', () => {
  it('fail when they call their own breaker', async () => {
    const { breaker } = silentBreakerWith({ fallback: () => breaker.call(async () => 'cached') });
    breaker.trip();

    expect(isCircuitBreakerFallbackError(await errorOf(breaker.call(() => 1)))).toBe(true);
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 4, fallbacksFailed: 4 });
  });

  it('fail when two functions are alternatives of each other', async () => {
    const clock = new FakeClock();
    const options = { jitter: false, clock } as const;
    const db: () => Promise<number> =
      withBreaker(failing, { ...options, fallback: alternative(() => replica()) });
    const replica: () => Promise<number> = withBreaker(failing, { ...options, fallback: alternative(() => db()) });

    expect(isCircuitBreakerFallbackError(await errorOf(db()))).toBe(true);
  });

  it('fail in a synchronous call', () => {
    const { breaker } = silentBreakerWith({ fallback: (): unknown => breaker.callSync(() => 1) });
    breaker.trip();

    expect(() => breaker.callSync(() => 1)).toThrow('and so did its fallback');
    expect(breaker.getMetrics().fallbacksFailed).toBe(4);
  });

  it('fail when they wait before they call, although nothing shows who started whom', async () => {
    const { breaker } = silentBreakerWith({
      fallback: [
        async () => {
          await Promise.resolve();
          return breaker.call(() => 1);
        },
        async () => {
          await Promise.resolve();
          return breaker.call(() => 2);
        },
      ],
    });
    breaker.trip();

    expect(isCircuitBreakerFallbackError(await errorOf(breaker.call(() => 1)))).toBe(true);
    expect(breaker.getMetrics().fallbacksRunning).toBe(0);
    // Later calls have their fallbacks again.
    expect(await breaker.call(() => 1, { fallback: 'cached' })).toBe('cached');
  });

  it('are served when another fallback of the breaker ends them', async () => {
    const { breaker } = silentBreakerWith({ fallback: () => breaker.call(() => 1, { fallback: 'cached' }) });
    breaker.trip();

    expect(await breaker.call(() => 1)).toBe('cached');
  });

  it('do not bind calls that only run at the same time', async () => {
    const { breaker } = breakerWith({ fallback: async () => 'cached' });
    breaker.trip();

    const calls = await Promise.all(Array.from({ length: 20 }, () => breaker.call(() => 1)));
    expect(new Set(calls)).toEqual(new Set(['cached']));
  });
});
