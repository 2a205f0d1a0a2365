import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../../src/compat/frontend/index.ts';
import { CircuitBreakerConfigError } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { testRuntime } from '../support/agreement.ts';
import type { Driven, TestRuntime } from '../support/agreement.ts';
import { agreeWith } from '../support/own-reference.ts';
import type { Reference } from '../support/own-reference.ts';

const make = (runtime: TestRuntime): CircuitBreaker => new CircuitBreaker({ failureThreshold: 3 }, runtime);

function failTimes(breaker: CircuitBreaker, count: number): void {
  for (let failure = 0; failure < count; failure += 1) breaker.recordFailure();
}

/** Three failures within 60 s open; 30 s later it closes by itself, or at once when a success is recorded. */
function reference(): Reference {
  let failedAt: number[] = [];
  let openedAt: number | null = null;
  const close = (): void => {
    openedAt = null;
    failedAt = [];
  };
  const state = (now: number): 'closed' | 'open' => {
    if (openedAt !== null && now - openedAt >= 30_000) close();
    return openedAt === null ? 'closed' : 'open';
  };
  return {
    state,
    record(failed, now) {
      if (state(now) === 'open') {
        if (!failed) close();
      } else if (failed) {
        failedAt.push(now);
        if (failedAt.filter((at) => now - at <= 60_000).length >= 3) openedAt = now;
      }
    },
  };
}

const driven = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure(), state: () => (breaker.isOpen() ? 'open' : 'closed') };
};

describe('the frontend CircuitBreaker', () => {
  it('does what its rules say for any sequence', () => expect(agreeWith(driven, reference, [10_000, 20_000, 30_000, 60_000])).resolves.toBeUndefined());

  it('opens at ten failures within a minute, for half a minute, unless told otherwise', () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker(undefined, runtime);
    failTimes(breaker, 9);
    runtime.clock.advance(60_000);
    const before = breaker.isOpen();
    breaker.recordFailure();
    const opened = breaker.isOpen();
    runtime.clock.advance(29_999);
    const still = breaker.isOpen();
    runtime.clock.advance(1);

    expect([before, opened, still, breaker.isOpen()]).toEqual([false, true, true, false]);
  });

  it.each([
    { afterMs: 60_000, open: true },
    { afterMs: 60_001, open: false },
  ])('still counts a failure $afterMs ms later: $open', ({ afterMs, open }) => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    failTimes(breaker, 2);
    runtime.clock.advance(afterMs);
    breaker.recordFailure();

    expect(breaker.isOpen()).toBe(open);
  });

  it('takes no failure back for a success while closed, and closes at one while open', () => {
    const breaker = make(testRuntime());
    failTimes(breaker, 2);
    breaker.recordSuccess();
    breaker.recordFailure();
    const opened = breaker.isOpen();
    breaker.recordSuccess();

    expect([opened, breaker.isOpen(), breaker.getFailureRate()]).toEqual([true, false, 0]);
  });

  it('closes by its timer, without a probe', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    failTimes(breaker, 3);
    const open = breaker.breaker.state;
    runtime.clock.advance(30_000);

    expect([open, breaker.breaker.state]).toEqual(['open', 'closed']);
  });

  it('has a timer only while open, and none that holds the process', () => {
    const { clock, ...runtime } = testRuntime();
    const breaker = make({ ...runtime, clock });
    const timers = [clock.timers];
    failTimes(breaker, 3);
    timers.push(clock.timers, clock.holdingTimers);
    breaker.reset();
    timers.push(clock.timers);
    failTimes(breaker, 3);
    breaker.recordSuccess();

    expect([...timers, clock.timers]).toEqual([0, 1, 0, 0, 0]);
  });

  it('lets events through at the end of the wait when its timer was lost', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    failTimes(breaker, 3);
    runtime.clock.freeze(30_000);
    const open = breaker.isOpen();
    breaker.recordSuccess();

    expect([open, breaker.getState()]).toEqual([false, { isOpen: false, failureCount: 0, lastFailureTime: 0, openedAt: 0 }]);
  });

  it('keeps recovering after destroy(), without a timer', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    failTimes(breaker, 3);
    breaker.destroy();
    const { timers } = runtime.clock;
    runtime.clock.advance(30_000);
    const open = breaker.isOpen();
    breaker.recordSuccess();
    failTimes(breaker, 3);

    expect([timers, open, breaker.isOpen(), runtime.clock.timers]).toEqual([0, false, true, 0]);
  });

  it('shows its state in milliseconds, and 0 for never', () => {
    const clock = new FakeClock({ wall: 1_000_000 });
    const breaker = new CircuitBreaker({ failureThreshold: 3 }, { clock });
    const states = [breaker.getState()];
    failTimes(breaker, 2);
    states.push(breaker.getState());
    clock.advance(500);
    breaker.recordFailure();
    clock.advance(250);

    expect([...states, breaker.getState()]).toEqual([
      { isOpen: false, failureCount: 0, lastFailureTime: 0, openedAt: 0 },
      { isOpen: false, failureCount: 2, lastFailureTime: 1_000_000, openedAt: 0 },
      { isOpen: true, failureCount: 3, lastFailureTime: 1_000_500, openedAt: 1_000_500 },
    ]);
  });

  it('counts the failures of the window as they are when it is asked', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    breaker.recordFailure(new TypeError('no'));
    runtime.clock.advance(40_000);
    breaker.recordFailure('network');
    const both = breaker.getFailureRate();
    runtime.clock.advance(20_001);

    expect([both, breaker.getFailureRate()]).toEqual([2, 1]);
    expect(breaker.breaker.getMetrics().failureTypes).toEqual({ TypeError: 1, network: 1 });
  });

  it('refuses seconds and other words', () => {
    expect(() => new CircuitBreaker({ recoveryTimeout: 30 } as object)).toThrow(CircuitBreakerConfigError);
    expect(() => new CircuitBreaker({ failureThreshold: 0, timeWindowMs: 0 })).toThrow(/`failureThreshold`.*`timeWindowMs`/);
  });
});
