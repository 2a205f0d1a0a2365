import { describe, expectTypeOf, it } from 'vitest';
import type { EVENT_NAMES } from '../../src/core/events.ts';
import {
  isBulkheadFullError,
  isCircuitBreakerConfigError,
  isCircuitBreakerDisposedError,
  isCircuitBreakerError,
  isCircuitBreakerFallbackError,
  isCircuitBreakerOpenError,
  isCircuitBreakerTimeoutError,
  UnifiedCircuitBreaker,
} from 'unified-circuit-breaker';
import type {
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerError,
  CircuitBreakerErrorCode,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
  CircuitEvents,
  CircuitSnapshot,
  CircuitState,
  InternalErrorHandler,
  Override,
  UnifiedCircuitMetrics,
  UnifiedCircuitStatus,
} from 'unified-circuit-breaker';

const breaker = new UnifiedCircuitBreaker({ name: 'orders' });

describe('the guards', () => {
  it('narrow an unknown error each to its class', () => {
    const error: unknown = new Error('no');

    if (isCircuitBreakerOpenError(error)) {
      expectTypeOf(error).toEqualTypeOf<CircuitBreakerOpenError>();
      expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>();
      expectTypeOf(error.state).toEqualTypeOf<CircuitState>();
      expectTypeOf(error.headers).toEqualTypeOf<Record<string, string>>();
    }
    if (isCircuitBreakerTimeoutError(error)) expectTypeOf(error).toEqualTypeOf<CircuitBreakerTimeoutError>();
    if (isBulkheadFullError(error)) expectTypeOf(error).toEqualTypeOf<BulkheadFullError>();
    if (isCircuitBreakerConfigError(error)) expectTypeOf(error.problems).toEqualTypeOf<readonly string[]>();
    if (isCircuitBreakerDisposedError(error)) expectTypeOf(error).toEqualTypeOf<CircuitBreakerDisposedError>();
    if (isCircuitBreakerFallbackError(error)) expectTypeOf(error.errors).toEqualTypeOf<readonly unknown[]>();
    if (isCircuitBreakerError(error)) expectTypeOf(error.code).toEqualTypeOf<CircuitBreakerErrorCode>();
    // @ts-expect-error not asked for
    void error.code;
  });

  it('tell the classes apart by their codes', () => {
    expectTypeOf<CircuitBreakerOpenError['code']>().toEqualTypeOf<'ERR_CIRCUIT_OPEN'>();
    expectTypeOf<CircuitBreakerTimeoutError['code']>().toEqualTypeOf<'ERR_CIRCUIT_TIMEOUT'>();
    expectTypeOf<BulkheadFullError['code']>().toEqualTypeOf<'ERR_BULKHEAD_FULL'>();
    expectTypeOf<CircuitBreakerConfigError['code']>().toEqualTypeOf<'ERR_CIRCUIT_CONFIG'>();
    expectTypeOf<CircuitBreakerDisposedError['code']>().toEqualTypeOf<'ERR_CIRCUIT_DISPOSED'>();
    expectTypeOf<CircuitBreakerFallbackError['code']>().toEqualTypeOf<'ERR_CIRCUIT_FALLBACK'>();
    expectTypeOf<CircuitBreakerOpenError>().toExtend<CircuitBreakerError>();
    expectTypeOf<CircuitBreakerTimeoutError>().not.toExtend<CircuitBreakerOpenError>();
  });
});

describe('events', () => {
  it('reach listeners with their own payload', () => {
    const off = breaker.on('stateChange', (event) => {
      expectTypeOf(event).toEqualTypeOf<CircuitEvents['stateChange']>();
      expectTypeOf(event.to).toEqualTypeOf<CircuitState>();
      expectTypeOf(event.metrics).toEqualTypeOf<UnifiedCircuitMetrics>();
      // @ts-expect-error what happened is read only
      event.reason = 'other';
    });

    expectTypeOf(off).toEqualTypeOf<() => void>();
    breaker.on('failure', (event) => expectTypeOf(event).toEqualTypeOf<CircuitEvents['failure']>());
    breaker.on('leaseExpired', (event) => expectTypeOf(event).toEqualTypeOf<CircuitEvents['leaseExpired']>());
    breaker.on('override', ({ override }) => expectTypeOf(override).toEqualTypeOf<Override | null>());
    breaker.on('success', async ({ durationMs }) => expectTypeOf(durationMs).toEqualTypeOf<number>());
    expectTypeOf<CircuitEvents[keyof CircuitEvents]['name']>().toEqualTypeOf<string>();
  });

  it('are those that `on()` accepts at run time', () => {
    expectTypeOf<keyof CircuitEvents>().toEqualTypeOf<(typeof EVENT_NAMES)[number]>();
    // @ts-expect-error the event is stateChange
    breaker.on('open', () => {});
    // @ts-expect-error another event's payload
    breaker.on('success', (event: CircuitEvents['stateChange']) => void event);
    // @ts-expect-error no listener
    breaker.on('success');
  });
});

describe('what a breaker shows', () => {
  it('is read only, all the way down', () => {
    expectTypeOf(breaker.state).toEqualTypeOf<CircuitState>();
    expectTypeOf(breaker.retryAfterMs).toEqualTypeOf<number | undefined>();
    expectTypeOf(breaker.getStatus()).toEqualTypeOf<UnifiedCircuitStatus>();
    expectTypeOf(breaker.getMetrics()).toEqualTypeOf<UnifiedCircuitMetrics>();
    expectTypeOf(breaker.explain()).toEqualTypeOf<string>();
    // @ts-expect-error only the breaker moves
    breaker.state = 'closed';
    // @ts-expect-error fixed
    breaker.name = 'other';
    // @ts-expect-error figures are read only
    breaker.getMetrics().totalCalls = 0;
    // @ts-expect-error the failure types too
    breaker.getMetrics().failureTypes['Error'] = 0;
    // @ts-expect-error the options in force too
    breaker.getStatus().config.timeoutMs = 5;
    // @ts-expect-error the tags too
    breaker.getStatus().tags['team'] = 'other';
    // @ts-expect-error the override too
    (breaker.override as Override).reason = 'other';
    // @ts-expect-error the snapshot too
    breaker.snapshot().state = 'closed';
  });

  it('narrows by state', () => {
    const { state } = breaker;
    if (state !== 'open' && state !== 'half_open') expectTypeOf(state).toEqualTypeOf<'closed'>();
    // @ts-expect-error states are written with an underscore
    void (state === 'half-open');
  });

  it('comes back from a snapshot, whatever JSON.parse gave', () => {
    const snapshot: CircuitSnapshot = breaker.snapshot();

    new UnifiedCircuitBreaker({ name: 'orders', restore: JSON.parse(JSON.stringify(snapshot)) as unknown });
    // @ts-expect-error no such extra
    new UnifiedCircuitBreaker({ name: 'orders' }, { snapshot });
  });
});

describe('what is done by hand', () => {
  it('takes what it needs and no more', () => {
    breaker.recordSuccess();
    breaker.recordSuccess(12);
    breaker.recordFailure('anything', 12);
    breaker.trip();
    breaker.trip({ forMs: 5 });
    breaker.forceOpen();
    // @ts-expect-error a duration is a number
    breaker.recordSuccess('12');
    // @ts-expect-error reasons are text
    breaker.forceOpen(new Error('why'));
    // @ts-expect-error an object
    breaker.trip('why');
    // @ts-expect-error release releases
    breaker.release('closed');
    expectTypeOf(breaker.canExecute()).toEqualTypeOf<boolean>();
  });

  it('reports what user code did wrong, by its source', () => {
    new UnifiedCircuitBreaker({
      name: 'x',
      onInternalError(error, { name, source }) {
        expectTypeOf(error).toEqualTypeOf<unknown>();
        expectTypeOf(name).toEqualTypeOf<string>();
        expectTypeOf(source).toEqualTypeOf<Parameters<InternalErrorHandler>[1]['source']>();
      },
    });
  });
});
