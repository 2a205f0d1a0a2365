import type { LegacyOptions } from '../legacy-name.ts';

const EXPECTED = 'errors that count; with the default list all do but those that are answers';
const NEVER_READ = 'never read';

/** Of `DatabaseCircuitBreakerConfig`. */
export const databaseOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 3. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 3 },
  /** Seconds from the first opening until a probe is let through, at most and half of them at least; each further opening doubles it. Default 30. */
  recoveryTimeoutSeconds: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 30 },
  /** Successes that close the circuit. Whole number, 1 or more. Default 2. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 2 },
  /** Seconds that a query may take. Default 10. */
  queryTimeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 10 },
  /** Outcomes that rates are taken from. Whole number, 1 or more. Default 8. */
  slidingWindowSize: { kind: 'count', to: 'slidingWindowSize', default: 8 },
  /** Share of failures that opens the circuit. Above 0, to 1. Default 0.6. */
  errorRateThreshold: { kind: 'share', to: 'errorRateThreshold', default: 0.6 },
  /** Seconds of the longest wait. Default 300. */
  maxBackoffSeconds: { kind: 'seconds', to: 'maxBackoffMs', default: 300 },
  /** Connections above which the pool is near its limit. Whole number, 1 or more. Default 80. */
  connectionPoolThreshold: { kind: 'count', to: null, default: 80 },
  /** Whether to look at the pool before each operation. Default true. */
  checkPoolHealth: { kind: 'flag', to: null, default: true },
  /** Names of the classes of errors that count. */
  expectedDatabaseExceptions: { kind: 'names', to: null, default: ['ConnectionError', 'TimeoutError', 'DatabaseError', 'OperationalError', 'IntegrityError'], note: EXPECTED },
  /** Names of the classes of errors that clear the pool. */
  connectionErrors: { kind: 'names', to: null, default: ['ConnectionError', 'OperationalError'] },
  /** Never read. */
  timeoutErrors: { kind: 'names', to: null, default: ['TimeoutError'], note: NEVER_READ },
  /** Never read. */
  transactionErrors: { kind: 'names', to: null, default: ['IntegrityError', 'TransactionError'], note: NEVER_READ },
} as const satisfies LegacyOptions;

/** Of `LlmCircuitBreakerConfig`. */
export const llmOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 10. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 10 },
  /** Seconds from the first opening until a probe is let through, at most and half of them at least; each further opening doubles it. Default 10. */
  recoveryTimeoutSeconds: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 10 },
  /** Successes that close the circuit. Whole number, 1 or more. Default 2. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 2 },
  /** Seconds that a request may take. Default 60. */
  requestTimeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 60 },
  /** Outcomes that rates are taken from. Whole number, 1 or more. Default 6, at least the threshold. */
  slidingWindowSize: { kind: 'count', to: 'slidingWindowSize', default: 6, note: 'unless given, at least the threshold, which could not be reached otherwise' },
  /** Share of failures that opens the circuit. Above 0, to 1. Default 0.4. */
  errorRateThreshold: { kind: 'share', to: 'errorRateThreshold', default: 0.4 },
  /** Seconds above which a call is slow. Default 30. */
  slowCallThresholdSeconds: { kind: 'seconds', to: 'slowCallThresholdMs', default: 30 },
  /** Seconds of the longest wait. Default 600. */
  maxBackoffSeconds: { kind: 'seconds', to: 'maxBackoffMs', default: 600 },
  /** Tokens that may be used in a minute. Whole number, 1 or more. Default 50 000. */
  tokenRateLimitPerMinute: { kind: 'count', to: null, default: 50_000 },
  /** Dollars that may be spent. 0 or more. Default 100. */
  costThresholdDollars: { kind: 'number', to: null, default: 100 },
  /** Names of the classes of errors that count. */
  expectedLlmExceptions: { kind: 'names', to: null, default: ['HTTPException', 'TimeoutError', 'RateLimitError', 'ModelError', 'ValidationError'], note: EXPECTED },
  /** Never read. */
  rateLimitErrors: { kind: 'names', to: null, default: ['RateLimitError', 'TooManyRequestsError'], note: 'a rate limit of the provider is a failure like others' },
  /** Never read. */
  costErrors: { kind: 'names', to: null, default: ['CostLimitError', 'QuotaExceededError'], note: NEVER_READ },
  /** Never read. */
  modelErrors: { kind: 'names', to: null, default: ['ModelError', 'ModelUnavailableError'], note: NEVER_READ },
} as const satisfies LegacyOptions;

/** Of `AuthCircuitBreakerConfig`. */
export const authOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 2. */
  securityFailureThreshold: { kind: 'count', to: 'failureThreshold', default: 2 },
  /** Seconds from the first opening until a probe is let through, at most and half of them at least; each further opening doubles it. Default 300. */
  securityRecoveryTimeoutSeconds: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 300 },
  /** Successes that close the circuit. Whole number, 1 or more. Default 2. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 2 },
  /** Seconds that an authentication may take. Default 15. */
  authTimeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 15 },
  /** Outcomes that rates are taken from. Whole number, 1 or more. Default 12. */
  slidingWindowSize: { kind: 'count', to: 'slidingWindowSize', default: 12 },
  /** Share of failures that opens the circuit. Above 0, to 1. Default 0.5. */
  errorRateThreshold: { kind: 'share', to: 'errorRateThreshold', default: 0.5 },
  /** Seconds of the longest wait. Default 600. */
  maxBackoffSeconds: { kind: 'seconds', to: 'maxBackoffMs', default: 600 },
  /** Failures in a row that flag a user. Whole number, 1 or more. Default 5. */
  suspiciousActivityThreshold: { kind: 'count', to: null, default: 5 },
  /** Names of the classes of errors that count. */
  expectedAuthExceptions: {
    kind: 'names',
    to: null,
    default: ['AuthenticationError', 'AuthorizationError', 'HTTPException', 'TokenExpiredError', 'InvalidCredentialsError'],
    note: EXPECTED,
  },
  /** Names of the classes of errors that flag a user at once. */
  securityErrors: { kind: 'names', to: null, default: ['SecurityError', 'SuspiciousActivityError'] },
  /** Names of the classes of errors that count towards the flag of a user. */
  credentialErrors: { kind: 'names', to: null, default: ['InvalidCredentialsError', 'AuthenticationError'] },
  /** Names of the classes of errors that end the session of a user. */
  sessionErrors: { kind: 'names', to: null, default: ['SessionExpiredError', 'InvalidSessionError'] },
  /** Names of the classes of errors that the fallback serves. */
  fallbackEligibleErrors: { kind: 'names', to: null, default: ['HTTPException', 'TimeoutError'], note: 'a refusal of the breaker is served, too' },
} as const satisfies LegacyOptions;

/** Of `AgentCircuitBreakerConfig`. */
export const agentOptions = {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 4. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 4 },
  /** Seconds from the first opening until a probe is let through, at most and half of them at least; each further opening doubles it. Default 60. */
  recoveryTimeoutSeconds: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 60 },
  /** Successes that close the circuit. Whole number, 1 or more. Default 3. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 3 },
  /** Seconds that a task may take. Default 300. */
  taskTimeoutSeconds: { kind: 'seconds', to: 'timeoutMs', default: 300 },
  /** Outcomes that rates are taken from. Whole number, 1 or more. Default 10. */
  slidingWindowSize: { kind: 'count', to: 'slidingWindowSize', default: 10 },
  /** Share of failures that opens the circuit. Above 0, to 1. Default 0.5. */
  errorRateThreshold: { kind: 'share', to: 'errorRateThreshold', default: 0.5 },
  /** Seconds above which a task is slow. Default 120. */
  slowTaskThresholdSeconds: { kind: 'seconds', to: 'slowCallThresholdMs', default: 120 },
  /** Seconds of the longest wait. Default 300. */
  maxBackoffSeconds: { kind: 'seconds', to: 'maxBackoffMs', default: 300 },
  /** Whether the contexts of failed tasks are kept. Default true. */
  preserveContextOnFailure: { kind: 'flag', to: null, default: true },
  /** Never read. */
  nestedTaskSupport: { kind: 'flag', to: null, default: true, note: NEVER_READ },
  /** Names of the classes of errors that count. */
  expectedAgentExceptions: { kind: 'names', to: null, default: ['TaskTimeoutError', 'ResourceError', 'AgentError', 'NestedTaskError', 'ContextError'], note: 'errors that count; with the default list all do' },
  /** Never read. */
  timeoutErrors: { kind: 'names', to: null, default: ['TaskTimeoutError'], note: NEVER_READ },
  /** Never read. */
  resourceErrors: { kind: 'names', to: null, default: ['ResourceError', 'MemoryError', 'CPUError'], note: NEVER_READ },
  /** Never read. */
  nestedTaskErrors: { kind: 'names', to: null, default: ['NestedTaskError', 'SubTaskError'], note: NEVER_READ },
} as const satisfies LegacyOptions;
