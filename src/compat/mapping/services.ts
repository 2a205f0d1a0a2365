import type { LegacyName, LegacyOptions } from '../legacy-name.ts';

/** Of `CircuitBreakerConfig`. */
export const servicesConfigOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the first opening until a call is tried again, at most and half of them at least; each further opening doubles it. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Successes that close a half-open circuit. Whole number, 1 or more. Default 3. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 3 },
  /** Seconds that a call may take. Default 30. */
  timeout: { kind: 'seconds', to: 'timeoutMs', default: 30 },
  /** Names of the errors that count as failures. Default, and when empty: all errors. */
  expectedExceptionTypes: { kind: 'names', to: 'countErrors', note: 'compared with the `name` and the `code` of an error and of its causes; empty means all' },
  /** Outcomes that the error rate is taken from. Whole number, 1 or more. Default 10, at least `failureThreshold`. */
  slidingWindowSize: { kind: 'count', to: 'slidingWindowSize', default: 10, note: 'unless given, at least `failureThreshold`' },
  /** Share of failures that opens the circuit, inclusive. Above 0, to 1. Default 0.5. */
  errorRateThreshold: { kind: 'share', to: 'errorRateThreshold', default: 0.5 },
  /** Outcomes that the window must hold before the rate can open the circuit. Whole number, 1 or more. Default 3, at least `failureThreshold`. */
  minRequestsThreshold: { kind: 'count', to: 'minRequestsThreshold', default: 3, note: 'unless given, at least `failureThreshold`: with fewer calls the rate opened before it' },
} as const satisfies LegacyOptions;

const MODULE = 'services/circuit_breaker.py';

/** The legacy names of `./compat/services`. */
export const servicesNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'CircuitBreaker',
    source: 'services',
    shim: 'CircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: servicesConfigOptions,
    members: {
      call: 'call(() => operation(...args))',
      metrics: 'getMetrics()',
      get_status: 'getStatus()',
      reset: 'reset()',
      force_open: 'trip()',
      state: 'state',
    },
    kept: [
      'failures in a row or the error rate open; `successThreshold` successes close; a failed probe opens again; waits double',
      'breakers of one name share their circuit, and the first configuration wins',
      'an error that is not in `expectedExceptionTypes` is rethrown, opens and heals nothing, and is among `failedRequests`',
      'the metrics have the names of the model, dates as dates and `averageResponseTime` in seconds',
    ],
    repaired: [
      { fault: '`expected_exception_types` was never read after the first merge', now: 'other errors do not open the circuit', check: 'lists that leave out an error that should open it, and classes that set no `name`' },
      { fault: 'rejected calls were failed requests', now: 'they are in neither total', check: 'dashboards that read outages from `failedRequests`' },
      { fault: 'the rejection of a breaker inside became a `CircuitOpenException` of this one', now: 'it passes unchanged', check: 'handlers that expect only `CircuitOpenException`; test the code `ERR_CIRCUIT_OPEN`' },
      { fault: 'opened counts, closed counts, timeouts, error rate and response time were never filled', now: 'they are', check: 'readers that took them for 0' },
      { fault: 'timeouts did not count towards `failure_threshold` in the first version', now: 'they are failures, whatever `expectedExceptionTypes` says', check: 'thresholds chosen for slow dependencies' },
      { fault: 'the rate opened at 3 failures, whatever `failure_threshold` said', now: 'it needs `failureThreshold` outcomes unless `minRequestsThreshold` is given', check: 'breakers that opened early and were relied on to' },
      { fault: 'the first wait was twice `recovery_timeout`, and waits never shrank again', now: 'the first is `recoveryTimeout` at most and half of it at least, at random, and time closed shrinks them', check: 'recovery times on dashboards' },
      { fault: 'half-open admitted every call, and the window survived the recovery', now: 'at most 3 probes at once, and the window starts empty', check: 'calls that are rejected right after an outage' },
      { fault: 'a second configuration of a name was ignored in silence', now: 'it is ignored with the warning UCB_CONFIG_CONFLICT', check: 'the log of the first start' },
    ],
    note: 'a package of the same name hid the module; code that imported it from there got another class',
  },
  {
    module: MODULE,
    name: 'CircuitBreakerConfig',
    source: 'services',
    shim: 'CircuitBreakerConfig',
    replacement: 'UnifiedCircuitConfig',
    options: servicesConfigOptions,
    kept: ['seconds, under the legacy names in camelCase'],
    repaired: [{ fault: 'could be changed after use, with no effect', now: 'frozen', check: 'assignments to its fields' }],
  },
  { module: MODULE, name: 'CircuitBreakerMetrics', source: 'services', shim: 'CircuitBreakerMetrics', replacement: 'UnifiedCircuitMetrics', note: 'a type: `metrics` gives a copy of the moment' },
  { module: MODULE, name: 'CircuitState', source: 'services', shim: 'CircuitState', replacement: 'CircuitState', kept: ["the values are plain text: state === 'open'"] },
  {
    module: MODULE,
    name: 'CircuitBreakerManager',
    source: 'services',
    shim: 'CircuitBreakerManager',
    replacement: 'UnifiedCircuitBreakerManager',
    members: {
      create_circuit_breaker: 'createCircuitBreaker(name, config)',
      get_circuit_breaker: 'getCircuitBreaker(name)',
      call_with_circuit_breaker: 'callWithCircuitBreaker(name, operation)',
      get_all_status: 'getAllStatus()',
      get_health_summary: 'getHealthSummary()',
      reset_all: 'resetAll()',
    },
    kept: ['it lists only what was made through it; the circuits are those of the manager of the process'],
    repaired: [{ fault: 'a breaker that was removed elsewhere stayed in its dictionary', now: 'it is made anew when next asked for', check: 'nothing' }],
  },
  { module: MODULE, name: 'get_circuit_breaker_manager', source: 'services', shim: 'getCircuitBreakerManager', replacement: 'getUnifiedCircuitBreakerManager()' },
  {
    module: MODULE,
    name: 'circuit_breaker',
    source: 'services',
    shim: 'circuitBreaker',
    replacement: 'circuitBreaker({ name }) or withBreaker(fn, { name })',
    options: servicesConfigOptions,
    kept: ['without a name, what is decorated has a breaker of its own, listed under the name of the function'],
    repaired: [
      { fault: 'a coroutine that was not awaited counted as a success', now: 'whatever gives a promise is awaited', check: 'decorated functions that return promises' },
      { fault: 'rejections were `CircuitBreakerOpenError`, not `CircuitOpenException`', now: 'the same error as from `call()`', check: 'handlers around decorated functions' },
    ],
  },
  {
    module: MODULE,
    name: 'circuit_breaker_context',
    source: 'services',
    shim: 'circuitBreakerContext',
    replacement: 'getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config).call(body)',
    options: servicesConfigOptions,
    kept: ['the body gets the breaker, which persists'],
    repaired: [
      {
        fault: 'the body ran while the circuit was open, and how it ended was not recorded',
        now: 'the body is a call of the breaker: admitted, timed and recorded',
        check: '`breaker.call()` in the body, which now counts the same failure twice: leave one of the two',
      },
    ],
  },
  {
    module: MODULE,
    name: 'ServiceCircuitBreakers',
    source: 'services',
    shim: 'ServiceCircuitBreakers',
    replacement: 'UnifiedServiceCircuitBreakers',
    members: {
      get_database_circuit_breaker: 'getDatabaseCircuitBreaker()',
      get_auth_service_circuit_breaker: 'getAuthServiceCircuitBreaker()',
      get_llm_service_circuit_breaker: 'getLlmServiceCircuitBreaker()',
      get_clickhouse_circuit_breaker: 'getClickhouseCircuitBreaker()',
      get_redis_circuit_breaker: 'getRedisCircuitBreaker()',
    },
    kept: ['five breakers by their usual names, made when first asked for'],
    repaired: [
      {
        fault: 'the label of the language model said 3 failures and 120 s, while the breaker behind it had 10 and 10 s',
        now: '`config` shows the numbers in force: those of the presets, 10 failures and 10 s',
        check: 'code that read the label',
      },
    ],
  },
  { module: MODULE, name: 'CircuitBreakerException', source: 'services', shim: 'CircuitBreakerException', replacement: 'CircuitBreakerError', kept: ['the base of the other two'] },
  {
    module: MODULE,
    name: 'CircuitOpenException',
    source: 'services',
    shim: 'CircuitOpenException',
    replacement: 'CircuitBreakerOpenError',
    kept: ["the message `Circuit breaker '<name>' is OPEN`", 'code, `retryAfterMs`, status and headers of the rejection'],
  },
  {
    module: MODULE,
    name: 'CircuitTimeoutException',
    source: 'services',
    shim: 'CircuitTimeoutException',
    replacement: 'CircuitBreakerTimeoutError',
    repaired: [{ fault: 'was never raised after the first merge: a timeout surfaced as that of the platform', now: 'a call that takes longer than `timeout` rejects with it', check: 'handlers of timeouts' }],
  },
];
