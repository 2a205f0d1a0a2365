import type { RetryConfigOptions } from './retry-config.ts';

/** For databases: 5 attempts from 0.5 s in at most 60 s, and a circuit of 5 failures and 60 s. @deprecated Use `RetryOptions`. */
export const DATABASE_RETRY_POLICY: RetryConfigOptions = /* @__PURE__ */ Object.freeze({
  maxAttempts: 5,
  baseDelay: 0.5,
  maxDelay: 30,
  strategy: 'exponential_jitter',
  timeoutSeconds: 60,
  circuitBreakerEnabled: true,
  circuitBreakerFailureThreshold: 5,
  circuitBreakerRecoveryTimeout: 60,
});

/** For language models: 4 attempts from 2 s in at most 300 s, and a circuit of 3 failures and 180 s. @deprecated Use `RetryOptions`. */
export const LLM_RETRY_POLICY: RetryConfigOptions = /* @__PURE__ */ Object.freeze({
  maxAttempts: 4,
  baseDelay: 2,
  maxDelay: 120,
  strategy: 'exponential_jitter',
  backoffMultiplier: 2.5,
  jitterRange: 0.15,
  timeoutSeconds: 300,
  circuitBreakerEnabled: true,
  circuitBreakerFailureThreshold: 3,
  circuitBreakerRecoveryTimeout: 180,
});

/** For APIs over HTTP: 3 attempts from 1 s in at most 30 s, and a circuit of 3 failures and 30 s. @deprecated Use `RetryOptions`. */
export const API_RETRY_POLICY: RetryConfigOptions = /* @__PURE__ */ Object.freeze({
  maxAttempts: 3,
  baseDelay: 1,
  maxDelay: 30,
  strategy: 'exponential_jitter',
  timeoutSeconds: 30,
  circuitBreakerEnabled: true,
  circuitBreakerFailureThreshold: 3,
  circuitBreakerRecoveryTimeout: 30,
});

/** For agents: 3 attempts from 1 s in at most 120 s, without a circuit. @deprecated Use `RetryOptions`. */
export const AGENT_RETRY_POLICY: RetryConfigOptions = /* @__PURE__ */ Object.freeze({ maxAttempts: 3, baseDelay: 1, maxDelay: 60, timeoutSeconds: 120 });

/** For web sockets: 2 attempts from 0.5 s in at most 10 s, without a circuit. @deprecated Use `RetryOptions`. */
export const WEBSOCKET_RETRY_POLICY: RetryConfigOptions = /* @__PURE__ */ Object.freeze({ maxAttempts: 2, baseDelay: 0.5, maxDelay: 5, timeoutSeconds: 10 });

/** For files: 3 attempts from 0.2 s in at most 30 s, without a circuit. @deprecated Use `RetryOptions`. */
export const FILE_RETRY_POLICY: RetryConfigOptions = /* @__PURE__ */ Object.freeze({ maxAttempts: 3, baseDelay: 0.2, maxDelay: 2, backoffMultiplier: 1.5, timeoutSeconds: 30 });
