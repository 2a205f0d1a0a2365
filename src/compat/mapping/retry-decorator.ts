import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `CircuitBreakerData`. */
export const circuitBreakerDataOptions = {
  /** Failures, less successes, that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the opening until a call is tried again. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Probes that may run at once. Whole number, 1 or more. Default 3. */
  halfOpenMaxCalls: { kind: 'count', to: 'halfOpenMaxCalls', default: 3 },
} as const satisfies LegacyOptions;

/** What its callers could not set. */
export const circuitBreakerDataSettings = { errorRateThreshold: null, successThreshold: 1, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

/** Of `unifiedRetry`. */
export const unifiedRetryOptions = {
  ...circuitBreakerDataOptions,
  /** All attempts, the first one included. Whole number, 1 or more. Default 3. */
  maxAttempts: { kind: 'count', to: null, default: 3 },
  /** Seconds to wait after the first attempt, before jitter. 0 or more. Default 1. */
  baseDelay: { kind: 'number', to: null, default: 1, note: 'seconds' },
  /** The longest wait in seconds, besides what an error asks for by `retryAfterMs`. 0 or more. Default 60. */
  maxDelay: { kind: 'number', to: null, default: 60, note: 'seconds' },
  /** How waits grow: `fixed`, `linear`, `exponential`, `fibonacci` or `adaptive`; anything else is `fixed`. Default `exponential`. */
  strategy: { kind: 'text', to: null, default: 'exponential' },
  /** What each further wait is multiplied by. 0 or more. Default 2. */
  backoffFactor: { kind: 'number', to: null, default: 2 },
  /** Whether chance shortens each wait, to half of it at most. Default true. */
  jitter: { kind: 'flag', to: null, default: true },
  /** Errors that are not retried. Default: none. */
  nonRetryableExceptions: { kind: 'classes', to: null },
  /** Whether there is a circuit. Default false. */
  circuitBreaker: { kind: 'flag', to: null, default: false },
} as const satisfies LegacyOptions;

const MODULE = 'core/unified/retry_decorator.py';

/** The legacy names of `./compat/retry-decorator`. */
export const retryDecoratorNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'CircuitBreakerData',
    source: 'retry-decorator',
    shim: 'CircuitBreakerData',
    replacement: 'UnifiedCircuitBreaker',
    options: circuitBreakerDataOptions,
    settings: circuitBreakerDataSettings,
    quirk: 'decayingFailures',
    members: { state: 'state', failure_count: 'getMetrics().consecutiveFailures', last_failure_time: 'getMetrics().lastFailureTime' },
    kept: ['each success takes one failure back; one success closes, a failed probe opens again; waits do not grow', 'the error `Circuit breaker is open`'],
    repaired: [
      { fault: 'the limit of probes was never counted', now: 'at most `halfOpenMaxCalls` probes run at once', check: 'calls that are rejected right after an outage' },
      { fault: 'the wait was over when it was strictly longer than `recovery_timeout`, and began anew with each late failure', now: 'it is over when it is as long, measured from the opening', check: 'tests at the limit' },
      { fault: 'the error was a plain one, and counted in outer breakers', now: 'it is a `CircuitBreakerOpenError`, too', check: 'code that compares its class' },
      { fault: 'its fields could be written from outside', now: 'they are read only', check: 'assignments; use `reset()` and `forceOpen()`' },
    ],
    note: '`failureCount` are failures in a row here.',
  },
  {
    module: MODULE,
    name: 'unified_retry',
    source: 'retry-decorator',
    shim: 'unifiedRetry',
    replacement: 'withRetry(fn, options)',
    options: unifiedRetryOptions,
    settings: circuitBreakerDataSettings,
    kept: ['one outcome for a whole run of attempts, and a circuit for each decorator', 'the circuit is asked before the first attempt only'],
    repaired: [
      { fault: 'functions that are synchronous stopped the whole process while they waited', now: 'what is decorated gives a promise', check: 'calls without await' },
      { fault: 'rejections of breakers inside were retried', now: 'they are not', check: 'nothing' },
    ],
    note: 'Its lists of Python errors have no counterpart: without `nonRetryableExceptions` all errors are retried.',
  },
];
