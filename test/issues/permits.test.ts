import { describe, expect, it } from 'vitest';
import { isBulkheadFullError, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError } from '../../src/index.ts';
import type { PermitEnd } from '../../src/index.ts';
import { http } from '../../src/profiles/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { problemsOf, readyToProbe, thrownBy } from '../support/calls.ts';
import { BOOM } from '../support/outcomes.ts';

describe('acquire', () => {
  it('throws the rejection of a call, with all it has', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip({ forMs: 1_500 });
    const error = thrownBy(() => breaker.acquire());

    expect(isCircuitBreakerOpenError(error)).toBe(true);
    expect(error).toMatchObject({ retryAfterMs: 1_500, statusCode: 503, headers: { 'retry-after': '2' } });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, rejectedCalls: 1 });
  });

  it('throws when the bulkhead is full, when the caller has aborted, and after dispose()', () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    breaker.acquire();
    const full = thrownBy(() => breaker.acquire());
    const aborted = thrownBy(() => breaker.acquire({ signal: AbortSignal.abort(BOOM) }));
    breaker.dispose();

    expect([isBulkheadFullError(full), aborted]).toEqual([true, BOOM]);
    expect(() => breaker.acquire()).toThrow('is disposed');
  });

  it('throws one error for all invalid options, and takes no permit', () => {
    const { breaker } = silentBreakerWith();

    expect(problemsOf(() => breaker.acquire({ signal: 5, timeoutMs: 0 } as never))).toEqual([
      '`signal` must be an AbortSignal. Received 5.',
      '`timeoutMs` must be a number of milliseconds (1 or more), or null. Received 0.',
    ]);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });
});

describe('a permit', () => {
  it.each<[string, PermitEnd, object]>([
    ['a response', { value: { status: 200, headers: {} } }, { successfulCalls: 1 }],
    ['nothing', {}, { successfulCalls: 1 }],
    ['a response that fails', { value: { status: 500, headers: {} } }, { failedCalls: 1, failureTypes: { 500: 1 } }],
    ['a response that is ignored', { status: 'success', value: { status: 404, headers: {} } }, { ignoredCalls: 1 }],
    ['an error', { error: BOOM }, { failedCalls: 1 }],
    ['an error that the profile ignores', { error: { status: 404 } }, { ignoredCalls: 1 }],
    ['a failure by status', { status: 'failure' }, { failedCalls: 1 }],
    ['nothing to learn', { status: 'ignored', error: BOOM }, { ignoredCalls: 1 }],
  ])('is settled with %s, as the profile judges it', (_what, end, figures) => {
    const { breaker } = silentBreakerWith({ profile: http() });
    breaker.acquire().settle(end);

    expect(breaker.getMetrics()).toMatchObject({ ...figures, totalCalls: 1, inFlight: 0 });
  });

  it.each(['value', 'error'] as const)('passes Retry-After of its %s on', (kind) => {
    const { breaker } = silentBreakerWith({ profile: http({ onRetryAfter: 'open' }) });
    breaker.acquire().settle({ [kind]: { status: 503, headers: { 'retry-after': '7' } } });

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 7_000]);
  });

  it('has the duration since it was acquired, or the given one', () => {
    const { breaker, clock } = silentBreakerWith();
    const [first, second] = [breaker.acquire(), breaker.acquire()];
    clock.advance(100);
    first.settle({});
    second.settle({ durationMs: 300 });

    expect(breaker.getMetrics().averageResponseTimeMs).toBe(200);
  });

  it('is not settled by an invalid end', () => {
    const { breaker } = silentBreakerWith();
    const permit = breaker.acquire();

    expect(problemsOf(() => permit.settle({ status: 'ok', durationMs: -1, valu: 1 } as never))).toHaveLength(3);
    expect(breaker.getMetrics().inFlight).toBe(1);
    permit.settle({});
    permit.settle({ error: BOOM });
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, successfulCalls: 1, failedCalls: 0 });
  });
});

describe('a permit that is forgotten', () => {
  it('times out like a call, and frees its slot as an operation that hangs', () => {
    const { breaker, clock, events } = breakerWith({ timeoutMs: 1_000, maxConcurrent: 1 });
    const { signal } = breaker.acquire();
    clock.advance(999);
    const before = [signal.aborted, breaker.canExecute()];
    clock.advance(1);
    const { failedCalls, timeouts, abandoned } = breaker.getMetrics();
    clock.advance(1_000);

    expect(before).toEqual([false, false]);
    expect([failedCalls, timeouts, abandoned, isCircuitBreakerTimeoutError(signal.reason)]).toEqual([1, 1, 1, true]);
    expect([breaker.canExecute(), events.map(({ type }) => type)]).toEqual([true, ['timeout', 'failure', 'slow']]);
    expect(clock.holdingTimers).toBe(0);
  });

  it('frees its probe', () => {
    const { breaker, clock } = readyToProbe(silentBreakerWith({ timeoutMs: 1_000, halfOpenMaxCalls: 1 }));
    breaker.acquire();
    clock.advance(1_000);

    expect([breaker.state, breaker.getMetrics().inFlight]).toEqual(['open', 0]);
  });

  it('frees its slot at once when it is settled late, and decides nothing more', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, maxConcurrent: 1 });
    const permit = breaker.acquire();
    clock.advance(1_500);
    permit.settle({});

    expect(breaker.canExecute()).toBe(true);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, successfulCalls: 0, abandoned: 0, inFlight: 0 });
  });

  it.each([[{ timeoutMs: 50 }, 50], [{}, 1_000], [{ timeoutMs: null }, Number.POSITIVE_INFINITY]])(
    'ends by %j after %s ms',
    (options, endsAfterMs) => {
      const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
      breaker.acquire(options);
      clock.advance(Math.min(endsAfterMs, 3_600_000) - 1);
      const before = breaker.getMetrics().inFlight;
      clock.advance(1);

      expect([before, breaker.getMetrics().inFlight]).toEqual([1, Number.isFinite(endsAfterMs) ? 0 : 1]);
    },
  );

  it('leaves no timer and no slot behind after dispose()', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const permit = breaker.acquire();
    breaker.dispose();
    permit.settle({});

    expect([clock.timers, breaker.getMetrics().inFlight]).toEqual([0, 0]);
  });
});

describe('the signal of a permit', () => {
  it('aborts when the caller aborts, which is no failure', () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    const permit = breaker.acquire({ signal: caller.signal });
    caller.abort(BOOM);
    const { ignoredCalls, abandoned } = breaker.getMetrics();
    permit.settle({ error: BOOM });

    expect([permit.signal.reason, ignoredCalls, abandoned]).toEqual([BOOM, 1, 1]);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0, abandoned: 0 });
  });

  it('is not aborted by a timeout in mode observe', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, mode: 'observe' });
    const { signal } = breaker.acquire();
    clock.advance(1_000);

    expect([signal.aborted, breaker.getMetrics().failedCalls]).toEqual([false, 1]);
  });

  it("is the caller's in mode off", () => {
    const { breaker } = silentBreakerWith({ mode: 'off' });
    const { signal } = new AbortController();
    const permit = breaker.acquire({ signal });
    permit.settle({ error: BOOM });

    expect([permit.signal === signal, breaker.acquire().signal.aborted]).toEqual([true, false]);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });
});
