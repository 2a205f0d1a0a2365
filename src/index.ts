/**
 * A circuit breaker without runtime dependencies.
 *
 * @module
 */
export { UnifiedCircuitBreaker } from './breaker/unified-circuit-breaker.ts';
export type { BreakerExtras } from './breaker/extras.ts';
export type {
  AdaptiveOptions,
  CallOptions,
  CallRunOptions,
  CircuitMode,
  ClosedOptions,
  HalfOpenOptions,
  HealthCheckOptions,
  OpenOptions,
  RampOptions,
  StreamOptions,
  UnifiedCircuitConfig,
} from './breaker/options.ts';
export type { CallContext, Operation } from './breaker/call-context.ts';
export type { AnyFallback, FallbackContext, FallbackFunction, Fallbacks, FallbackTrigger } from './breaker/fallback.ts';
export type { CircuitPermit } from './breaker/permit-handle.ts';
export type { Settled } from './breaker/settlement.ts';
export type { StatusConfig, StatusHealth, StatusRamp, UnifiedCircuitStatus } from './breaker/status.ts';
export type { StreamOperation } from './breaker/stream.ts';
export { getUnifiedCircuitBreakerManager } from './manager/default-manager.ts';
export type { Condition } from './manager/condition.ts';
export type { ConfigDifference } from './manager/config-conflict.ts';
export type { HealthSummary, KeyedSummary } from './manager/health-summary.ts';
export { KeyedBreakers } from './manager/keyed-breakers.ts';
export type { KeyedOptions } from './manager/keyed-options.ts';
export type {
  AddedEvent,
  ConfigConflictEvent,
  EvictedEvent,
  KeyedPlace,
  ManagerEvents,
  ReconfiguredEvent,
  RemovedEvent,
  UnlistedEvent,
} from './manager/manager-events.ts';
export type { KeyedSnapshot, ManagerSnapshot } from './manager/manager-snapshot.ts';
export type { ManagedCircuitConfig, ManagerOptions, Selection } from './manager/options.ts';
export type { Protection } from './manager/protection.ts';
export { UnifiedCircuitBreakerManager } from './manager/unified-circuit-breaker-manager.ts';
export { retry } from './facade/retry.ts';
export { circuitBreaker } from './facade/circuit-breaker-decorator.ts';
export type { DecoratorOptions, MethodContext, MethodProtector, Serves } from './facade/circuit-breaker-decorator.ts';
export type { AnyFunction, FacadeOptions, Served, StreamWay, SyncWay } from './facade/facade-options.ts';
export { alternative, fromCache } from './facade/fallback-chain.ts';
export type { FacadeFallback, FacadeFallbacks, FacadeLink, GivenBy } from './facade/fallback-chain.ts';
export { breakerOf } from './facade/breaker-of.ts';
export type { AsyncFunction, IterableFunction, Kept, Promised, Protected, Streamed, StreamFunction, Unstreamed, WithBreaker, WithBreakers } from './facade/protected.ts';
export { withBreaker } from './facade/with-breaker.ts';
export { RetryBudget } from './facade/retry-budget.ts';
export type { RetryBudgetOptions } from './facade/retry-budget.ts';
export type { RetryEvent, RetryOptions } from './facade/retry-options.ts';
export type { RetryContext, RetryOperation } from './facade/retry-run.ts';
export { withRetry } from './facade/with-retry.ts';
export { anyOf } from './trip/any-of.ts';
export { consecutiveFailures } from './trip/consecutive-failures.ts';
export { cusum } from './trip/cusum.ts';
export type { CusumOptions, CusumTuning } from './trip/cusum.ts';
export { errorRate } from './trip/error-rate.ts';
export type { RateThreshold } from './trip/error-rate.ts';
export { slowCallRate } from './trip/slow-call-rate.ts';
export type { TripEvidence, TripPolicy } from './trip/trip-policy.ts';
export type { Backoff } from './backoff/backoff.ts';
export type { Jitter } from './backoff/jitter.ts';
export { systemClock } from './core/clock.ts';
export type { Clock, Timer } from './core/clock.ts';
export {
  isBulkheadFullError,
  isCircuitBreakerConfigError,
  isCircuitBreakerDisposedError,
  isCircuitBreakerError,
  isCircuitBreakerFallbackError,
  isCircuitBreakerOpenError,
  isCircuitBreakerTimeoutError,
} from './core/error-codes.ts';
export type { ErrorClass, ErrorFilter } from './core/error-filter.ts';
export {
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerError,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
} from './core/errors.ts';
export type { CircuitBreakerErrorCode, Rejection } from './core/errors.ts';
export type {
  BreakerEvent,
  CircuitEvents,
  FailureEvent,
  FallbackEvent,
  HealthCheckEvent,
  IgnoredEvent,
  LeaseExpiredEvent,
  OverrideEvent,
  RejectedEvent,
  SlowEvent,
  StateChangeEvent,
  SuccessEvent,
  TimeoutEvent,
} from './core/events.ts';
export type { HealthAnswer, HealthStatus } from './core/health.ts';
export type { AdaptiveMetrics, UnifiedCircuitMetrics } from './core/metrics.ts';
export type { Classifier, OperationResult, Outcome, RetryAfter, Verdict } from './core/outcome.ts';
export type { Override } from './core/override.ts';
export type { Random } from './core/random.ts';
export type { InternalErrorContext, InternalErrorHandler, InternalErrorSource } from './core/reporter.ts';
export type { CircuitSnapshot } from './core/snapshot.ts';
export type { CircuitState } from './core/state.ts';
