import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of the configurations of `LLMClientConfig`. */
export const llmCircuitOptions = {
  /** Names the circuit. Default `default`. */
  name: { kind: 'text', to: 'name', default: 'default' },
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5 },
  /** Successes that close the circuit. Whole number, 1 or more. Default 3. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 3 },
  /** Seconds from the opening until a call is tried again. Default 60. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Probes that may run at once. Whole number, 1 or more. Default 3. */
  halfOpenMaxCalls: { kind: 'count', to: 'halfOpenMaxCalls', default: 3, note: 'was dropped on the way to the breaker' },
  /** Seconds that a call may take. Default 60. */
  timeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 60 },
  /** Seconds above which a call is slow. Default 5. */
  slowCallThreshold: { kind: 'seconds', to: 'slowCallThresholdMs', default: 5, note: 'was dropped on the way to the breaker' },
  /** Whether the threshold follows latency and health. Default false. */
  adaptiveThreshold: { kind: 'flag', to: 'adaptiveThreshold', default: false, note: 'was true by default, and dropped on the way to the breaker' },
} as const satisfies LegacyOptions;

/** Of `RetryStrategy` and `ApiSpecificRetryStrategy`. */
export const retryStrategyOptions = {
  /** All attempts, the first one included. Whole number, 1 or more. Default 5. */
  maxAttempts: { kind: 'count', to: null, default: 5 },
  /** Seconds to wait after the first attempt, before jitter. 0 or more. Default 1. */
  baseDelay: { kind: 'number', to: null, default: 1, note: 'seconds' },
  /** The longest wait in seconds, after jitter and besides what an error asks for by `retryAfterMs`. 0 or more. Default 60. */
  maxDelay: { kind: 'number', to: null, default: 60, note: 'seconds' },
  /** What each further wait is multiplied by. 0 or more. Default 2. */
  backoffFactor: { kind: 'number', to: null, default: 2 },
  /** The least and the largest factor of the jitter. Default `[0.5, 1.5]`. */
  jitterRange: { kind: 'any', to: null, note: 'default [0.5, 1.5]' },
} as const satisfies LegacyOptions;

/** The breaker of `CircuitBreakerRetryStrategy`. Its timeout of 60 s was never applied: only outcomes were recorded. */
export const llmRetrySettings = {
  failureThreshold: 5,
  recoveryTimeoutMs: 30_000,
  timeoutMs: null,
  successThreshold: 1,
  errorRateThreshold: null,
  exponentialBackoff: false,
  jitter: false,
} as const satisfies LegacySettings;

/** Of `FallbackConfig`. */
export const fallbackConfigOptions = {
  /** All attempts, the first one included. Whole number, 1 or more. Default 2. */
  maxRetries: { kind: 'count', to: null, default: 2, note: 'all attempts, in spite of its name' },
  /** Seconds to wait after the first attempt, before jitter. 0 or more. Default 0.5. */
  baseDelay: { kind: 'number', to: null, default: 0.5, note: 'seconds' },
  /** The longest wait in seconds, before jitter and besides what an error asks for by `retryAfterMs`. 0 or more. Default 15. */
  maxDelay: { kind: 'number', to: null, default: 15, note: 'seconds' },
  /** What each further wait is multiplied by. 0 or more. Default 1.5. */
  exponentialBase: { kind: 'number', to: null, default: 1.5 },
  /** Seconds that each attempt may take. Default 30. */
  timeout: { kind: 'seconds', to: 'timeoutMs', default: 30 },
  /** Whether the circuit of the provider is asked and told. Default true. */
  useCircuitBreaker: { kind: 'flag', to: null, default: true },
} as const satisfies LegacyOptions;

/** The breakers of `LLMFallbackHandler`. */
export const llmFallbackSettings = {
  failureThreshold: 3,
  recoveryTimeoutMs: 30_000,
  successThreshold: 1,
  errorRateThreshold: null,
  exponentialBackoff: false,
  jitter: false,
} as const satisfies LegacySettings;

const RETRY = 'llm/enhanced_retry.py';
const CLIENT = 'llm/client_config.py';

/** The legacy names of `./compat/llm`. */
export const llmNames: readonly LegacyName[] = [
  {
    module: 'llm/client_circuit_breaker.py',
    name: 'LLMCircuitBreakerManager',
    source: 'llm',
    shim: 'LLMCircuitBreakerManager',
    replacement: 'UnifiedCircuitBreakerManager with presets.llm',
    members: {
      get_circuit: "createCircuitBreaker('llm_' + name, presets.llm.standard)",
      get_structured_circuit: "createCircuitBreaker(name + '_structured', presets.llm.structured)",
      get_all_circuit_status: 'getAllStatus()',
      reset_all_circuits: 'resetAll()',
      reset_circuit: 'resetCircuitBreaker(name)',
    },
    kept: [
      'the circuits are listed as `llm_<name>` and `<name>_structured`',
      '`fast` or `gpt-3.5` in the name of a model selects FAST',
      'failures in a row or an error rate of half open, three successes close, waits grow',
    ],
    repaired: [
      {
        fault: 'Gemini 2.5 and Claude were taken for slow models, which open at 3 failures and wait for 60 s',
        now: 'they are STANDARD; SLOW is for names that say `slow`',
        check: 'calls of these models that take more than 20 s, and circuits that opened early; `presets.llm.geminiFlash` and `geminiPro` have numbers of their own',
      },
      { fault: 'asking for all statuses raised an AttributeError', now: 'gives the status of each circuit', check: 'error handling around it' },
      { fault: 'structured circuits were in neither the status nor the reset', now: 'they are in both, as `<name>_structured`', check: 'readers that count circuits' },
      { fault: 'the rate opened at 3 failures, whatever the threshold', now: 'the threshold is reached first', check: 'alerts tuned to early openings' },
      { fault: 'errors that the caller made counted', now: 'statuses 400 to 499 but 408 and 429 are ignored', check: 'tests that open a circuit by such errors' },
      { fault: 'a circuit that had been taken off the registry stayed in use', now: 'the list is asked each time', check: 'nothing, unless breakers are removed' },
    ],
  },
  {
    module: CLIENT,
    name: 'LLMClientConfig',
    source: 'llm',
    shim: 'LLMClientConfig',
    replacement: 'presets.llm',
    members: { FAST: 'presets.llm.fast', STANDARD: 'presets.llm.standard', SLOW: 'presets.llm.slow', STRUCTURED: 'presets.llm.structured' },
    kept: ['FAST 5 failures, 20 s, timeout 10 s; STANDARD 7, 45 s, 20 s; SLOW 3, 60 s, 30 s; STRUCTURED 3, 20 s, 10 s'],
  },
  {
    module: 'schemas/core_models.py',
    name: 'CircuitBreakerConfig',
    source: 'llm',
    shim: 'CircuitBreakerConfig',
    replacement: 'UnifiedCircuitConfig',
    options: llmCircuitOptions,
    kept: ['seconds, under the legacy names in camelCase'],
    repaired: [{ fault: 'half-open limit, slow calls and the adaptive threshold were lost on the way to the breaker', now: 'they take effect', check: 'configurations that give them' }],
  },
  {
    module: RETRY,
    name: 'RetryStrategy',
    source: 'llm',
    shim: 'RetryStrategy',
    replacement: 'retry(operation, options)',
    options: retryStrategyOptions,
    members: { calculate_delay: 'backoff: (attempt) => ms', should_retry: 'retryOn: (error) => boolean' },
    kept: [
      'the wait is baseDelay · backoffFactor^(n−1) · jitter, at most `maxDelay`',
      'errors are told by their text: overloaded, rate limit, timeout, 429, 503, 504, temporarily',
    ],
    repaired: [
      { fault: 'a timeout without a text was not retried', now: 'a timeout is known by its class, too', check: 'operations that must not run twice' },
      { fault: 'a rejection with such a number in its text was retried', now: 'rejections are not', check: 'nothing' },
    ],
  },
  {
    module: RETRY,
    name: 'APISpecificRetryStrategy',
    source: 'llm',
    shim: 'ApiSpecificRetryStrategy',
    replacement: 'retry(operation, options) for a provider',
    options: retryStrategyOptions,
    kept: [
      'openai 5 attempts, 2 s, at most 120 s, ×2.5; anthropic 4, 1.5 s, 90 s, ×2; standard, and any other, 3, 1 s, 60 s, ×2',
      '401, unauthorized, 400 and bad request are not retried',
    ],
    repaired: [{ fault: '`jitter_range` was dropped', now: 'it takes effect', check: 'strategies that give it' }],
  },
  ...['FAST_LLM_RETRY', 'STANDARD_LLM_RETRY', 'SLOW_LLM_RETRY', 'OPENAI_RETRY', 'ANTHROPIC_RETRY'].map((name) => ({
    module: RETRY,
    name,
    source: 'llm',
    shim: name,
    replacement: 'RetryOptions',
  })),
  {
    module: RETRY,
    name: 'with_enhanced_retry',
    source: 'llm',
    shim: 'withEnhancedRetry',
    replacement: 'withRetry(fn, options)',
    kept: ['all attempts run without a budget'],
  },
  {
    module: RETRY,
    name: 'CircuitBreakerRetryStrategy',
    source: 'llm',
    shim: 'CircuitBreakerRetryStrategy',
    replacement: 'UnifiedCircuitBreaker around retry(operation, options)',
    settings: llmRetrySettings,
    members: { execute_with_retry: 'breaker.call(() => retry(operation, options))', is_circuit_open: "breaker.state === 'open'", get_circuit_status: 'breaker.getStatus()' },
    kept: [
      'one outcome for a whole run of attempts; 5 in a row open for 30 s, one success closes',
      'each has a circuit of its own, named `llm_retry_circuit`',
      'the error `Circuit breaker is open`, before the first attempt only',
    ],
    repaired: [
      { fault: 'a circuit that had opened stayed open for ever', now: 'the first run after the wait is a probe', check: 'restarts that were the remedy' },
      { fault: 'the error was a plain one, and counted in outer breakers', now: 'it is a `CircuitBreakerOpenError`, too', check: 'code that compares its class' },
      { fault: 'errors that the caller made counted', now: 'statuses 400 to 499 but 408 and 429 are ignored', check: 'tests that open a circuit by such errors' },
    ],
  },
  {
    module: 'llm/fallback_config.py',
    name: 'FallbackConfig',
    source: 'llm',
    shim: 'FallbackConfig',
    replacement: 'UnifiedCircuitConfig',
    options: fallbackConfigOptions,
    kept: ['seconds, under the legacy names in camelCase'],
  },
  {
    module: 'llm/fallback_handler.py',
    name: 'LLMFallbackHandler',
    source: 'llm',
    shim: 'LLMFallbackHandler',
    replacement: 'UnifiedCircuitBreaker with fallback',
    options: fallbackConfigOptions,
    settings: llmFallbackSettings,
    members: {
      execute_with_fallback: 'retry(() => breaker.call(operation)), with a fallback',
      execute_structured_with_fallback: 'the same, with a fallback of the type',
      reset_circuit_breakers: 'manager.resetAll()',
      reset_circuit_breakers_async: 'manager.resetAll()',
      get_health_status: 'manager.getHealthSummary()',
    },
    kept: [
      'a circuit for each provider, `llm_fallback_<provider>`: each failed attempt counts, 3 in a row open for 30 s, one success closes',
      'the wait is base · exponentialBase^(n−1), at most `maxDelay`, and 10 to 30 % more; base is max(2 · base, 5 s) after a rate limit and max(1.5 · base, 2 s) after a timeout',
      'an answer is always given: that of the model, or a body that says what it is',
    ],
    repaired: [
      { fault: 'an open circuit was never seen as open', now: 'the body of an open circuit is given at once', check: 'answers with `circuitBreakerTriggered`, which never came before' },
      { fault: 'the attempts went on when the circuit opened between them', now: 'an open circuit ends them', check: 'nothing' },
      { fault: 'an answer of nothing was taken for a failure', now: 'whatever the model gives is the answer', check: 'operations that give null or undefined' },
      { fault: 'all bodies of one kind shared their metadata', now: 'each is an object of its own', check: 'nothing' },
      { fault: 'the resets were not awaited, and did not happen', now: 'both happen at once; one of them gives a promise', check: 'nothing' },
      { fault: 'errors that the caller made counted', now: 'statuses 400 to 499 but 408 and 429 are ignored', check: 'tests that open a circuit by such errors' },
    ],
    note: 'Handlers share the circuit of a provider; give each dependency a provider name of its own.',
  },
];
