import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError } from '../../src/index.ts';
import type { UnifiedCircuitBreaker } from '../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';

describe('options of a call, and of what is done by hand', () => {
  it.each<[unknown, string]>([
    [{ timeoutMs: 0 }, 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0'],
    [{ timeout: 5 }, 'Unknown option `timeout`; did you mean `timeoutMs`?'],
    [{ fallback: [] }, 'Expected `fallback` to be a value, a function, or a list with at least one of these (for an empty list as the value, use `() => []`), got an array'],
    [{ signal: {} }, 'Expected `signal` to be an AbortSignal, got an object'],
    [{ signal: null }, 'Expected `signal` to be an AbortSignal, got null'],
    [null, 'Expected the options to be an object, got null'],
    [7, 'Expected the options to be an object, got 7'],
  ])('are checked before anything is counted: %o', async (options, problem) => {
    const { breaker } = breakerWith();
    let runs = 0;

    const settled = await breaker.tryCall(() => { runs += 1; }, options as never);
    const rejected = breaker.call(() => { runs += 1; }, options as never);

    expect(settled).toMatchObject({ status: 'ignored', error: { code: 'ERR_CIRCUIT_CONFIG', problems: [problem] } });
    await expect(rejected).rejects.toBeInstanceOf(CircuitBreakerConfigError);
    expect(runs).toBe(0);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it.each([
    ['trip: forMs', (breaker: UnifiedCircuitBreaker) => breaker.trip({ forMs: 0 })],
    ['trip: forMs that is no number', (breaker: UnifiedCircuitBreaker) => breaker.trip({ forMs: Number.NaN })],
    ['trip: reason', (breaker: UnifiedCircuitBreaker) => breaker.trip({ reason: 7 as never })],
    ['trip: an unknown key', (breaker: UnifiedCircuitBreaker) => breaker.trip({ force: true } as never)],
    ['trip: null', (breaker: UnifiedCircuitBreaker) => breaker.trip(null as never)],
    ['forceOpen: a reason that is no string', (breaker: UnifiedCircuitBreaker) => breaker.forceOpen(Symbol('s') as never)],
    ['forceClose: a reason that is no string', (breaker: UnifiedCircuitBreaker) => breaker.forceClose({} as never)],
    ['on: an unknown event', (breaker: UnifiedCircuitBreaker) => breaker.on('open' as never, () => {})],
    ['on: a name from a prototype', (breaker: UnifiedCircuitBreaker) => breaker.on('constructor' as never, () => {})],
    ['on: no function', (breaker: UnifiedCircuitBreaker) => breaker.on('success', null as never)],
    ['stream: an option', (breaker: UnifiedCircuitBreaker) => breaker.stream(async function* nothing() {}, { timeoutMs: 0 })],
    ['stream: a fallback', (breaker: UnifiedCircuitBreaker) => breaker.stream(async function* nothing() {}, { fallback: 1 } as never)],
  ])('are refused and change nothing: %s', (_title, use) => {
    const { breaker, clock } = silentBreakerWith();
    const before = breaker.snapshot();

    expect(() => use(breaker)).toThrow(CircuitBreakerConfigError);
    expect(breaker.snapshot()).toEqual(before);
    expect(clock.timers).toBe(0);
  });

  it.each([[-1], [Number.NaN], ['5'], [null], [Number.POSITIVE_INFINITY], [5n]])('a duration of %s is refused by the records, and nothing is counted', (duration) => {
    const { breaker } = breakerWith();

    expect(() => breaker.recordSuccess(duration as never)).toThrow(TypeError);
    expect(() => breaker.recordFailure(undefined, duration as never)).toThrow(TypeError);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, averageResponseTimeMs: 0 });
  });

  it.each([[null], [7], [{}], [{ shouldTrip: true }]])('a trip policy of %o is refused', (tripPolicy) => {
    expect(() => breakerWith({}, { tripPolicy } as never)).toThrow(CircuitBreakerConfigError);
  });

  it.each([[null], [7], [{ restored: {} }]])('extras of %o are refused', (extras) => {
    expect(() => breakerWith({}, extras as never)).toThrow(CircuitBreakerConfigError);
  });
});
