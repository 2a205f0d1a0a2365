/**
 * The legacy names of `core/recovery_manager.py`: the breaker that sends work to a dead-letter queue while it is open.
 *
 * @module
 */
export type { LegacyRuntime } from '../runtime.ts';
export { RecoveryCircuitBreaker, RecoveryCircuitBreaker as CircuitBreaker } from './recovery-circuit-breaker.ts';
export type { RecoveryState, RecoveryStatus } from './recovery-circuit-breaker.ts';
