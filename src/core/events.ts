import type { BulkheadFullError, CircuitBreakerOpenError } from './errors.ts';
import type { HealthAnswer } from './health.ts';
import type { UnifiedCircuitMetrics } from './metrics.ts';
import type { CircuitSnapshot } from './snapshot.ts';
import type { CircuitState, Override } from './state.ts';

/** The properties of every event. */
export interface BreakerEvent {
  /** The breaker's name. */
  readonly name: string;
}

interface TimedEvent extends BreakerEvent {
  /** Milliseconds. 0 when `trackLatency` is off. */
  readonly durationMs: number;
}

interface ErrorEvent extends BreakerEvent {
  /** The thrown value. `undefined` if nothing was thrown, for example if a returned value counts as a failure. */
  readonly error: unknown;
}

interface StateChangeEvent extends BreakerEvent {
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** The rule or command that caused the change: `consecutive_failures`, `probe_failed`, `reset`, `restore`, … */
  readonly reason: string;
  /** Whole milliseconds until calls may be admitted. 0 unless the circuit opened. */
  readonly retryAfterMs: number;
  /** The figures at that moment, before the window is cleared. */
  readonly metrics: UnifiedCircuitMetrics;
}

/** The events of a breaker and what their listeners receive. */
export interface CircuitEvents {
  /** The state changed. */
  stateChange: StateChangeEvent;
  /** A call succeeded. */
  success: TimedEvent;
  /** A call failed: by its error, value, timeout or lease. */
  failure: TimedEvent & ErrorEvent;
  /** A call ended in a way that says nothing about the dependency. */
  ignored: ErrorEvent;
  /** A call was rejected. In mode `observe`, it would have been. */
  rejected: BreakerEvent & { readonly error: CircuitBreakerOpenError | BulkheadFullError };
  /** A call exceeded its `timeoutMs`, or a deadline of the caller's signal. */
  timeout: ErrorEvent;
  /** A call took longer than `slowCallThresholdMs`. */
  slow: TimedEvent;
  /** Fallbacks ran because of `error`. `served` tells whether one of them succeeded. */
  fallback: ErrorEvent & { readonly served: boolean };
  /** A health check ended. `error` is the value that it threw, if any. */
  healthCheck: ErrorEvent & { readonly status: HealthAnswer };
  /** An override was set. It is `null` after a release. */
  override: BreakerEvent & { readonly override: Override | null };
  /** The breaker was reset. */
  reset: BreakerEvent;
  /** `manager.restore()` put the breaker into the state of a snapshot. `stateChange` comes first if that is another. */
  restore: BreakerEvent & { readonly snapshot: CircuitSnapshot };
  /** A probe took too long. The next call notices it, `noticedAfterMs` milliseconds later. */
  leaseExpired: BreakerEvent & { readonly noticedAfterMs: number };
  /** An abandoned operation held its slot for `maxAbandonedMs`. The slot is free again. */
  slotFreed: BreakerEvent;
}

/** The name of every event. A test of types checks that none is missing. */
export const EVENT_NAMES = [
  'stateChange', 'success', 'failure', 'ignored', 'rejected', 'timeout', 'slow', 'fallback', 'healthCheck', 'override',
  'reset', 'restore', 'leaseExpired', 'slotFreed',
] as const satisfies readonly (keyof CircuitEvents)[];
