import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/names/frontend.ts';
import { CircuitBreakerConfigError } from '../../src/index.ts';
import { testRuntime } from './support/agreement.ts';

function made(options: ConstructorParameters<typeof CircuitBreaker>[0] = { failureThreshold: 3 }) {
  const { clock } = testRuntime();
  const breaker = new CircuitBreaker(options, { clock });
  const fail = (count: number): void => {
    for (let failure = 0; failure < count; failure += 1) breaker.recordFailure();
  };
  return { breaker, clock, fail };
}

// How it opens and closes is in the contract.
describe('the frontend CircuitBreaker', () => {
  it.each([
    ['164, 165: with 50 failures in 10 s', { failureThreshold: 50, timeWindowMs: 10_000 }, 50],
    ['by default with 10 failures', {}, 10],
  ])('%s it opens, and closes 30 s later', (_, options, failures) => {
    const { breaker, clock, fail } = made(options);
    fail(failures - 1);
    const states = [breaker.isOpen()];
    fail(1);
    for (const ms of [0, 29_999, 1]) {
      clock.advance(ms);
      states.push(breaker.isOpen());
    }

    expect(states).toEqual([false, true, true, false]);
  });

  it.each([[60_000, true], [60_001, false]])('counts a failure %s ms later: %s', (ms, open) => {
    const { breaker, clock, fail } = made();
    fail(2);
    clock.advance(ms);
    fail(1);

    expect(breaker.isOpen()).toBe(open);
  });

  it('closes by a timer that exists only while open, and holds no process', () => {
    const { breaker, clock, fail } = made();
    const timers = [clock.timers];
    fail(3);
    timers.push(clock.timers, clock.holdingTimers);
    breaker.reset();
    timers.push(clock.timers);
    fail(3);
    clock.advance(30_000);

    expect([...timers, clock.timers]).toEqual([0, 1, 0, 0, 0]);
    expect(breaker.breaker.state).toBe('closed');
  });

  it('admits events after the wait when its timer was lost', () => {
    const { breaker, clock, fail } = made();
    fail(3);
    clock.freeze(30_000);
    const open = breaker.isOpen();
    breaker.recordSuccess();

    expect([open, breaker.getState()])
      .toEqual([false, { isOpen: false, failureCount: 0, lastFailureTime: 0, openedAt: 0 }]);
  });

  it('recovers after destroy(), without a timer', () => {
    const { breaker, clock, fail } = made();
    fail(3);
    breaker.destroy();
    const { timers } = clock;
    clock.advance(30_000);
    const open = breaker.isOpen();
    breaker.recordSuccess();
    fail(3);

    expect([timers, open, breaker.isOpen(), clock.timers]).toEqual([0, false, true, 0]);
  });

  it('shows its state in milliseconds, the failures of the window, and 0 for never', () => {
    const { breaker, clock } = made();
    clock.advance(1_000);
    breaker.recordFailure(new TypeError('no'));
    clock.advance(40_000);
    breaker.recordFailure('network');
    expect(breaker.getState()).toEqual({ isOpen: false, failureCount: 2, lastFailureTime: 41_000, openedAt: 0 });
    clock.advance(20_001);
    expect(breaker.getFailureRate()).toBe(1);
    breaker.recordFailure();
    breaker.recordFailure();
    expect(breaker.getState()).toEqual({ isOpen: true, failureCount: 3, lastFailureTime: 61_001, openedAt: 61_001 });
    expect(breaker.breaker.getMetrics().failureTypes).toEqual({ TypeError: 1, network: 1, generic_error: 2 });
  });

  it('rejects seconds and other units', () => {
    expect(() => new CircuitBreaker({ recoveryTimeout: 30 } as object)).toThrow(CircuitBreakerConfigError);
    expect(() => made({ failureThreshold: 0, timeWindowMs: 0 })).toThrow(/`failureThreshold`.*`timeWindowMs`/);
  });
});
