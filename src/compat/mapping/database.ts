import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';
import { circuitConfigOptions, circuitConfigSettings } from './core.ts';

/** Of the breaker `database_connection`; `DatabaseManager.configureCircuitBreaker()` changes the first two. */
export const databaseConnectionOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 3. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 3 },
  /** Seconds from the opening until a connection is tried again. Default 2. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 2 },
  /** Accepted; decides nothing. */
  testMode: { kind: 'flag', to: null, note: 'decides nothing; give the numbers themselves' },
} as const satisfies LegacyOptions;

/** What else the breaker `database_connection` has. */
export const databaseConnectionSettings = {
  successThreshold: 2,
  timeoutMs: 10_000,
  slidingWindowSize: 5,
  minRequestsThreshold: 3,
  errorRateThreshold: 0.6,
  exponentialBackoff: false,
  jitter: false,
} as const satisfies LegacySettings;

const MODULE = 'db/client_config.py';

/** The legacy names of `./compat/database`. */
export const databaseNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'DatabaseClientConfig',
    source: 'database',
    shim: 'DatabaseClientConfig',
    replacement: 'UnifiedCircuitConfig',
    options: circuitConfigOptions,
    settings: circuitConfigSettings,
    kept: ['the numbers of `POSTGRES_CONFIG`, `CLICKHOUSE_CONFIG`, `READ_CONFIG`, `WRITE_CONFIG`, `RETRY_CONFIG` and `CACHE_CONFIG`, in seconds'],
    repaired: [{ fault: 'anybody could change the numbers for everybody', now: 'frozen', check: 'assignments to its fields' }],
  },
  {
    module: MODULE,
    name: 'CircuitBreakerManager',
    source: 'database',
    shim: 'CircuitBreakerManager',
    replacement: 'getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config)',
    members: {
      get_postgres_circuit: "createCircuitBreaker('postgres', config)",
      get_read_circuit: "createCircuitBreaker('db_read', config)",
      get_write_circuit: "createCircuitBreaker('db_write', config)",
      get_clickhouse_circuit: "createCircuitBreaker('clickhouse', config)",
    },
    kept: ['the names `postgres`, `db_read`, `db_write` and `clickhouse` in the registry; the getters give promises'],
    repaired: [
      { fault: 'each getter failed, because the registry had no `get_breaker`', now: 'each gives the breaker of its name', check: 'code that went on without a breaker after the error' },
      {
        fault: 'the name `clickhouse` was claimed by three configurations, and the first one won in silence',
        now: 'the first one still wins, and a second that contradicts it gives the warning UCB_CONFIG_CONFLICT',
        check: 'the log of the first start; give one of them another name',
      },
    ],
  },
  {
    module: MODULE,
    name: 'HealthAssessment',
    source: 'database',
    shim: 'HealthAssessment',
    replacement: 'getUnifiedCircuitBreakerManager().getHealthSummary()',
    kept: ['`unhealthy` circuits make it degraded, `recovering` ones recovering; a connection that is not healthy makes it unhealthy'],
    repaired: [{ fault: '`health` of a status was an object and not text, so the answer was always healthy', now: 'text and object are both read', check: 'alerts that never came and may come now' }],
  },
  {
    module: 'db/database_manager.py',
    name: 'DatabaseManager',
    source: 'database',
    shim: 'DatabaseManager',
    replacement: "getUnifiedCircuitBreakerManager().createCircuitBreaker('database_connection', config)",
    options: databaseConnectionOptions,
    settings: databaseConnectionSettings,
    members: {
      get_connection: 'call(() => connect())',
      configure_circuit_breaker: 'reconfigure(name, { failureThreshold, recoveryTimeoutMs })',
      get_circuit_breaker_status: 'getStatus()',
      get_all_circuit_status: 'getAllStatus()',
    },
    kept: ['the breaker `database_connection` with its numbers; states in upper case; the wait does not grow', 'zero leaves a number as it is'],
    repaired: [
      { fault: 'the numbers of a live breaker were written into its fields', now: 'they are validated, and all or none are taken', check: 'negative numbers and texts' },
      {
        fault: 'a higher threshold changed nothing, because the error rate opened the circuit at the third failure all the same',
        now: 'window and minimum grow with the threshold',
        check: 'thresholds above 3: they hold now',
      },
      { fault: 'the limit of probes was never enforced', now: 'at most 3 probes run at once', check: 'connections that are refused right after an outage' },
    ],
    note: 'Only its breaker is here: pools, sessions and URLs stay yours.',
  },
];
