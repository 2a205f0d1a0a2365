import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `CircuitConfig`. */
export const circuitConfigOptions = {
  /** Names the circuit. Required. */
  name: { kind: 'name', to: 'name' },
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the opening until a call is tried again. Default 30. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 30 },
  /** Probes that may run at once. Whole number, 1 or more. Default 3. */
  halfOpenMaxCalls: { kind: 'count', to: 'halfOpenMaxCalls', default: 3 },
  /** Seconds that a call may take. Default 10. */
  timeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 10 },
  /** Whether the threshold follows latency and health. Default false. */
  adaptiveThreshold: { kind: 'flag', to: 'adaptiveThreshold', default: false, note: 'was true by default, and the breaker that read it did not use it' },
  /** Seconds above which a call is slow. Default 5. */
  slowCallThreshold: { kind: 'seconds', to: 'slowCallThresholdMs', default: 5 },
  /** Outcomes that rates are taken from. Whole number, 1 or more. Default 100. */
  slidingWindowSize: { kind: 'count', to: 'slidingWindowSize', default: 100 },
} as const satisfies LegacyOptions;

/** What the first breaker did whatever its configuration said: only failures in a row open it, one success closes it, and waits do not grow. */
export const circuitConfigSettings = { errorRateThreshold: null, successThreshold: 1, exponentialBackoff: false, jitter: false } as const satisfies LegacySettings;

/** Of `AdaptiveCircuitBreaker`. */
export const adaptiveOptions = {
  ...circuitConfigOptions,
  /** Never read. */
  recoveryTimeout: { kind: 'seconds', to: null, default: 30, note: 'never read: the wait is `timeoutSeconds`' },
  /** Seconds from the opening until a call is tried again. Default 10. */
  timeoutSeconds: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 10 },
  /** Always on. */
  adaptiveThreshold: { kind: 'flag', to: null, default: true, note: 'always on' },
  /** Successes that close the circuit. Whole number, 1 or more. Default 3. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 3 },
} as const satisfies LegacyOptions;

/** What `AdaptiveCircuitBreaker` fixes. */
export const adaptiveSettings = { errorRateThreshold: null, exponentialBackoff: false, jitter: false, adaptiveThreshold: true, timeoutMs: null } as const satisfies LegacySettings;

const MODULE = 'core/circuit_breaker_core.py';
const REGISTRY = 'core/circuit_breaker_registry_adaptive.py';

const members = {
  can_execute: 'canExecute()',
  record_success: 'recordSuccess(durationMs?)',
  record_failure: 'recordFailure(error?, durationMs?)',
  get_status: 'getStatus()',
  get_metrics: 'getMetrics()',
  force_open: 'trip()',
  reset: 'reset()',
  is_open: "state === 'open'",
  is_closed: "state === 'closed'",
  is_half_open: "state === 'half_open'",
} as const;

const { get_status: _, ...adaptiveMembers } = members;

/** The legacy names of `./compat/core`. */
export const coreNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'CircuitBreaker',
    source: 'core',
    shim: 'CircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: circuitConfigOptions,
    settings: circuitConfigSettings,
    members: { ...members, call: 'call(() => operation(...args))' },
    kept: [
      'only failures in a row open; one success closes; a failed probe opens again; waits do not grow',
      'recording and asking are synchronous; breakers of one name share their circuit, and the first configuration wins',
      'rejected calls are not in `totalCalls`; `failureCount`, `successRate` and `health` as text are at the top of the status',
      '`state` reads `half_open` when the wait is over',
    ],
    repaired: [
      { fault: 'the limit of probes was never enforced', now: 'at most `halfOpenMaxCalls` probes run at once', check: 'calls that are rejected right after an outage' },
      { fault: 'the wait began anew with each late failure', now: 'the wait is measured from the opening', check: 'tests that prolong an outage by recording failures' },
      { fault: 'a second configuration of a name was ignored in silence', now: 'it is ignored with the warning UCB_CONFIG_CONFLICT', check: 'the log of the first start' },
      { fault: '`adaptive_threshold`, on by default, did nothing', now: 'off by default; when given, it works', check: 'whether an explicit true is wanted' },
      { fault: '`can_execute()` made the move to half-open', now: 'asking changes nothing; the next call or record moves it', check: 'listeners that waited for the question' },
      { fault: 'forced open when the last failure was long ago, it let the next call through', now: 'it waits from that moment', check: 'nothing; in new code, `trip()` does nothing to a circuit whose wait is over: give it `forMs`' },
      { fault: 'options were not all validated', now: 'all problems are reported together', check: 'zeroes and negative numbers in configurations' },
    ],
  },
  {
    module: 'core/circuit_breaker_types.py',
    name: 'CircuitConfig',
    source: 'core',
    shim: 'CircuitConfig',
    replacement: 'UnifiedCircuitConfig',
    options: circuitConfigOptions,
    settings: circuitConfigSettings,
    kept: ['seconds, under the legacy names in camelCase'],
    repaired: [{ fault: 'could be changed after use, with no effect', now: 'frozen', check: 'assignments to its fields; use `reconfigure()` of the manager' }],
  },
  {
    module: 'core/circuit_breaker_types.py',
    name: 'CircuitConfig.create_for_environment',
    source: 'core',
    shim: 'createCircuitConfigForEnvironment',
    replacement: 'presets.environments',
    options: circuitConfigOptions,
    settings: circuitConfigSettings,
    kept: ['upper and lower case are alike; an unknown environment is production'],
  },
  {
    module: 'core/circuit_breaker_types.py',
    name: 'CircuitState',
    source: 'core',
    shim: 'CircuitStates',
    replacement: 'CircuitState',
    kept: ["the values are plain text: state === 'open'"],
    repaired: [{ fault: 'nine enumerations of the same states were never equal to each other', now: 'one union of plain text', check: 'comparisons of states that were always false' }],
  },
  {
    module: 'core/circuit_breaker_types.py',
    name: 'CircuitBreakerOpenError',
    source: 'core',
    shim: 'CircuitBreakerOpenError',
    replacement: 'CircuitBreakerOpenError',
    kept: ["the message `Circuit breaker '<name>' is OPEN`, `circuitName`"],
  },
  {
    module: REGISTRY,
    name: 'CircuitBreakerRegistry',
    source: 'core',
    shim: 'CircuitBreakerRegistry',
    replacement: 'UnifiedCircuitBreakerManager',
    members: {
      get_breaker: 'createCircuitBreaker(name, config)',
      get_circuit: 'createCircuitBreaker(name, config)',
      get_all_status: 'getAllStatus()',
      get_all_metrics: 'getAllStatus()',
      remove_breaker: 'removeCircuitBreaker(name)',
      get_breaker_count: 'size',
      get_breaker_names: 'getCircuitBreakerNames()',
      cleanup_all: 'removeCircuitBreaker(name) for each name',
      force_open_all: 'for (const breaker of manager) breaker.trip()',
      force_close_all: 'resetAll()',
    },
    kept: ['get or create; the same name gives the same breaker', 'asking for all statuses may be awaited'],
    repaired: [{ fault: 'the health check of a breaker was lost on the way', now: 'it runs while the circuit is open', check: 'checks that never ran and do now' }],
  },
  { module: REGISTRY, name: 'circuit_registry', source: 'core', shim: 'circuitRegistry', replacement: 'getUnifiedCircuitBreakerManager()' },
  { module: REGISTRY, name: 'get_circuit_breaker', source: 'core', shim: 'getCircuitBreaker', replacement: 'getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config)' },
  { module: REGISTRY, name: 'remove_circuit_breaker', source: 'core', shim: 'removeCircuitBreaker', replacement: 'getUnifiedCircuitBreakerManager().removeCircuitBreaker(name)' },
  { module: REGISTRY, name: 'get_all_circuit_breaker_metrics', source: 'core', shim: 'getAllCircuitBreakerMetrics', replacement: 'getUnifiedCircuitBreakerManager().getAllStatus()' },
  { module: REGISTRY, name: 'cleanup_all_circuit_breakers', source: 'core', shim: 'cleanupAllCircuitBreakers', replacement: 'getUnifiedCircuitBreakerManager().removeCircuitBreaker(name) for each name' },
  {
    module: REGISTRY,
    name: 'circuit_breaker',
    source: 'core',
    shim: 'circuitBreaker',
    replacement: 'circuitBreaker({ name }) or withBreaker(fn, { name })',
    repaired: [{ fault: 'a coroutine that was not awaited counted as a success', now: 'whatever gives a promise is awaited', check: 'decorated functions that return promises' }],
  },
  { module: REGISTRY, name: 'with_health_check', source: 'core', shim: 'withHealthCheck', replacement: 'circuitBreaker({ name, healthCheck })' },
  { module: REGISTRY, name: 'circuit_breaker_sync', source: 'core', shim: 'circuitBreakerSync', replacement: 'withBreaker(fn, { name, sync: true })' },
  {
    module: 'core/adaptive_circuit_breaker_core.py',
    name: 'AdaptiveCircuitBreaker',
    source: 'core',
    shim: 'AdaptiveCircuitBreaker',
    replacement: 'UnifiedCircuitBreaker with adaptiveThreshold',
    options: adaptiveOptions,
    settings: adaptiveSettings,
    members: { ...adaptiveMembers, call: 'call(() => operation(...args))', should_allow_request: 'canExecute()', force_close: 'reset()' },
    kept: ['the wait is `timeoutSeconds`; half-open needs `successThreshold` successes'],
    repaired: [
      {
        fault: 'the threshold moved by one within 2 to 10, whatever was configured: slowness could raise it, health could lower it',
        now: '`adaptiveThreshold` moves it within half and twice the configured value',
        check: 'thresholds below 3 or above 10',
      },
    ],
  },
];
