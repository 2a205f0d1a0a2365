/**
 * The legacy names of `core/clickhouse_connection_manager.py`: the breaker of ClickHouse, which no registry lists.
 *
 * @module
 */
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreakerConfig } from './circuit-breaker-config.ts';
export type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
export { ClickHouseCircuitBreaker, ConnectionError } from './click-house-circuit-breaker.ts';
