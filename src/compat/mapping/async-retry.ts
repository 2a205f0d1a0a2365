import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `AsyncCircuitBreaker`. */
export const asyncCircuitBreakerOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the opening until a call is tried again; no limit for calls. Default 60. */
  timeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60, note: 'the wait, not a limit for calls' },
  /** Classes of the errors that count as failures; others are as if the call had not been. Default: all errors. */
  expectedException: { kind: 'classes', to: 'countErrors', note: 'also looked for among the causes of an error' },
} as const satisfies LegacyOptions;

/** What `AsyncCircuitBreaker` fixes. */
export const asyncCircuitBreakerSettings = { errorRateThreshold: null, successThreshold: 1, timeoutMs: null, exponentialBackoff: false, jitter: false } as const satisfies LegacySettings;

/** The legacy names of `./compat/async-retry`. */
export const asyncRetryNames: readonly LegacyName[] = [
  {
    module: 'core/async_retry_logic.py',
    name: 'AsyncCircuitBreaker',
    source: 'async-retry',
    shim: 'AsyncCircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: asyncCircuitBreakerOptions,
    settings: asyncCircuitBreakerSettings,
    members: { call: 'call(() => operation(...args))', state: 'state', failure_count: 'getMetrics().consecutiveFailures', circuit_info: 'getStatus()' },
    kept: [
      'only failures in a row of the expected classes open, whatever else fails between them; one success closes; a failed probe opens again; waits do not grow',
      'calls have no timeout; each breaker is its own, and nobody lists it',
      'the state is upper case, and stays `OPEN` until a call is tried; a success takes `failureCount` to 0 and `lastFailureTime` to null',
    ],
    repaired: [
      { fault: 'one call ran at a time: all others waited for it', now: 'calls run side by side', check: 'operations that relied on never running twice at once' },
      { fault: 'a call inside a call of the same breaker never ended', now: 'it runs', check: 'nothing' },
      { fault: 'half-open let one call after the other through', now: 'at most 3 probes at once; further calls are rejected instead of waiting', check: 'calls that are rejected right after an outage' },
    ],
    note: 'the other names of that file are no breakers and have no shim: `async_timeout`, `with_timeout`, `with_retry`, `AsyncLock`; `retry()` of this library is the better `with_retry`',
  },
  {
    module: 'core/exceptions_service.py',
    name: 'ServiceError',
    source: 'async-retry',
    shim: 'ServiceError',
    replacement: 'CircuitBreakerOpenError',
    kept: ['the message `Circuit breaker is OPEN (failed N times)`'],
    note: 'only as the rejection of an `AsyncCircuitBreaker`; it has the code `ERR_CIRCUIT_OPEN`',
  },
];
