/**
 * The legacy names of `core/error_recovery.py`: the breaker of the error recovery.
 *
 * @module
 */
export type { CircuitBreakerStatus, CircuitMetrics } from '../core/circuit-status.ts';
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyHealth } from '../legacy-view.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { ErrorRecoveryCircuitBreaker, ErrorRecoveryCircuitBreaker as CircuitBreaker } from './error-recovery-circuit-breaker.ts';
export type { ErrorRecoveryOptions } from './error-recovery-circuit-breaker.ts';
