import type { LegacyName, LegacyOptions } from '../legacy-name.ts';
import { circuitConfigSettings } from './core.ts';
import { passedOn } from './passed-on.ts';

/** Of `FallbackManager`. */
export const fallbackManagerOptions = {
  /** Failures in a row that open the circuit of an agent. Whole number, 1 or more. Default 3. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 3, note: 'was 2 while tests ran' },
  /** Seconds from the opening until an agent is tried again. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60, note: 'was 0.1 while tests ran' },
  /** Seconds that an agent may take. Default 30. */
  timeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 30, note: 'that of the fallback handler' },
} as const satisfies LegacyOptions;

const createSupervisorNames = (): readonly LegacyName[] => [
  ...passedOn('supervisor', 'agents/supervisor_circuit_breaker.py', {
    CircuitBreaker: 'CircuitBreaker',
    CircuitConfig: 'CircuitBreakerConfig',
    CircuitStates: 'CircuitBreakerState',
  }),
  {
    module: 'agents/supervisor/fallback_manager.py',
    name: 'FallbackManager',
    source: 'supervisor',
    shim: 'FallbackManager',
    replacement: 'UnifiedCircuitBreaker with tryCall(operation)',
    options: fallbackManagerOptions,
    settings: circuitConfigSettings,
    members: { execute_with_fallback: 'call(operation, { fallback })' },
    kept: [
      'one breaker for each agent, listed as `agent_<name>`; only failures in a row open, and one success closes',
      'it never rejects: a served fallback is a success with metadata that says why; without one the result says what failed',
      'a result with `success: false` is a failure of the agent, and given as it is',
    ],
    repaired: [
      { fault: 'the state was compared with another enumeration, so an agent whose circuit was open was run all the same', now: 'it is not run, and the fallback serves', check: 'agents that seemed to recover at once' },
      { fault: 'the environment decided the numbers: 2 failures and 0.1 s while tests ran', now: 'the options of the constructor do', check: 'tests that waited for 0.1 s' },
      { fault: 'the duration was a constant', now: 'it is measured, in seconds', check: 'reports of 0.1, 0.05 and 0.01 s' },
    ],
    note: 'without the retries of the fallback handler: put `retry()` into the operation; without notifications: tell users where the result is used',
  },
];

/** The legacy names of `./compat/supervisor`. */
export const supervisorNames: readonly LegacyName[] = /* @__PURE__ */ createSupervisorNames();
