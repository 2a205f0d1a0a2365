import type { BulkheadFullError, CircuitBreakerOpenError } from './errors.ts';
import type { HealthAnswer } from './health.ts';
import type { UnifiedCircuitMetrics } from './metrics.ts';
import type { CircuitState, Override } from './state.ts';

/** Every event says which breaker it comes from. */
export interface BreakerEvent {
  /** The breaker's name. */
  readonly name: string;
}

/** The state machine has moved. */
export interface StateChangeEvent extends BreakerEvent {
  /** The state that ended. */
  readonly from: CircuitState;
  /** The state that began. */
  readonly to: CircuitState;
  /** The rule that fired, or what was asked for: `consecutive_failures`, `error_rate`, `probe_failed`, `reset`, … */
  readonly reason: string;
  /** Whole milliseconds until calls may be admitted; 0 unless the circuit opened. */
  readonly retryAfterMs: number;
  /** The figures that decided the move, taken before the window was emptied. */
  readonly metrics: UnifiedCircuitMetrics;
}

/** A call has succeeded. */
export interface SuccessEvent extends BreakerEvent {
  /** Milliseconds; 0 when `trackLatency` is off. */
  readonly durationMs: number;
}

/** A call has failed: by its error, its value, its timeout or its lease. */
export interface FailureEvent extends BreakerEvent {
  /** What was thrown; `undefined` when a returned value was judged a failure. */
  readonly error: unknown;
  /** Milliseconds; 0 when `trackLatency` is off. */
  readonly durationMs: number;
}

/** A call has ended in a way that says nothing about the dependency. */
export interface IgnoredEvent extends BreakerEvent {
  /** What was thrown; `undefined` when nothing was. */
  readonly error: unknown;
}

/** A call was not admitted; in mode `observe`, would not have been. */
export interface RejectedEvent extends BreakerEvent {
  /** The rejection. */
  readonly error: CircuitBreakerOpenError | BulkheadFullError;
}

/** A call has passed its deadline: its own `timeoutMs`, or the one of the caller's signal. */
export interface TimeoutEvent extends BreakerEvent {
  /** The timeout error, or the reason of the caller's signal. */
  readonly error: unknown;
}

/** A call took longer than `slowCallThresholdMs`. */
export interface SlowEvent extends BreakerEvent {
  /** Milliseconds. */
  readonly durationMs: number;
}

/** A fallback was asked for. */
export interface FallbackEvent extends BreakerEvent {
  /** What asked for it. */
  readonly error: unknown;
  /** Whether one of the fallbacks gave a value. */
  readonly served: boolean;
}

/** A health check has answered, thrown or run out of time. */
export interface HealthCheckEvent extends BreakerEvent {
  /** What the check answered, or what became of it. */
  readonly status: HealthAnswer;
  /** What the check threw, if it did. */
  readonly error: unknown;
}

/** An override was set, replaced or released. */
export interface OverrideEvent extends BreakerEvent {
  /** `null` after a release. */
  readonly override: Override | null;
}

/** The circuit has given up on a probe. */
export interface LeaseExpiredEvent extends BreakerEvent {
  /** How long ago the lease ended, in milliseconds: expiry is noticed by the next call. */
  readonly noticedAfterMs: number;
}

/** The events of a breaker and what their listeners receive. */
export interface CircuitEvents {
  /** The state machine has moved. */
  stateChange: StateChangeEvent;
  /** A call has succeeded. */
  success: SuccessEvent;
  /** A call has failed. */
  failure: FailureEvent;
  /** A call has proved nothing. */
  ignored: IgnoredEvent;
  /** A call was not admitted. */
  rejected: RejectedEvent;
  /** A call has passed its deadline. */
  timeout: TimeoutEvent;
  /** A call was slow. */
  slow: SlowEvent;
  /** A fallback was asked for. */
  fallback: FallbackEvent;
  /** A health check has ended. */
  healthCheck: HealthCheckEvent;
  /** An override was set or released. */
  override: OverrideEvent;
  /** The breaker was reset. */
  reset: BreakerEvent;
  /** The circuit has given up on a probe. */
  leaseExpired: LeaseExpiredEvent;
  /** An abandoned call has held its slot for `maxAbandonedMs`; the slot is free again. */
  slotFreed: BreakerEvent;
}

/** Every event there is. */
export const EVENT_NAMES = [
  'stateChange',
  'success',
  'failure',
  'ignored',
  'rejected',
  'timeout',
  'slow',
  'fallback',
  'healthCheck',
  'override',
  'reset',
  'leaseExpired',
  'slotFreed',
] as const satisfies readonly (keyof CircuitEvents)[];
