import { isCommandError, isQueryError, isRequestError, isStatementError } from './node-errors.ts';
import { presetFrom } from './preset.ts';

/** The numbers that the library this one replaces had for everything. */
export const canonical = /* @__PURE__ */ presetFrom('UnifiedCircuitConfig', { failureThreshold: 5, recoverySeconds: 60, timeoutSeconds: 30 });

/** A relational database: SQL errors say nothing about it. */
export const database = /* @__PURE__ */ presetFrom(
  'get_database_circuit_breaker',
  { failureThreshold: 3, recoverySeconds: 30, timeoutSeconds: 10, successThreshold: 2, window: 8, errorRate: 0.6 },
  { ignoreErrors: isStatementError },
);

/** An authentication service over HTTP: refused credentials say nothing about it. */
export const authService = /* @__PURE__ */ presetFrom(
  'get_auth_service_circuit_breaker',
  { failureThreshold: 5, recoverySeconds: 60, timeoutSeconds: 15, window: 12 },
  { ignoreErrors: isRequestError },
);

/** A language model behind HTTP: slow, and now and then failing. */
export const llmService = /* @__PURE__ */ presetFrom(
  'get_llm_service_circuit_breaker',
  { failureThreshold: 10, recoverySeconds: 10, timeoutSeconds: 60, successThreshold: 2, window: 6, errorRate: 0.4, slowSeconds: 30 },
  { ignoreErrors: isRequestError },
);

/** ClickHouse: errors of queries say nothing about it. */
export const clickhouse = /* @__PURE__ */ presetFrom(
  'get_clickhouse_circuit_breaker',
  { failureThreshold: 4, recoverySeconds: 45, timeoutSeconds: 20 },
  { ignoreErrors: isQueryError },
);

/** Redis: errors of commands say nothing about it. */
export const redis = /* @__PURE__ */ presetFrom(
  'get_redis_circuit_breaker',
  { failureThreshold: 5, recoverySeconds: 20, timeoutSeconds: 5, successThreshold: 2, window: 15, errorRate: 0.6 },
  { ignoreErrors: isCommandError },
);
