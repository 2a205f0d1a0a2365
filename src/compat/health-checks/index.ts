/**
 * The legacy name of `core/health/checks.py` that has a breaker: a health check that is spared while it keeps failing.
 *
 * @module
 */
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreakerHealthChecker } from './circuit-breaker-health-checker.ts';
export type { CheckedHealth, HealthCheckerParts, UnhealthyResult, WrappedHealthChecker } from './circuit-breaker-health-checker.ts';
