/**
 * The legacy names of `db/client_config.py` and `db/database_manager.py`: the breakers of databases, their numbers and their health.
 *
 * @module
 */
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreakerManager } from './circuit-breaker-manager.ts';
export { DatabaseClientConfig } from './database-client-config.ts';
export type { DatabaseCacheConfig, DatabaseRetryConfig } from './database-client-config.ts';
export { DatabaseManager } from './database-manager.ts';
export type { DatabaseCircuitOptions, DatabaseCircuitStatus } from './database-manager.ts';
export { HealthAssessment } from './health-assessment.ts';
export type { AssessedCircuit, AssessedCircuits, CircuitHealth, ConnectionStatus, DatabaseHealth, DatabaseHealthResponse } from './health-assessment.ts';
