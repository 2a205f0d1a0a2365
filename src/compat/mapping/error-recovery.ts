import type { LegacyName, LegacyOptions } from '../legacy-name.ts';
import { circuitConfigSettings } from './core.ts';

/** Of `ErrorRecoveryCircuitBreaker`. */
export const errorRecoveryOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Seconds from the opening until a call is tried again, and that a call may take. Default 60. */
  timeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60, note: 'sets `timeoutMs`, too' },
  /** Names the circuit. Default `error_recovery_circuit`. */
  name: { kind: 'text', to: 'name', default: 'error_recovery_circuit' },
} as const satisfies LegacyOptions;

/** What the core breaker, which it inherited from, did whatever its configuration said. */
export const errorRecoverySettings = circuitConfigSettings;

const MODULE = 'core/error_recovery.py';

/** The legacy names of `./compat/error-recovery`. */
export const errorRecoveryNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'ErrorRecoveryCircuitBreaker',
    source: 'error-recovery',
    shim: 'ErrorRecoveryCircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: errorRecoveryOptions,
    settings: errorRecoverySettings,
    members: {
      should_allow_request: 'canExecute()',
      can_execute: 'canExecute()',
      call: 'call(() => operation(...args))',
      record_success: 'recordSuccess(durationMs?)',
      record_failure: 'recordFailure(error?, durationMs?)',
      get_status: 'getStatus()',
      get_metrics: 'getMetrics()',
      force_open: 'trip()',
      reset: 'reset()',
    },
    kept: [
      'only failures in a row open; one success closes; a failed probe opens again; waits do not grow',
      '`timeout` is both the wait and the longest time of a call; breakers of one name share nothing',
      'a failure without a name counts as `ErrorRecoveryFailure`',
    ],
    repaired: [
      {
        fault: 'asking and recording never moved an open circuit on: once open, it was stuck',
        now: 'a record after the wait counts as a probe, so that ask, do, record recovers',
        check: 'code that replaced the breaker, or reset it, to get it out of open',
      },
    ],
  },
  { module: MODULE, name: 'CircuitBreaker', source: 'error-recovery', shim: 'CircuitBreaker', replacement: 'UnifiedCircuitBreaker', note: 'the same as `ErrorRecoveryCircuitBreaker`, by its older name' },
];
