import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `CircuitBreakerConfig`. */
export const serviceBreakerOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the first opening until a call is tried again. Default 60. */
  recoveryTimeoutSeconds: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Probes that may run at once. Whole number, 1 or more. Default 3. */
  halfOpenMaxCalls: { kind: 'count', to: 'halfOpenMaxCalls', default: 3 },
  /** Seconds that a call may take. Default 30. */
  timeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 30 },
} as const satisfies LegacyOptions;

/** The thresholds follow latency and the usual error rate; waits grow. */
export const serviceBreakerSettings = { adaptiveThreshold: true } as const satisfies LegacySettings;

/** Of `ServiceConfig`. */
export const serviceOptions = {
  /** Names the service and its circuit. Required. */
  name: { kind: 'name', to: 'name' },
  /** Where the service is. Required. */
  endpoint: { kind: 'name', to: null, note: 'shown, and nothing else' },
  /** Where its health would be asked. */
  healthCheckUrl: { kind: 'text', to: null, note: 'shown, and never asked; give `healthCheck` to the breaker instead' },
  /** The configuration of its circuit. */
  circuitBreakerConfig: { kind: 'any', to: null, note: 'a `CircuitBreakerConfig`, or its options' },
} as const satisfies LegacyOptions;

const MANAGER = 'services/circuit_breaker/circuit_breaker_manager.py';
const FAILURES = 'services/circuit_breaker/failure_detector.py';
const HEALTH = 'services/circuit_breaker/service_health_monitor.py';
const frozen = { fault: 'could be changed after use', now: 'frozen', check: 'assignments to its fields' } as const;

/** The legacy names of `./compat/service-manager`. */
export const serviceManagerNames: readonly LegacyName[] = [
  {
    module: MANAGER,
    name: 'CircuitBreakerManager',
    source: 'service-manager',
    shim: 'CircuitBreakerManager',
    replacement: 'getUnifiedCircuitBreakerManager()',
    options: serviceBreakerOptions,
    settings: serviceBreakerSettings,
    members: {
      register_service: 'createCircuitBreaker(name, config)',
      unregister_service: 'removeCircuitBreaker(name)',
      call_service: 'callWithCircuitBreaker(name, () => operation(...args))',
      get_circuit_breaker_state: 'getCircuitBreaker(name)?.state',
      get_all_states: 'getAllStatus()',
      force_open: 'getCircuitBreaker(name)?.trip()',
      force_close: 'resetCircuitBreaker(name)',
      reset_all: 'resetAll()',
      get_health_summary: 'getHealthSummary()',
    },
    kept: ['the breakers are in the registry of the process, under the names of the services', 'thresholds adapt, and waits grow', "the message `Service '<name>' not registered`"],
    repaired: [
      { fault: '`force_open()` had no effect: the circuit read as closed and let calls pass', now: 'it opens, and the circuit recovers by itself', check: 'drills that never cut anything off, and do now' },
      { fault: '`get_all_states()` failed', now: 'it gives state, failures in a row, the last failure and the addresses', check: 'code that went on without the states' },
      { fault: 'the breaker of a service that was unregistered stayed in the registry', now: 'it leaves, unless others had made it', check: 'dashboards that show services that are gone' },
      { fault: 'services were kept for ever', now: 'at most 10 000; the one registered longest ago makes room', check: 'names of services that hold an identifier' },
      { fault: 'a service that was registered again got a new circuit beside the old one', now: 'it keeps its circuit; another configuration is ignored with the warning UCB_CONFIG_CONFLICT', check: 'the log of the first start' },
      { fault: '`start()` began a loop that checked nothing', now: '`start()` and `stop()` do nothing', check: 'services with a `healthCheckUrl`: give the breaker a `healthCheck`' },
    ],
  },
  {
    module: MANAGER,
    name: 'ServiceConfig',
    source: 'service-manager',
    shim: 'ServiceConfig',
    replacement: 'UnifiedCircuitConfig',
    options: serviceOptions,
    repaired: [frozen],
  },
  {
    module: MANAGER,
    name: 'CircuitBreakerConfig',
    source: 'service-manager',
    shim: 'CircuitBreakerConfig',
    replacement: 'UnifiedCircuitConfig',
    options: serviceBreakerOptions,
    settings: serviceBreakerSettings,
    kept: ['seconds, under the legacy names in camelCase'],
    repaired: [frozen],
  },
  {
    module: MANAGER,
    name: 'default_circuit_breaker_manager',
    source: 'service-manager',
    shim: 'defaultCircuitBreakerManager',
    replacement: 'getUnifiedCircuitBreakerManager()',
    kept: ['one for the process'],
  },
  {
    module: FAILURES,
    name: 'FailureDetector',
    source: 'service-manager',
    shim: 'FailureDetector',
    replacement: "getUnifiedCircuitBreakerManager().on('failure', listener)",
    kept: [
      'the newest 1 000 failures; failing at 5 in 10 minutes; the health score falls by a tenth a failure within the hour',
      'patterns of the last hour, told every 60 seconds where there is more than one failure a minute',
      'everything may be awaited; listeners cannot disturb it',
    ],
    repaired: [
      { fault: 'starting twice ran two loops, of which one could not be stopped', now: 'starting twice is starting once', check: 'nothing' },
      { fault: 'recording waited for asynchronous listeners', now: 'it does not wait', check: 'code that relied on a listener having ended' },
    ],
  },
  { module: FAILURES, name: 'FailureType', source: 'service-manager', shim: 'FailureType', replacement: 'UnifiedCircuitMetrics.failureTypes', kept: ['the values are plain text'] },
  {
    module: FAILURES,
    name: 'detect_http_failure',
    source: 'service-manager',
    shim: 'detectHttpFailure',
    replacement: 'UnifiedCircuitBreaker with isFailure',
    kept: ['only statuses of 500 and more are failures'],
  },
  {
    module: HEALTH,
    name: 'ServiceHealthMonitor',
    source: 'service-manager',
    shim: 'ServiceHealthMonitor',
    replacement: 'UnifiedCircuitBreaker with healthCheck',
    kept: ['`true` or a status `healthy` is healthy, `false` or `unhealthy` is unhealthy, anything else degraded', 'a round every 30 seconds, 30 seconds a check'],
    repaired: [
      { fault: 'rates were taken from the runs, so they were always 0 or 100 %', now: 'they are shares of the last 1 000 checks', check: 'alerts on `errorRatePercent`' },
      { fault: 'one check that hung held up the others', now: 'the checks of a round run side by side', check: 'nothing' },
      { fault: 'a service that was unregistered during its check broke the check', now: 'the answer goes to who asked, and nobody else', check: 'nothing' },
      { fault: 'what a monitor held grew with every name', now: 'at most 1 000 services; the one registered longest ago makes room', check: 'names of services that hold an identifier' },
    ],
    note: 'It moves no circuit; a `healthCheck` of a breaker does.',
  },
  { module: HEALTH, name: 'ServiceHealthStatus', source: 'service-manager', shim: 'ServiceHealthStatus', replacement: 'HealthStatus', kept: ['the values are plain text'] },
];
