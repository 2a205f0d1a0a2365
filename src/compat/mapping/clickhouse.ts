import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `CircuitBreakerConfig`. */
export const clickhouseOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the opening until a call is tried again. Default 30. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 30 },
  /** Probes that may run at once. Whole number, 1 or more. Default 3. */
  halfOpenMaxCalls: { kind: 'count', to: 'halfOpenMaxCalls', default: 3 },
} as const satisfies LegacyOptions;

/** Only failures in a row open it, one success closes it, waits do not grow, and nothing limits how long a query takes. */
export const clickhouseSettings = { errorRateThreshold: null, successThreshold: 1, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

const MODULE = 'core/clickhouse_connection_manager.py';

/** The legacy names of `./compat/clickhouse`. */
export const clickhouseNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'ClickHouseCircuitBreaker',
    source: 'clickhouse',
    shim: 'ClickHouseCircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: clickhouseOptions,
    settings: clickhouseSettings,
    members: { can_execute: 'canExecute()', record_success: 'recordSuccess(durationMs?)', record_failure: 'recordFailure(error?, durationMs?)' },
    kept: [
      'only failures in a row open; the first success after the wait closes; a failed probe opens again; waits do not grow',
      'recording and asking are synchronous; it is in no registry, so the name `clickhouse` there is not its',
    ],
    repaired: [
      { fault: 'the wait ended only after `recovery_timeout`, and began anew with each late failure', now: 'it ends at `recoveryTimeout`, measured from the opening', check: 'tests that step exactly to the end of the wait' },
      { fault: 'the limit of probes was never counted', now: 'at most `halfOpenMaxCalls` calls run at once as probes', check: 'calls that are rejected right after an outage' },
      { fault: 'the connection manager recorded one failure twice, so half the threshold was enough', now: 'a `call()` has one outcome', check: 'thresholds that were doubled to make up for it' },
      {
        fault: 'the cache fallback of SELECT crashed on an undefined variable and hid why the query had failed',
        now: 'a fallback that fails gives a CircuitBreakerFallbackError with the reason as its `cause`: `breaker.call(query, { fallback: cached })`',
        check: 'SELECTs that ended with an error about a variable; they give the cached rows or the reason',
      },
    ],
  },
  {
    module: MODULE,
    name: 'CircuitBreakerConfig',
    source: 'clickhouse',
    shim: 'CircuitBreakerConfig',
    replacement: 'UnifiedCircuitConfig',
    options: clickhouseOptions,
    settings: clickhouseSettings,
    kept: ['seconds, under the legacy names in camelCase'],
    repaired: [{ fault: 'could be changed after use', now: 'frozen', check: 'assignments to its fields' }],
  },
  {
    module: MODULE,
    name: 'ConnectionError',
    source: 'clickhouse',
    shim: 'ConnectionError',
    replacement: 'CircuitBreakerOpenError',
    kept: ['the name, and the message `ClickHouse circuit breaker is open - too many failures`'],
    repaired: [{ fault: 'outer breakers took a rejection for a failure of their own dependency', now: 'it has the code ERR_CIRCUIT_OPEN, which breakers ignore', check: 'breakers around breakers: the outer one stays closed' }],
    note: 'For a connection the message ended after `open`; it is the longer one now.',
  },
];
