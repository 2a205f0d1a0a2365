import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `RetryConfig`. */
export const retryConfigOptions = {
  /** All attempts, the first one included. Whole number, 1 or more. Default 3. */
  maxAttempts: { kind: 'count', to: null, default: 3 },
  /** Seconds to wait after the first attempt. 0 or more. Default 1. */
  baseDelay: { kind: 'number', to: null, default: 1, note: 'seconds' },
  /** The longest wait in seconds, besides what an error asks for by `retryAfterMs`. 0 or more. Default 60. */
  maxDelay: { kind: 'number', to: null, default: 60, note: 'seconds' },
  /** How waits grow: `fixed`, `linear`, `exponential`, `exponential_jitter`, `fibonacci` or `adaptive`; anything else is `fixed`. Default `exponential`. */
  strategy: { kind: 'text', to: null, default: 'exponential' },
  /** What each further wait is multiplied by. 0 or more. Default 2. */
  backoffMultiplier: { kind: 'number', to: null, default: 2 },
  /** The share by which `exponential_jitter` shortens or lengthens a wait. 0 or more. Default 0.1. */
  jitterRange: { kind: 'number', to: null, default: 0.1 },
  /** Seconds that all attempts and waits may take. Default: any. */
  timeoutSeconds: { kind: 'seconds', to: null, note: 'for all attempts together' },
  /** Errors that are retried. Default: all. */
  retryableExceptions: { kind: 'classes', to: null },
  /** Errors that are not, whatever the other list says. Default: none. */
  nonRetryableExceptions: { kind: 'classes', to: null },
  /** Whether there is a circuit. Default false. */
  circuitBreakerEnabled: { kind: 'flag', to: null, default: false },
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  circuitBreakerFailureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the opening until a call is tried again. Default 30. */
  circuitBreakerRecoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 30 },
  /** Never read. */
  metricsEnabled: { kind: 'flag', to: null, default: true, note: 'never read' },
} as const satisfies LegacyOptions;

/** An attempt has no timeout of its own. */
export const retryConfigSettings = { timeoutMs: null } as const satisfies LegacySettings;

const MODULE = 'core/resilience/unified_retry_handler.py';

/** The legacy names of `./compat/retry-handler`. */
export const retryHandlerNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'UnifiedRetryHandler',
    source: 'retry-handler',
    shim: 'UnifiedRetryHandler',
    replacement: 'retry(() => breaker.call(operation), options)',
    options: retryConfigOptions,
    settings: retryConfigSettings,
    members: {
      execute_with_retry: 'retry(() => breaker.call(operation), options)',
      execute_with_retry_async: 'retry(() => breaker.call(operation), options)',
      with_timeout: 'totalTimeoutMs',
      with_max_attempts: 'attempts',
      with_circuit_breaker: 'breaker.call(operation) inside',
      get_circuit_breaker_status: 'breaker.getStatus()',
    },
    kept: [
      'the circuit is listed as `<service>_retry_circuit`, and each attempt is one call of it',
      'failures in a row or an error rate of half open, three successes close, waits grow',
      'no error of an attempt is thrown: the result says how it went; while the circuit is open it holds the error `Circuit breaker is open` and no attempts',
    ],
    repaired: [
      { fault: 'a circuit that had opened stayed open for ever', now: 'the first attempt after the wait is a probe', check: 'restarts that were the remedy' },
      { fault: 'the attempts went on when the circuit opened between them', now: 'an open circuit ends them', check: 'results with fewer attempts' },
      { fault: 'the synchronous form stopped the whole process while it waited', now: 'both forms give a promise', check: 'calls without await' },
      { fault: 'the rate opened at 3 failures, whatever the threshold', now: 'the threshold is reached first', check: 'alerts tuned to early openings' },
      { fault: 'the rejection of a breaker inside was retried and counted', now: 'it ends the attempts, and counts as nothing', check: 'operations that have a breaker of their own' },
      { fault: '`delay_before` of an attempt was the wait after it', now: 'it is the wait before it', check: 'readers of attempts' },
    ],
  },
  {
    module: MODULE,
    name: 'RetryConfig',
    source: 'retry-handler',
    shim: 'RetryConfig',
    replacement: 'UnifiedCircuitConfig',
    options: retryConfigOptions,
    settings: retryConfigSettings,
    kept: ['seconds, under the legacy names in camelCase'],
    repaired: [{ fault: 'variables of the environment changed it', now: 'it is what it was given', check: 'deployments that set `RETRY_…`' }],
  },
  ...['DATABASE_RETRY_POLICY', 'LLM_RETRY_POLICY', 'API_RETRY_POLICY', 'AGENT_RETRY_POLICY', 'WEBSOCKET_RETRY_POLICY', 'FILE_RETRY_POLICY'].map((name) => ({
    module: MODULE,
    name,
    source: 'retry-handler',
    shim: name,
    replacement: 'RetryOptions',
    note: 'Its lists of Python errors have no counterpart: give `nonRetryableExceptions` of your clients.',
  })),
];
