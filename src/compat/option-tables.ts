import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';

/** What a legacy option holds. It also says the unit. */
export type LegacyKind =
  'name' | 'text' | 'count' | 'seconds' | 'milliseconds' | 'share' | 'flag' | 'names' | 'classes';

/** One option of a legacy name. */
export interface LegacyOption {
  /** What it holds. A `name` is required, every other option may be left out. */ readonly kind: LegacyKind;
  /** The option of `UnifiedCircuitConfig` that it becomes. `null` if the legacy name used it itself or not at all. */
  readonly to: keyof UnifiedCircuitConfig | null;
  /** Its value if it is left out, in legacy units. Without it, the canonical number applies. */
  readonly default?: string | number | boolean | readonly string[] | undefined;
}

/** The options of a legacy name, by their legacy names in camelCase. */
export type LegacyOptions = Readonly<Record<string, LegacyOption>>;

/** Options of this library that a legacy name sets. */
export type LegacySettings = Readonly<Omit<Partial<UnifiedCircuitConfig>, 'name' | 'clock' | 'random'>>;

/** Everything about the configuration of a legacy name, as plain data. */
export interface LegacyTable {
  /** The subpath that has the name: `core` is `unified-circuit-breaker/compat/core`. */ readonly source: string;
  /** The name that takes these options. */ readonly name: string;
  readonly options: LegacyOptions;
  /** Numbers that apply instead of the canonical ones. */ readonly usual?: LegacySettings;
  /** What the legacy name hard-wired. */ readonly fixed?: LegacySettings;
  /** Options that are gone, and what to do instead. */ readonly removed?: Readonly<Record<string, string>>;
}

/** The numbers that the previous code base used for everything. They equal `presets.canonical`. */
export const canonicalNumbers = {
  failureThreshold: 5, recoveryTimeoutMs: 60_000, timeoutMs: 30_000, successThreshold: 3, halfOpenMaxCalls: 3,
  slidingWindowSize: 10, errorRateThreshold: 0.5, minRequestsThreshold: 5, slowCallThresholdMs: 5_000,
  maxBackoffMs: 300_000,
} as const satisfies LegacySettings;

type Target = LegacyOption['to'];
const count = <To extends Target, D>(to: To, value: D) => ({ kind: 'count', to, default: value }) as const;
const seconds = <To extends Target, D>(to: To, value: D) => ({ kind: 'seconds', to, default: value }) as const;
const share = <D>(value: D) => ({ kind: 'share', to: 'errorRateThreshold', default: value }) as const;
const unread = <D>(kind: 'seconds' | 'flag', value: D) => ({ kind, to: null, default: value }) as const;

type Extra = Pick<LegacyTable, 'usual' | 'fixed' | 'removed'>;
const table = <const Options extends LegacyOptions>(
  source: string, name: string, options: Options, extra: Extra = {},
): Omit<LegacyTable, 'options'> & { readonly options: Options } => ({ source, name, options, ...extra });

const NAME = { kind: 'name', to: 'name' } as const;
const NAMES = { kind: 'names', to: null } as const;
const ADAPTIVE = { kind: 'flag', to: 'adaptiveThreshold', default: false } as const;
const steady = { exponentialBackoff: false, jitter: false } as const;
const onlyInARow = { errorRateThreshold: null, ...steady } as const;
const oneSuccess = { successThreshold: 1, ...onlyInARow } as const;
const untimed = { timeoutMs: null, halfOpenLeaseMs: 300_000 } as const;

/** Only failures in a row open the circuit, and one success closes it. */
export const circuitConfig = /* @__PURE__ */ table('core', 'CircuitConfig', {
  name: NAME, failureThreshold: count('failureThreshold', 5),
  recoveryTimeout: seconds('recoveryTimeoutMs', 30), halfOpenMaxCalls: count('halfOpenMaxCalls', 3),
  timeoutSeconds: seconds('timeoutMs', 10), adaptiveThreshold: ADAPTIVE,
  slowCallThreshold: seconds('slowCallThresholdMs', 5), slidingWindowSize: count('slidingWindowSize', 100),
}, { fixed: oneSuccess });
/** The threshold always adapts, `timeoutSeconds` is the wait, and `recoveryTimeout` was never read. */
export const adaptiveConfig = /* @__PURE__ */ table('core', 'AdaptiveCircuitBreaker', {
  ...circuitConfig.options, recoveryTimeout: unread('seconds', 30),
  timeoutSeconds: seconds('recoveryTimeoutMs', 10), adaptiveThreshold: unread('flag', true),
  successThreshold: count('successThreshold', 3),
}, { fixed: { adaptiveThreshold: true, ...untimed, ...onlyInARow } });
/** An empty list of names means all errors. */
export const servicesConfig = /* @__PURE__ */ table('services', 'CircuitBreakerConfig', {
  failureThreshold: count('failureThreshold', 5), recoveryTimeout: seconds('recoveryTimeoutMs', 60),
  successThreshold: count('successThreshold', 3), timeout: seconds('timeoutMs', 30),
  expectedExceptionTypes: { kind: 'names', to: 'countErrors' },
  slidingWindowSize: count('slidingWindowSize', 10), errorRateThreshold: share(0.5),
  minRequestsThreshold: count('minRequestsThreshold', 3),
});
/** The options of the agents' base breaker. */
export const agentsBaseConfig = /* @__PURE__ */ table('agents-base', 'CircuitBreakerConfig', {
  name: NAME, failureThreshold: count('failureThreshold', 5),
  recoveryTimeout: seconds('recoveryTimeoutMs', 60), successThreshold: count('successThreshold', 3),
  timeoutSeconds: seconds('timeoutMs', 30), halfOpenMaxCalls: count('halfOpenMaxCalls', 3),
});
/** Failures within `failureWindowSeconds` open the circuit. */
export const agentsSecurityConfig = /* @__PURE__ */ table('agents-security', 'CircuitBreakerConfig', {
  failureThreshold: count('failureThreshold', 3), recoveryTimeout: seconds('recoveryTimeoutMs', 60),
  successThreshold: count('successThreshold', 2), failureWindowSeconds: seconds(null, 300),
  maxHalfOpenCalls: count('halfOpenMaxCalls', 3),
}, {
  fixed: { ...untimed, ...onlyInARow },
  removed: { environment: 'Read the variables yourself, and pass the numbers as the default configuration.' },
});
/** `timeout` is the wait: calls have no timeout. */
export const asyncConfig = /* @__PURE__ */ table('async-retry', 'AsyncCircuitBreaker', {
  failureThreshold: count('failureThreshold', 5), timeout: seconds('recoveryTimeoutMs', 60),
  expectedException: { kind: 'classes', to: 'countErrors' },
}, { fixed: { ...untimed, ...oneSuccess } });
/** The options of the ClickHouse breaker. */
export const clickhouseConfig = /* @__PURE__ */ table('database', 'CircuitBreakerConfig', {
  failureThreshold: count('failureThreshold', 5), recoveryTimeout: seconds('recoveryTimeoutMs', 30),
  halfOpenMaxCalls: count('halfOpenMaxCalls', 3),
}, { fixed: { ...untimed, ...oneSuccess } });
/** The options of the breaker `database_connection`. `testMode` changes nothing. */
export const connectionConfig = /* @__PURE__ */ table('database', 'DatabaseManager', {
  failureThreshold: count('failureThreshold', 3), recoveryTimeout: seconds('recoveryTimeoutMs', 2),
  testMode: { kind: 'flag', to: null },
}, {
  usual: { slidingWindowSize: 5, minRequestsThreshold: 3 },
  fixed: { successThreshold: 2, timeoutMs: 10_000, errorRateThreshold: 0.6, ...steady },
});
/** All failures since the circuit closed count. `timeout` was never read. */
export const apiConfig = /* @__PURE__ */ table('api-gateway', 'CircuitBreakerConfig', {
  failureThreshold: count('failureThreshold', 5), recoveryTimeout: seconds('recoveryTimeoutMs', 60),
  successThreshold: count('successThreshold', 3), timeout: unread('seconds', 30),
  enabled: { kind: 'flag', to: null, default: true },
}, { fixed: { ...untimed, ...onlyInARow } });
/** The error rate must be above 0.5. `testRequestTimeout` was never read. */
export const endpointConfig = /* @__PURE__ */ table('api-gateway', 'EndpointCircuitBreakerConfig', {
  failureThreshold: count('failureThreshold', 5), recoveryTimeout: seconds('recoveryTimeoutMs', 60),
  testRequestTimeout: unread('seconds', 5), successThreshold: count('successThreshold', 3),
  rollingWindowSize: count('slidingWindowSize', 100), minimumRequests: count('minRequestsThreshold', 10),
}, { fixed: { errorRateThreshold: 0.5, ...untimed, ...steady } });
/** The options of the four configurations of `LLMClientConfig`. */
export const llmConfig = /* @__PURE__ */ table('llm', 'CircuitBreakerConfig', {
  name: { kind: 'text', to: 'name', default: 'default' }, failureThreshold: count('failureThreshold', 5),
  successThreshold: count('successThreshold', 3), recoveryTimeout: seconds('recoveryTimeoutMs', 60),
  halfOpenMaxCalls: count('halfOpenMaxCalls', 3), timeoutSeconds: seconds('timeoutMs', 60),
  slowCallThreshold: seconds('slowCallThresholdMs', 5), adaptiveThreshold: ADAPTIVE,
});
/** `healthCheckInterval` is the interval of the health check. */
export const reliabilityConfig = /* @__PURE__ */ table('reliability', 'CircuitBreakerConfig', {
  ...llmConfig.options, healthCheckInterval: seconds(null, 30), maxWaitDuration: seconds('maxBackoffMs', 300),
});
/** The options of the supervisor's `FallbackManager`. */
export const fallbackConfig = /* @__PURE__ */ table('supervisor', 'FallbackManager', {
  failureThreshold: count('failureThreshold', 3), recoveryTimeout: seconds('recoveryTimeoutMs', 60),
  timeoutSeconds: seconds('timeoutMs', 30),
}, { fixed: oneSuccess });
/** Milliseconds from the start. Failures within `timeWindowMs` open the circuit. */
export const frontendConfig = /* @__PURE__ */ table('frontend', 'CircuitBreaker', {
  failureThreshold: count('failureThreshold', 10),
  timeWindowMs: { kind: 'milliseconds', to: null, default: 60_000 },
  recoveryTimeoutMs: { kind: 'milliseconds', to: 'recoveryTimeoutMs', default: 30_000 },
}, { fixed: { ...untimed, ...oneSuccess } });

const usual = { minRequestsThreshold: 3 } as const;
const fixed = { adaptiveThreshold: true } as const;
const POOL = 'Check the pool before the call.';
const UNREAD = 'Delete it: it was never read.';
const BUDGET = 'Keep the budget around the call, as examples/token-budget.ts does.';
const TASKS = 'Keep it in the code that starts the task.';
/** The options of the domain breaker for databases. Without a list, all errors but those of the statement count. */
export const databaseConfig = /* @__PURE__ */ table('domain', 'DatabaseCircuitBreakerConfig', {
  failureThreshold: count('failureThreshold', 3), recoveryTimeoutSeconds: seconds('recoveryTimeoutMs', 30),
  successThreshold: count('successThreshold', 2), queryTimeoutSeconds: seconds('timeoutMs', 10),
  slidingWindowSize: count('slidingWindowSize', 8), errorRateThreshold: share(0.6),
  maxBackoffSeconds: seconds('maxBackoffMs', 300), expectedDatabaseExceptions: NAMES,
}, { usual, fixed, removed: {
  connectionPoolThreshold: POOL, checkPoolHealth: POOL, dbPool: POOL, warn: POOL, timeoutErrors: UNREAD,
  transactionErrors: UNREAD, connectionErrors: 'Clear the pool where you catch the error.',
} });
/** The options of the domain breaker for language models. Without a list, all errors but those of the request count. */
export const llmDomainConfig = /* @__PURE__ */ table('domain', 'LlmCircuitBreakerConfig', {
  failureThreshold: count('failureThreshold', 10), recoveryTimeoutSeconds: seconds('recoveryTimeoutMs', 10),
  successThreshold: count('successThreshold', 2), requestTimeoutSeconds: seconds('timeoutMs', 60),
  slidingWindowSize: count('slidingWindowSize', 6), errorRateThreshold: share(0.4),
  slowCallThresholdSeconds: seconds('slowCallThresholdMs', 30),
  maxBackoffSeconds: seconds('maxBackoffMs', 600), expectedLlmExceptions: NAMES,
}, { usual, fixed, removed: {
  tokenRateLimitPerMinute: BUDGET, costThresholdDollars: BUDGET, rateLimitErrors: UNREAD, costErrors: UNREAD,
  modelErrors: UNREAD, responseValidator: 'Pass `isFailure` to UnifiedCircuitBreaker.',
} });
/** The options of the domain breaker for authentication. Without a list, all errors but those about the user count. */
export const authConfig = /* @__PURE__ */ table('domain', 'AuthCircuitBreakerConfig', {
  securityFailureThreshold: count('failureThreshold', 2),
  securityRecoveryTimeoutSeconds: seconds('recoveryTimeoutMs', 300),
  successThreshold: count('successThreshold', 2), authTimeoutSeconds: seconds('timeoutMs', 15),
  slidingWindowSize: count('slidingWindowSize', 12), errorRateThreshold: share(0.5),
  maxBackoffSeconds: seconds('maxBackoffMs', 600), expectedAuthExceptions: NAMES,
  securityErrors: { ...NAMES, default: ['SecurityError', 'SuspiciousActivityError'] },
  credentialErrors: { ...NAMES, default: ['InvalidCredentialsError', 'AuthenticationError'] },
  sessionErrors: { ...NAMES, default: ['SessionExpiredError', 'InvalidSessionError'] },
}, { usual, fixed: { adaptiveThreshold: false }, removed: {
  suspiciousActivityThreshold: 'Keep the list of users around the call.', sessionManager: 'Use it after the call.',
  fallbackHandler: 'Pass `fallback` to UnifiedCircuitBreaker.',
  fallbackEligibleErrors: 'Pass `fallbackOn` to UnifiedCircuitBreaker.',
} });
/** The options of the domain breaker for tasks of agents. Without a list, all errors count. */
export const agentConfig = /* @__PURE__ */ table('domain', 'AgentCircuitBreakerConfig', {
  failureThreshold: count('failureThreshold', 4), recoveryTimeoutSeconds: seconds('recoveryTimeoutMs', 60),
  successThreshold: count('successThreshold', 3), taskTimeoutSeconds: seconds('timeoutMs', 300),
  slidingWindowSize: count('slidingWindowSize', 10), errorRateThreshold: share(0.5),
  slowTaskThresholdSeconds: seconds('slowCallThresholdMs', 120),
  maxBackoffSeconds: seconds('maxBackoffMs', 300), expectedAgentExceptions: NAMES,
}, { usual, fixed, removed: {
  preserveContextOnFailure: TASKS, progressCallback: TASKS, nestedTaskSupport: UNREAD, timeoutErrors: UNREAD,
  resourceErrors: UNREAD, nestedTaskErrors: UNREAD,
} });

/** Every table. It loads no engine, so tools can read it. */
export const optionTables: readonly LegacyTable[] = [
  circuitConfig, adaptiveConfig, servicesConfig, agentsBaseConfig, agentsSecurityConfig, asyncConfig, clickhouseConfig,
  connectionConfig, apiConfig, endpointConfig, llmConfig, reliabilityConfig, fallbackConfig, frontendConfig,
  databaseConfig, llmDomainConfig, authConfig, agentConfig,
];
