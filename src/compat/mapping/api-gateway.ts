import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `CircuitBreakerConfig`. */
export const apiOptions = {
  /** Failures since the circuit closed that open it. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5, note: 'counts all failures since the circuit closed, and not only those in a row' },
  /** Seconds from the opening until a call is tried again. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Probes that must succeed before the circuit closes. Whole number, 1 or more. Default 3. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 3 },
  /** Never used. */
  timeout: { kind: 'seconds', to: null, default: 30, note: 'never used; a call may take as long as it likes' },
  /** Whether there is a circuit at all. Default true. */
  enabled: { kind: 'flag', to: null, default: true, note: "false becomes `mode: 'off'`" },
} as const satisfies LegacyOptions;

/** Only failures since the circuit closed open it, waits do not grow, and nothing limits how long a call takes. */
export const apiSettings = { errorRateThreshold: null, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

/** Of `EndpointCircuitBreakerConfig`. */
export const endpointOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the opening until a request is tried again. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Never used. */
  testRequestTimeout: { kind: 'seconds', to: null, default: 5, note: 'never used' },
  /** Successes that close a half-open circuit. Whole number, 1 or more. Default 3. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 3 },
  /** Outcomes that the rate is taken from. Whole number, 1 or more. Default 100, or as many as the threshold. */
  rollingWindowSize: { kind: 'count', to: 'slidingWindowSize', default: 100, note: 'by default at least the threshold' },
  /** Outcomes that there must be before the rate counts. Whole number, 1 or more. Default 10, or as many as the threshold; at most `rollingWindowSize`. */
  minimumRequests: { kind: 'count', to: 'minRequestsThreshold', default: 10, note: 'by default at least the threshold' },
} as const satisfies LegacyOptions;

/** More than half of the window opens it, waits do not grow, and the caller times its requests. */
export const endpointSettings = { errorRateThreshold: 0.5, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

const MODULE = 'services/api_gateway/circuit_breaker.py';
const ENDPOINTS = 'services/api_gateway/circuit_breaker_manager.py';
const frozen = { fault: 'could be changed after use', now: 'frozen', check: 'assignments to its fields' } as const;

/** The legacy names of `./compat/api-gateway`. */
export const apiGatewayNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'ApiCircuitBreaker',
    source: 'api-gateway',
    shim: 'ApiCircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: apiOptions,
    settings: apiSettings,
    quirk: 'cumulativeFailures',
    members: { call: 'call(() => operation(...args))', get_stats: 'getStatus()', reset: 'reset()', force_open: 'trip()' },
    kept: [
      'all failures since the circuit closed count, whatever came between them; a failed probe opens again; waits do not grow',
      'no call timeout; `enabled: false` lets everything pass and counts nothing',
      'a time that there was not is 0 in the statistics; rejected calls are not in `totalRequests`',
    ],
    repaired: [
      { fault: '`call()` took the promise of an operation for its success', now: '`call()` waits for it, and gives a promise; `callSync()` is for synchronous operations', check: 'results of `call()` that are used without `await`' },
      { fault: 'successes from before the outage closed the circuit at the first probe', now: '`successThreshold` probes must succeed', check: 'how soon full traffic comes back' },
      { fault: 'probes were not limited', now: 'at most 3 run at once', check: 'calls that are rejected right after an outage' },
      { fault: 'an operation that ended after the circuit had opened could close it', now: 'such an outcome is in the totals and decides nothing', check: 'nothing' },
      { fault: 'the counts of the statistics began anew at each closing, `total_requests` never', now: 'all are totals since `reset()`', check: 'alerts on `failure_count` and `total_requests`' },
    ],
  },
  {
    module: MODULE,
    name: 'CircuitBreakerConfig',
    source: 'api-gateway',
    shim: 'CircuitBreakerConfig',
    replacement: 'UnifiedCircuitConfig',
    options: apiOptions,
    settings: apiSettings,
    quirk: 'cumulativeFailures',
    kept: ['seconds, under the legacy names in camelCase'],
    repaired: [frozen],
  },
  {
    module: MODULE,
    name: 'CircuitBreakerManager',
    source: 'api-gateway',
    shim: 'CircuitBreakerManager',
    replacement: 'getUnifiedCircuitBreakerManager().keyed(name, options)',
    members: { get_circuit_breaker: 'for(endpoint)', get_stats: 'for(endpoint).getStatus()' },
    kept: ['one breaker an endpoint, made when first asked for; the first configuration wins', 'the fallback answers of `fallbackService`, which `call()` never gives by itself'],
    repaired: [{ fault: 'endpoints were kept for ever', now: 'at most 10 000; the one unused for longest makes room', check: 'endpoints with an identifier in their path: give them one name' }],
  },
  {
    module: 'services/api_gateway/fallback_service.py',
    name: 'HTTPException(503)',
    source: 'api-gateway',
    shim: 'EndpointUnavailableError',
    replacement: 'CircuitBreakerOpenError',
    kept: ['the text `Endpoint <endpoint> temporarily unavailable - circuit breaker <state>`, `statusCode` 503'],
  },
  {
    module: MODULE,
    name: 'ApiFallbackService',
    source: 'api-gateway',
    shim: 'ApiFallbackService',
    replacement: 'UnifiedCircuitBreaker with fallback',
    members: { set_fallback: 'fallback', get_fallback: 'fallback', get_fallback_response: 'the CircuitBreakerOpenError itself: statusCode 503' },
    kept: ['the default answer `{ error: "Service temporarily unavailable" }`', '`getFallbackResponse()` throws with status 503 and its text'],
    repaired: [
      { fault: 'answers were kept for ever', now: 'at most 10 000; the one set longest ago makes room', check: 'answers that are set for each user or request' },
      { fault: 'outer breakers took the 503 for a failure', now: 'it has the code ERR_CIRCUIT_OPEN, which breakers ignore', check: 'breakers around the gateway: they stay closed' },
    ],
  },
  {
    module: MODULE,
    name: 'CircuitBreakerOpenError',
    source: 'api-gateway',
    shim: 'CircuitBreakerOpenError',
    replacement: 'CircuitBreakerOpenError',
    kept: ['the message `Circuit breaker <name> is open`'],
    repaired: [{ fault: 'it was unrelated to the error of the same name in the core', now: 'it is the same class', check: 'handlers that caught only one of them' }],
  },
  {
    module: ENDPOINTS,
    name: 'CircuitBreakerManager',
    source: 'api-gateway',
    shim: 'EndpointCircuitBreakerManager',
    replacement: 'getUnifiedCircuitBreakerManager().keyed(name, options)',
    options: endpointOptions,
    settings: endpointSettings,
    quirk: 'errorRateAbove',
    members: {
      is_request_allowed: 'for(endpoint).canExecute()',
      record_success: 'for(endpoint).recordSuccess(durationMs?)',
      record_failure: 'for(endpoint).recordFailure(error?, durationMs?)',
      get_circuit_state: 'for(endpoint).state',
      get_circuit_stats: 'for(endpoint).getMetrics()',
      get_all_circuits: 'for(endpoint).getStatus()',
      force_open: 'for(endpoint).trip()',
      force_close: 'for(endpoint).reset()',
      cleanup_inactive_circuits: 'cleanupInactive(idleMs)',
    },
    kept: [
      'failures in a row open, and so does a rate strictly above half once there are enough requests; exactly half does not',
      'requests to an endpoint that is not registered are allowed; registering again changes nothing, and warns once',
      'everything may be awaited',
    ],
    repaired: [
      { fault: 'the second question after the wait opened the circuit again, before any outcome', now: 'asking changes nothing', check: 'nothing' },
      { fault: 'failures from before the outage opened a half-open circuit although its probes succeeded', now: 'only probes decide while half open', check: 'nothing' },
      { fault: '`force_close()` left the old window, which opened the circuit again at once', now: 'it closes and forgets what was seen, the statistics too', check: 'loops that closed again and again' },
      { fault: 'while half open failures below the threshold were let pass', now: 'a failed probe opens again', check: 'nothing' },
      {
        fault: 'a threshold above `minimum_requests` was never reached: the rate opened first',
        now: 'unless `minimumRequests` is given, it is at least the threshold, and so is the window',
        check: 'endpoints with a threshold above 10: they open later',
      },
      { fault: 'successes recorded while open counted', now: 'they are in the totals and decide nothing', check: 'nothing' },
      { fault: 'endpoints that nobody cleaned up were kept for ever', now: 'at most 10 000; the one unused for longest makes room', check: 'endpoints with an identifier in their path: give them one name' },
    ],
  },
  {
    module: ENDPOINTS,
    name: 'CircuitBreakerConfig',
    source: 'api-gateway',
    shim: 'EndpointCircuitBreakerConfig',
    replacement: 'UnifiedCircuitConfig',
    options: endpointOptions,
    settings: endpointSettings,
    quirk: 'errorRateAbove',
    kept: ['seconds, under the legacy names in camelCase'],
    repaired: [frozen],
  },
  {
    module: ENDPOINTS,
    name: 'circuit_breaker_manager',
    source: 'api-gateway',
    shim: 'circuitBreakerManager',
    replacement: 'getUnifiedCircuitBreakerManager().keyed(name, options)',
    kept: ['one for the process'],
  },
];
