import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `RecoveryCircuitBreaker`, in the order of its arguments. */
export const recoveryOptions = {
  /** Names the circuit. Required. */
  name: { kind: 'name', to: 'name' },
  /** Failures since the circuit closed that open it. Whole number, 1 or more. Default 5. */
  threshold: { kind: 'count', to: 'failureThreshold', default: 5, note: 'of all failures since the circuit closed; here they must come in a row' },
  /** Seconds from the opening until the work is tried again. Default 60. */
  timeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60, note: 'the wait, not the time that a call may take' },
} as const satisfies LegacyOptions;

/** What the recovery breaker did whatever it was given: one success closes it, waits do not grow, and nothing is timed. */
export const recoverySettings = { errorRateThreshold: null, successThreshold: 1, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

const MODULE = 'core/recovery_manager.py';

/** The legacy names of `./compat/recovery`. */
export const recoveryNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'CircuitBreaker',
    source: 'recovery',
    shim: 'RecoveryCircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: recoveryOptions,
    settings: recoverySettings,
    quirk: 'cumulativeFailures',
    members: {
      is_open: '!canExecute()',
      record_success: 'recordSuccess(durationMs?)',
      record_failure: 'recordFailure(error?, durationMs?)',
      get_status: 'getStatus()',
    },
    kept: [
      'failures add up until the circuit closes: a success while closed takes none of them back',
      'one success closes a half-open circuit, and a failure opens it again',
      '`isOpen()` is a method; `state` reads `half-open`, with a hyphen, when the wait is over',
    ],
    repaired: [
      { fault: 'the wait began anew with each late failure', now: 'the wait is measured from the opening', check: 'tests that prolong an outage by recording failures' },
      { fault: 'only asking `is_open()` moved an open circuit on: code that recorded without asking was stuck open', now: 'a record after the wait counts as a probe', check: 'workers that never ask' },
      { fault: 'the wait was over a moment after `timeout`', now: 'the wait is over at `timeout`', check: 'tests that stop the clock at exactly that moment' },
    ],
  },
  { module: MODULE, name: 'CircuitBreaker', source: 'recovery', shim: 'CircuitBreaker', replacement: 'UnifiedCircuitBreaker', note: 'the same as `RecoveryCircuitBreaker`, by its legacy name' },
];
