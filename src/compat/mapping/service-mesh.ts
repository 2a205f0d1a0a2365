import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `CircuitBreakerService`, and of `registerService()` for one service. */
export const meshOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the opening until a request is tried again. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Successes that close a half-open circuit, and probes that may run at once. Whole number, 1 or more. Default 3. */
  testRequests: { kind: 'count', to: 'successThreshold', default: 3, note: 'becomes `halfOpenMaxCalls`, too' },
} as const satisfies LegacyOptions;

/** Only failures in a row open it, waits do not grow, and nothing limits how long an operation takes. */
export const meshSettings = { errorRateThreshold: null, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

/** The legacy names of `./compat/service-mesh`. */
export const serviceMeshNames: readonly LegacyName[] = [
  {
    module: 'services/service_mesh/circuit_breaker.py',
    name: 'CircuitBreakerService',
    source: 'service-mesh',
    shim: 'CircuitBreakerService',
    replacement: 'getUnifiedCircuitBreakerManager().keyed(name, options)',
    options: meshOptions,
    settings: meshSettings,
    members: {
      register_service: 'for(service)',
      can_execute: 'for(service).canExecute()',
      record_success: 'for(service).recordSuccess(durationMs?)',
      record_failure: 'for(service).recordFailure(error?, durationMs?)',
      record_blocked: 'nothing: rejections are counted by themselves',
      execute_with_circuit_breaker: 'for(service).call(() => operation(...args))',
      get_circuit_status: 'for(service).getStatus()',
      get_all_circuit_status: 'for(service).getStatus()',
      get_circuit_breaker_stats: 'getHealthSummary()',
      force_open: 'for(service).trip()',
      force_close: 'for(service).reset()',
    },
    kept: [
      'only failures in a row open; `testRequests` successes close; a failed probe opens again; waits do not grow',
      'asking about a service that is not registered registers it; recording for one does nothing',
      'the message `Circuit breaker is OPEN for service: <name>`; times as ISO text; a success rate of 0 when there were no calls',
      'everything may be awaited',
    ],
    repaired: [
      { fault: 'registering a service again closed its circuit and forgot what it had seen', now: 'the circuit stays; another configuration is ignored with the warning UCB_CONFIG_CONFLICT', check: 'services that are registered at each request; use `forceClose()` where closing is meant' },
      { fault: 'only successes counted against the limit of probes, so any number ran at once', now: 'at most `testRequests` operations run at once as probes', check: 'operations that are rejected right after an outage' },
      { fault: 'the wait began anew with each late failure', now: 'the wait is measured from the opening', check: 'tests that prolong an outage by recording failures' },
      { fault: '`can_execute()` made the move to half-open', now: 'asking changes nothing; the next call or record moves it', check: 'nothing' },
      { fault: 'outer breakers took a rejection for a failure', now: 'it has the code ERR_CIRCUIT_OPEN, which breakers ignore', check: 'breakers around breakers: the outer one stays closed' },
      { fault: 'services were kept for ever', now: 'at most 10 000; the one unused for longest makes room', check: 'names of services that hold an identifier' },
    ],
    note: '`forceClose()` empties the statistics, too.',
  },
];
