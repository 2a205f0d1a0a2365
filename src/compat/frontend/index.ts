/**
 * The legacy names of `frontend/lib`: the breaker for the browser, and the one in front of Google Tag Manager.
 *
 * @module
 */
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreaker } from './circuit-breaker.ts';
export type { CircuitBreakerConfig, CircuitBreakerState } from './circuit-breaker.ts';
export { getGTMCircuitBreaker, GTMCircuitBreaker } from './gtm-circuit-breaker.ts';
export type { GTMStats } from './gtm-circuit-breaker.ts';
export type { GTMEventKey } from './sent-events.ts';
