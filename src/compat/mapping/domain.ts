import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';
import { agentOptions, authOptions, databaseOptions, llmOptions } from './domain-options.ts';

/** What the breakers of databases, language models and agents had in common: thresholds that adapt. */
export const domainSettings = { adaptiveThreshold: true } as const satisfies LegacySettings;

/** What the breaker of authentication fixes: thresholds that do not adapt. */
export const authSettings = { adaptiveThreshold: false } as const satisfies LegacySettings;

const MODULE = 'core/resilience/domain_circuit_breakers.py';

const of = (name: string, shim: string, replacement: string): Pick<LegacyName, 'module' | 'name' | 'source' | 'shim' | 'replacement'> => ({
  module: MODULE,
  name,
  source: 'domain',
  shim,
  replacement,
});

const configOf = (name: string, shim: string, options: LegacyOptions, settings: LegacySettings = domainSettings): LegacyName => ({
  ...of(name, shim, 'UnifiedCircuitConfig'),
  options,
  settings,
  kept: ['seconds, under the legacy names in camelCase; `toDict()` gives what the status shows'],
});

const alias = (name: string, shim: string, original: string, replacement: string): LegacyName => ({ ...of(name, shim, replacement), note: `the same as \`${original}\`, by its legacy name` });

const error = (name: string, shim: string, when: string): LegacyName => ({ ...of(name, shim, 'UnifiedCircuitBreaker with an error of your own'), kept: [when] });

const EXPECTED = {
  fault: 'the list of expected errors was never read',
  now: 'a list of your own says which errors count, by the exact names of their classes',
  check: 'lists of expected errors that were given: all other errors are ignored now',
};

const WAITS = {
  fault: 'the first wait was twice the configured one, and waits never shrank again',
  now: 'the first is the configured one at most and half of it at least, at random, and time closed shrinks them',
  check: 'recovery times on dashboards',
};

const PROBES = {
  fault: 'half-open admitted every call, and a failed probe did not always open again',
  now: 'at most 3 probes run at once, and a failed one opens',
  check: 'calls that are rejected right after an outage',
};

const SHADOWED = {
  fault: 'the error rate opened at three outcomes, before the threshold was reached',
  now: 'the rate needs as many outcomes as the threshold',
  check: 'tests that open the circuit by three failures',
};

/** The legacy names of `./compat/domain`. */
export const domainNames: readonly LegacyName[] = [
  {
    ...of('DatabaseCircuitBreaker', 'DatabaseCircuitBreaker', 'UnifiedCircuitBreaker with presets.database'),
    options: databaseOptions,
    settings: domainSettings,
    members: { execute: 'call(() => operation(...args))', get_status: 'getStatus()' },
    kept: ['listed as `database_<name>`', 'a connection error clears the pool before it reaches the caller; errors are told apart by the exact name of their class'],
    repaired: [
      EXPECTED,
      WAITS,
      PROBES,
      { fault: 'an error of a transaction counted it down, and leaving its scope counted it down again', now: 'only leaving the scope counts, once', check: '`activeTransactions` that was too low' },
      { fault: 'a pool near its limit gave a warning with every operation', now: 'one warning each time the pool passes the threshold', check: 'alerts by the number of warnings' },
      { fault: 'what `pool.clear()` threw took the place of the error', now: 'the caller gets the error of the operation', check: 'code that caught errors of the pool there' },
      { fault: 'a wrong statement, such as a duplicate key, counted as a failure of the database', now: 'IntegrityError and SQL errors of the statement are ignored', check: 'tests that open the circuit by such errors' },
    ],
  },
  configOf('DatabaseCircuitBreakerConfig', 'DatabaseCircuitBreakerConfig', databaseOptions),
  {
    ...of('LLMCircuitBreaker', 'LlmCircuitBreaker', 'UnifiedCircuitBreaker with presets.llmService'),
    options: llmOptions,
    settings: domainSettings,
    members: { call_llm: 'call(() => operation(...args))', get_status: 'getStatus()' },
    kept: [
      'listed as `llm_<name>`',
      'tokens and cost over budget are refused before the breaker, which counts neither',
      'the cost adds up for ever, until `tokenUsage.resetCost()`',
      'models named gemini-…flash… and gemini-…pro… have numbers of their own, under what the caller gives',
    ],
    repaired: [
      EXPECTED,
      WAITS,
      PROBES,
      SHADOWED,
      { fault: 'a response that failed its validation was recorded as a success, and its tokens were not', now: 'it is a failed call, and its tokens are spent', check: 'validators that refuse often: they open the circuit' },
      { fault: 'a rate limit of the provider put off the next minute of the budget by up to a minute', now: 'it is a failure of the call, and moves no clock', check: 'budgets that stayed spent for two minutes' },
      { fault: 'error rates of 4 and 6 % for Gemini opened at any first failure', now: 'the rate is half of at least as many calls as the threshold', check: 'alerts that expect Gemini circuits to open at once' },
      { fault: 'a wrong request, such as a status 400, counted as a failure of the model', now: 'statuses 400 to 499 but 408 and 429 are ignored', check: 'tests that open the circuit by such errors' },
    ],
  },
  alias('LLMCircuitBreaker', 'LLMCircuitBreaker', 'LlmCircuitBreaker', 'UnifiedCircuitBreaker with presets.llmService'),
  configOf('LLMCircuitBreakerConfig', 'LlmCircuitBreakerConfig', llmOptions),
  alias('LLMCircuitBreakerConfig', 'LLMCircuitBreakerConfig', 'LlmCircuitBreakerConfig', 'UnifiedCircuitConfig'),
  {
    ...of('AuthCircuitBreaker', 'AuthCircuitBreaker', 'UnifiedCircuitBreaker with presets.authService'),
    options: authOptions,
    settings: authSettings,
    members: { authenticate: 'call(() => operation(...args), { fallback })', get_status: 'getStatus()' },
    kept: [
      'listed as `auth_<name>`; thresholds do not adapt',
      'a flagged user is refused before the breaker; a security error flags at once',
      'a success clears the count of a user and not the flag',
      'session errors end the session; the fallback gets the arguments of the operation',
    ],
    repaired: [
      EXPECTED,
      WAITS,
      PROBES,
      {
        fault: 'every error counted towards the flag of the user, also an outage and a refusal of the breaker: an outage locked users out for ever',
        now: 'only credential errors count, and `securityMonitor.unflagUser()` lifts a flag',
        check: 'users that are flagged in stored lists',
      },
      {
        fault: 'wrong credentials of two users opened the circuit for all of them, for five minutes',
        now: 'errors about the caller are answers and no failures: credential, session and security errors, AuthorizationError, TokenExpiredError, and statuses 400 to 499 but 408 and 429',
        check: 'tests that open the circuit by such errors; `expectedAuthExceptions` brings them back',
      },
      { fault: 'the fallback did not serve while the circuit was open', now: 'it serves then, too', check: 'fallbacks that must not run for long' },
      { fault: 'the fallback served a refused user when the error was an HTTPException', now: 'a status 400 to 499 but 408 and 429 is an answer, and gets no fallback', check: 'fallbacks for errors with such a status' },
      { fault: 'what the session manager threw took the place of the result', now: 'it changes nothing', check: 'session managers that refuse by throwing' },
    ],
  },
  configOf('AuthCircuitBreakerConfig', 'AuthCircuitBreakerConfig', authOptions, authSettings),
  {
    ...of('AgentCircuitBreaker', 'AgentTaskCircuitBreaker', 'UnifiedCircuitBreaker'),
    options: agentOptions,
    settings: domainSettings,
    members: { execute_task: 'call(() => operation(...args))', get_status: 'getStatus()' },
    kept: ['listed as `agent_<name>`', 'the context of a failed task is kept, unless told otherwise'],
    repaired: [
      EXPECTED,
      WAITS,
      PROBES,
      SHADOWED,
      { fault: 'tasks without an id of their own that began in one second shared one', now: 'each has its own', check: 'code that makes such ids itself' },
      { fault: 'contexts of failed tasks were never given up', now: 'the newest 1 000 are kept; `taskManager.takePreservedContext()` hands one out', check: 'code that reads contexts long after' },
      { fault: 'a call that the open circuit refused counted as a task that had started and failed', now: 'it counts as neither; its context is kept', check: 'ratios of failed to started tasks' },
      { fault: 'the progress callback was given to operations that had a parameter of its name', now: 'it is their last argument when `withProgress` is set', check: 'operations that report progress' },
    ],
  },
  alias('AgentCircuitBreaker', 'AgentCircuitBreaker', 'AgentTaskCircuitBreaker', 'UnifiedCircuitBreaker'),
  {
    ...configOf('AgentCircuitBreakerConfig', 'AgentCircuitBreakerConfig', agentOptions),
    repaired: [{ fault: 'as a circuit configuration it always had the name agent_circuit_breaker', now: '`toUnifiedConfig()` has no name', check: 'breakers of that name that were shared by accident' }],
  },
  {
    ...of('TokenUsageTracker', 'TokenUsageTracker', 'UnifiedCircuitBreaker with a budget of your own'),
    members: { can_make_request: 'a check before the call', record_usage: 'a count after the call' },
    kept: ['a budget of tokens for each minute, and a cost that adds up'],
    repaired: [{ fault: 'statistics showed the tokens of a minute that had passed', now: 'they show this minute', check: 'dashboards of idle models' }],
  },
  {
    ...of('SecurityMonitor', 'SecurityMonitor', 'UnifiedCircuitBreaker with a user list of your own'),
    kept: ['so many failures in a row flag a user; a success clears the count'],
    repaired: [
      { fault: 'flags could not be lifted', now: '`unflagUser()` lifts one', check: 'scripts that restarted a service to unlock a user' },
      { fault: 'flags and counts grew for ever', now: 'the newest 10 000 of each are kept', check: 'attacks with made-up users' },
    ],
    note: '`isUnderAttack()` is always false: nothing ever told it of an attack',
  },
  {
    ...of('AgentTaskManager', 'AgentTaskManager', 'UnifiedCircuitBreaker with a task list of your own'),
    repaired: [{ fault: 'ending a task twice counted it twice', now: 'only a running task can end', check: 'sums of completed tasks' }],
  },
  error('LLMRateLimitError', 'LlmRateLimitError', 'thrown when the tokens of a minute are spent'),
  alias('LLMRateLimitError', 'LLMRateLimitError', 'LlmRateLimitError', 'UnifiedCircuitBreaker with an error of your own'),
  error('LLMCostLimitError', 'LlmCostLimitError', 'thrown when the cost budget is spent'),
  alias('LLMCostLimitError', 'LLMCostLimitError', 'LlmCostLimitError', 'UnifiedCircuitBreaker with an error of your own'),
  error('LLMValidationError', 'LlmValidationError', 'thrown when a response fails its validation'),
  alias('LLMValidationError', 'LLMValidationError', 'LlmValidationError', 'UnifiedCircuitBreaker with an error of your own'),
  error('AuthSecurityError', 'AuthSecurityError', 'thrown for a flagged user'),
];
