import type { LegacyName, LegacyOptions } from '../legacy-name.ts';

/** Of `CircuitBreakerConfig`. */
export const reliabilityConfigOptions = {
  /** Names the circuit. Default `'default'`. */
  name: { kind: 'text', to: 'name', default: 'default' },
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Successes that close a half-open circuit. Whole number, 1 or more. Default 3. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 3 },
  /** Seconds from the first opening until a call is tried again, at most and half of them at least; each further opening doubles it. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Probes that may run at once. Whole number, 1 or more. Default 3. */
  halfOpenMaxCalls: { kind: 'count', to: 'halfOpenMaxCalls', default: 3 },
  /** Seconds that a call may take. Default 60. */
  timeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 60 },
  /** Seconds between health checks while the circuit is open. Default 30. */
  healthCheckInterval: { kind: 'seconds', to: null, default: 30, note: 'the interval of `healthCheck`' },
  /** Seconds above which a call is slow. Default 5. */
  slowCallThreshold: { kind: 'seconds', to: 'slowCallThresholdMs', default: 5 },
  /** Seconds that a wait may grow to. Default 300. */
  maxWaitDuration: { kind: 'seconds', to: 'maxBackoffMs', default: 300 },
  /** Whether the threshold follows latency and health. Default false. */
  adaptiveThreshold: { kind: 'flag', to: 'adaptiveThreshold', default: false, note: 'was true by default, and lost on the way to the breaker' },
} as const satisfies LegacyOptions;

const MODULE = 'core/reliability_circuit_breaker.py';

/** The legacy names of `./compat/reliability`. */
export const reliabilityNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'CircuitBreaker',
    source: 'reliability',
    shim: 'CircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: reliabilityConfigOptions,
    members: {
      call: 'call(() => operation(...args))',
      can_execute: 'canExecute()',
      record_success: 'recordSuccess(durationMs?)',
      record_failure: 'recordFailure(error?, durationMs?)',
      get_status: 'getStatus()',
      reset: 'reset()',
      force_open: 'trip()',
      is_open: "state === 'open'",
      is_closed: "state === 'closed'",
      is_half_open: "state === 'half_open'",
    },
    kept: [
      'failures in a row or the error rate open; `successThreshold` successes close; a failed probe opens again; waits double',
      'each breaker is its own, also when names are equal; nobody lists it',
    ],
    repaired: [
      {
        fault: 'of the configuration only name, threshold, wait and timeout reached the breaker',
        now: 'every option works',
        check: 'options that are given and have never worked, such as `adaptiveThreshold` and `maxWaitDuration`',
      },
      { fault: 'recording took effect later, and a circuit that was asked and recorded by hand never recovered', now: 'recording takes effect at once, and recovers', check: 'nothing' },
      { fault: 'the rate opened at 3 failures, whatever `failure_threshold` said', now: 'it needs at least `failureThreshold` outcomes', check: 'breakers that opened early and were relied on to' },
      { fault: 'the first wait was twice `recovery_timeout`, and waits never shrank again', now: 'the first is `recoveryTimeout` at most and half of it at least, at random, and time closed shrinks them', check: 'recovery times on dashboards' },
    ],
  },
  {
    module: MODULE,
    name: 'CircuitBreakerConfig',
    source: 'reliability',
    shim: 'CircuitBreakerConfig',
    replacement: 'UnifiedCircuitConfig',
    options: reliabilityConfigOptions,
    kept: ['the numbers of the second of its two imports, which won: a timeout of 60 s, not 10'],
    repaired: [{ fault: 'could be changed after use, with no effect', now: 'frozen', check: 'assignments to its fields' }],
  },
  { module: MODULE, name: 'CircuitBreakerState', source: 'reliability', shim: 'CircuitBreakerState', replacement: 'CircuitState', kept: ["the values are plain text: state === 'open'"] },
  { module: MODULE, name: 'ReliabilityMetrics', source: 'reliability', shim: 'ReliabilityMetrics', replacement: 'UnifiedCircuitMetrics', note: 'a type: `getMetrics()` gives it, filled' },
];
