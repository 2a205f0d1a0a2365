import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `CircuitBreakerConfig`. */
export const agentSecurityOptions = {
  /** Failures within the window that open the circuit. Whole number, 1 or more. Default 3. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 3, note: 'of all failures in the window; here they must come in a row' },
  /** Seconds from the opening until a probe is let through. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Successes that close the circuit. Whole number, 1 or more. Default 2. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 2 },
  /** Seconds for which a failure counts. Default 300. */
  failureWindowSeconds: { kind: 'seconds', to: null, default: 300, note: 'the window of the trip rule' },
  /** Probes that may run at once. Whole number, 1 or more. Default 3. */
  maxHalfOpenCalls: { kind: 'count', to: 'halfOpenMaxCalls', default: 3, note: 'was a total for each outage' },
} as const satisfies LegacyOptions;

/** What the agents' breaker did whatever it was given: no rate, waits do not grow, and nothing is timed. */
export const agentSecuritySettings = { errorRateThreshold: null, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

const MODULE = 'agents/security/circuit_breaker.py';

const of = (name: string, shim: string, replacement: string): Pick<LegacyName, 'module' | 'name' | 'source' | 'shim' | 'replacement'> => ({
  module: MODULE,
  name,
  source: 'agents-security',
  shim,
  replacement,
});

/** The legacy names of `./compat/agents-security`. */
export const agentsSecurityNames: readonly LegacyName[] = [
  {
    ...of('AgentCircuitBreaker', 'AgentCircuitBreaker', 'UnifiedCircuitBreaker'),
    options: agentSecurityOptions,
    settings: agentSecuritySettings,
    quirk: 'failuresWithin',
    members: {
      can_execute: 'tryAcquire()',
      record_success: 'permit.success()',
      record_failure: 'permit.failure(error)',
      get_metrics: 'getMetrics()',
      force_reset: 'reset()',
    },
    kept: [
      'failures count for `failureWindowSeconds`, whatever succeeds between them; any failed probe opens again',
      'failures with their user, context and message are kept, the newest 1 000; the kind of failure is the name of the error',
      '`failureCount` holds the failures of the window since the circuit last closed, late ones too',
      'nothing lists the breaker; two of one name are two circuits',
    ],
    repaired: [
      {
        fault: 'the first probe took no permit, and permits never came back: probes whose end nobody recorded left the circuit half open for ever, refusing all',
        now: 'each question after the wait takes one of `maxHalfOpenCalls` permits; a record gives one back, and so does the end of its lease',
        check: 'agents that ask and then record nothing: after 300 s, or `recoveryTimeout` if that is longer, they count as failed probes',
      },
      { fault: 'questions were counted, so that asking twice counted twice', now: '`totalRequests` is what was recorded, refused or is running', check: 'ratios of `blockedRequests` to `totalRequests`' },
      { fault: '`successCount` began anew at each opening', now: 'it is the successes since the last reset', check: 'code that compares it with `successThreshold`' },
      { fault: 'the wait was over a moment after `recoveryTimeout`', now: 'the wait is over at `recoveryTimeout`', check: 'tests that stop the clock at exactly that moment' },
      { fault: 'only asking moved an open circuit on: code that recorded without asking was stuck open', now: 'a record after the wait counts as a probe', check: 'agents that never ask' },
    ],
  },
  {
    ...of('SystemCircuitBreaker', 'SystemCircuitBreaker', 'UnifiedCircuitBreakerManager'),
    members: {
      get_or_create_breaker: 'createCircuitBreaker(name, config)',
      can_execute_agent: 'getCircuitBreaker(name).tryAcquire(), and the same for the agent to fall back to',
      record_execution_result: 'permit.success(), permit.failure(error)',
      get_system_status: 'getAllStatus(), getHealthSummary()',
      force_reset_agent: 'resetCircuitBreaker(name)',
      force_reset_all_agents: 'resetAll()',
    },
    kept: [
      'one breaker for each agent; data falls back to triage, optimization to data, reporting and actions to triage',
      '`canExecuteAgent()` gives whether to go on, and with which other agent; `getRecommendedAgent()` ends at `triage`',
      'critical when half of the agents are open, degraded at a quarter, else a warning; one of one is half',
      'CIRCUIT_BREAKER_FAILURE_THRESHOLD, _RECOVERY_TIMEOUT, _SUCCESS_THRESHOLD, _FAILURE_WINDOW and _MAX_HALF_OPEN are read unless a configuration is given',
    ],
    repaired: [
      { fault: 'asking for the status took permits and counted requests', now: 'reading changes nothing', check: 'dashboards whose polling kept agents from recovering' },
      {
        fault: '`system_degraded` stayed set until all agents were reset, even when they had recovered',
        now: 'it says how things stand: half of the agents are open',
        check: 'alarms that waited for `forceResetAllAgents()`',
      },
      { fault: '`get_recommended_agent()` took permits, and threw inside an event loop', now: 'it looks and takes nothing', check: 'code that recorded no result after asking' },
      { fault: 'agents were never forgotten', now: 'at most 1 000 are known; a closed one makes room first', check: 'names of agents that are made up for each request' },
      { fault: 'the environment was read when the object was made', now: 'it is read when the first agent is asked for', check: 'tests that set variables; pass `environment` instead' },
      { fault: 'an environment variable that is no number gave a bare ValueError', now: 'a CircuitBreakerConfigError names the option and its rule', check: 'deployments that set these variables' },
    ],
  },
  {
    ...of('get_system_circuit_breaker', 'getSystemCircuitBreaker', 'getUnifiedCircuitBreakerManager()'),
    repaired: [{ fault: 'it always threw a NameError', now: 'it gives the one of the process', check: 'code that caught the error and went on without' }],
  },
  {
    ...of('CircuitBreakerConfig', 'CircuitBreakerConfig', 'UnifiedCircuitConfig'),
    options: agentSecurityOptions,
    settings: agentSecuritySettings,
    kept: ['seconds, under the legacy names in camelCase'],
  },
  { ...of('CircuitBreakerConfig', 'AgentSecurityCircuitConfig', 'UnifiedCircuitConfig'), note: 'the same as `CircuitBreakerConfig`, by a name that is no other one' },
  {
    ...of('FailureType', 'FailureType', 'UnifiedCircuitBreaker with errors whose names say the kind'),
    kept: ["the values are plain text: failureType === 'timeout'"],
  },
];
