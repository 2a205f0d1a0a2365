import type { LegacyName, LegacyOptions } from '../legacy-name.ts';

/** Of `CircuitBreakerConfig`. */
export const agentsBaseConfigOptions = {
  /** Names the circuit. Required. */
  name: { kind: 'name', to: 'name' },
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the first opening until a call is tried again, at most and half of them at least; each further opening doubles it. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Successes that close a half-open circuit. Whole number, 1 or more. Default 3. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 3 },
  /** Seconds that a call may take. Default 30. */
  timeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 30 },
  /** Probes that may run at once. Whole number, 1 or more. Default 3. */
  halfOpenMaxCalls: { kind: 'count', to: 'halfOpenMaxCalls', default: 3 },
} as const satisfies LegacyOptions;

const MODULE = 'agents/base/circuit_breaker.py';
const COMPONENTS = 'agents/base/circuit_breaker_components.py';

const members = {
  execute: 'call(operation)',
  can_execute: 'canExecute()',
  get_status: 'getStatus()',
  reset: 'reset()',
  is_open: "state === 'open'",
  is_closed: "state === 'closed'",
  is_half_open: "state === 'half_open'",
} as const;

const breaker = { source: 'agents-base', shim: 'CircuitBreaker', replacement: 'UnifiedCircuitBreaker', options: agentsBaseConfigOptions, members } as const;
const config = { source: 'agents-base', shim: 'CircuitBreakerConfig', replacement: 'UnifiedCircuitConfig', options: agentsBaseConfigOptions } as const;
const exception = { source: 'agents-base', shim: 'CircuitBreakerOpenException', replacement: 'CircuitBreakerOpenError' } as const;

/** The legacy names of `./compat/agents-base`. */
export const agentsBaseNames: readonly LegacyName[] = [
  {
    ...breaker,
    module: MODULE,
    name: 'CircuitBreaker',
    kept: [
      'failures in a row or the error rate open; `successThreshold` successes close; a failed probe opens again; waits double',
      'each breaker is its own, also when names are equal; nobody lists it',
      '`totalCalls` holds rejected calls, too; `lastFailure` is ISO text',
    ],
    repaired: [
      { fault: '`get_status()` threw after the first failure', now: 'it gives `lastFailure` as ISO text', check: 'handlers around it' },
      { fault: 'each failed call was counted twice', now: 'it is counted once', check: 'alarms tuned to the doubled numbers' },
      { fault: 'a rejected call was counted as a failed one', now: 'it is in the total only', check: 'alarms on `failedCalls` during outages' },
      { fault: '`circuit_breaker_opens` was always 0', now: 'it counts openings', check: 'dashboards that left it out' },
      { fault: 'the rate opened at 3 failures, whatever `failure_threshold` said', now: 'it needs at least `failureThreshold` outcomes', check: 'breakers that opened early and were relied on to' },
      { fault: 'the first wait was twice `recovery_timeout`, and waits never shrank again', now: 'the first is `recoveryTimeout` at most and half of it at least, at random, and time closed shrinks them', check: 'recovery times on dashboards' },
      { fault: 'half-open admitted every call, and a failed probe did not always open again', now: 'at most `halfOpenMaxCalls` probes at once, and a failed one opens', check: 'calls that are rejected right after an outage' },
    ],
  },
  { ...config, module: MODULE, name: 'CircuitBreakerConfig', kept: ['seconds, under the legacy names in camelCase; `toUnifiedConfig()`'] },
  {
    ...exception,
    module: MODULE,
    name: 'CircuitBreakerOpenException',
    repaired: [{ fault: 'was never raised', now: 'a rejected call throws it, with the message and the code of every rejection', check: 'handlers of it, which now run' }],
  },
  {
    ...breaker,
    module: COMPONENTS,
    name: 'CircuitBreaker',
    kept: ['the same shim as that of `agents/base/circuit_breaker.py`'],
    repaired: [
      { fault: 'at the opening failure an error of its own metrics replaced that of the caller', now: "the caller's error passes unchanged", check: 'handlers that were written for the wrong error' },
      { fault: '`failure_threshold` was ignored', now: 'it is honoured', check: 'thresholds that nobody has ever tried' },
      { fault: '`reset()` emptied figures and left the circuit open', now: 'it closes the circuit', check: 'code that waited after a reset' },
      { fault: 'a call could take as long as `recovery_timeout`', now: '`timeoutSeconds`, 30 by default', check: 'operations that take longer than 30 s' },
      { fault: 'waits did not grow', now: 'each further opening doubles the wait, to 300 s at most', check: 'nothing, unless outages of minutes are usual' },
    ],
  },
  { ...config, module: COMPONENTS, name: 'CircuitBreakerConfig', note: 'the same as that of `agents/base/circuit_breaker.py`, which has three options more' },
  { ...exception, module: COMPONENTS, name: 'CircuitBreakerOpenException' },
];
