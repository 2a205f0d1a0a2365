/**
 * A circuit breaker without runtime dependencies.
 *
 * @module
 */
export { UnifiedCircuitBreaker } from './breaker/unified-circuit-breaker.ts';
export type {
  CircuitMode,
  HealthCheckOptions,
  SharedCircuitConfig,
  UnifiedCircuitConfig,
} from './breaker/options/options.ts';
export type { CallOptions, StreamOptions } from './breaker/options/call-options.ts';
export type { CallContext, Operation } from './breaker/call/signal.ts';
export type { FallbackContext, FallbackFunction, FallbackTrigger } from './breaker/options/fallback.ts';
export type { CircuitPermit, PermitEnd } from './breaker/call/manual.ts';
export type { Settled } from './breaker/call/settlement.ts';
export type { StreamOperation } from './breaker/call/stream.ts';
export type { UnifiedCircuitStatus } from './breaker/status/status.ts';

export { getUnifiedCircuitBreakerManager } from './manager/default-manager.ts';
export { UnifiedCircuitBreakerManager } from './manager/unified-circuit-breaker-manager.ts';
export { reconfigure } from './manager/reconfigure.ts';
export { KeyedBreakers } from './manager/keyed/keyed-breakers.ts';
export type { Condition } from './manager/condition.ts';
export type { HealthSummary, KeyedSummary } from './manager/health-summary.ts';
export type { KeyedOptions } from './manager/keyed/keyed-options.ts';
export type { ManagerEvents } from './manager/manager-events.ts';
export type { ManagedCircuitConfig, ManagerOptions } from './manager/options.ts';
export type { ManagerSnapshot } from './manager/snapshot.ts';

export { withBreaker, withBreakerStream, withBreakerSync } from './facade/with-breaker.ts';
export { circuitBreaker } from './facade/circuit-breaker-decorator.ts';
export { breakerOf } from './facade/breaker-of.ts';
export { alternative, fromCache } from './facade/fallback-chain.ts';
export type { DecoratorOptions, MethodProtector } from './facade/circuit-breaker-decorator.ts';
export type { FacadeOptions } from './facade/facade-options.ts';
export type { FacadeFallback } from './facade/fallback-chain.ts';
export type { Protected } from './facade/protected.ts';

export { retry, withRetry } from './retry/retry.ts';
export { RetryBudget } from './retry/retry-budget.ts';
export type { RetryEvent, RetryOptions } from './retry/retry-options.ts';
export type { RetryContext, RetryOperation } from './retry/retry-run.ts';

export { anyOf } from './trip/any-of.ts';
export { cumulativeFailures } from './trip/cumulative-failures.ts';
export { cusum } from './trip/cusum.ts';
export { failuresWithin } from './trip/failures-within.ts';
export type { FailuresWithin } from './trip/failures-within.ts';
export { consecutiveFailures, errorRate, slowCallRate } from './trip/window-rules.ts';
export type { Detector, TripEvidence, TripPolicy } from './trip/trip-policy.ts';
export { adaptiveConcurrency } from './limit/adaptive-concurrency.ts';
export type { ConcurrencyLimiter } from './limit/adaptive-concurrency.ts';
export type { Backoff, Jitter } from './backoff/backoff.ts';

export {
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerError,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
  isBulkheadFullError,
  isCircuitBreakerConfigError,
  isCircuitBreakerDisposedError,
  isCircuitBreakerError,
  isCircuitBreakerFallbackError,
  isCircuitBreakerOpenError,
  isCircuitBreakerTimeoutError,
} from './core/errors.ts';
export { systemClock } from './core/clock.ts';
export type { CircuitBreakerErrorCode, ClientReply } from './core/errors.ts';
export type { Clock, Timer } from './core/clock.ts';
export type { ErrorFilter } from './core/error-filter.ts';
export type { CircuitEvents } from './core/events.ts';
export type { LastFailure } from './core/facts.ts';
export type { HealthStatus } from './core/health.ts';
export type { Classifier, ItemVerdict, OperationResult, Profile, Verdict } from './core/judge.ts';
export type { UnifiedCircuitMetrics } from './core/metrics.ts';
export type { InternalErrorHandler } from './core/reporter.ts';
export type { CircuitSnapshot } from './core/snapshot.ts';
export type { ListenerOptions } from './core/subscribe.ts';
export type { CircuitState, Override } from './core/state.ts';
