import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { CircuitBreakerOpenError } from '../core/errors.ts';
import type { CircuitState } from '../core/state.ts';
import { failureOf } from './failure-label.ts';
import { guardedCall, LegacyOpenError, withArguments } from './guarded-call.ts';
import type { LegacyOperation } from './guarded-call.ts';
import { epochSeconds, legacyState } from './legacy-view.ts';
import { openNow } from './open-now.ts';

/** What most legacy breakers have in common: the same members over one breaker. Those that differ inherit it or do without. */
export abstract class LegacyBreaker {
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly breaker: UnifiedCircuitBreaker;

  constructor(breaker: UnifiedCircuitBreaker) {
    this.breaker = breaker;
  }

  /** The breaker's name. */
  get name(): string {
    return this.breaker.name;
  }

  /** `closed`, `open` or `half_open`; the last one also when the wait of an open circuit is over. Reading moves nothing. */
  get state(): CircuitState {
    return legacyState(this.breaker);
  }

  /** Whether `state` is `open`. */
  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Whether `state` is `closed`. */
  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** Whether `state` is `half_open`. */
  get isHalfOpen(): boolean {
    return this.state === 'half_open';
  }

  /** Failures in a row. */
  get failureCount(): number {
    return this.breaker.getMetrics().consecutiveFailures;
  }

  /** Calls that succeeded. */
  get successCount(): number {
    return this.breaker.getMetrics().successfulCalls;
  }

  /** Calls slower than the slow-call threshold. */
  get slowRequests(): number {
    return this.breaker.getMetrics().slowCalls;
  }

  /** Seconds since the Unix epoch; null before the first. */
  get lastFailureTime(): number | null {
    return epochSeconds(this.breaker.getMetrics().lastFailureTime);
  }

  /** Seconds since the Unix epoch; null before the first. */
  get lastSuccessTime(): number | null {
    return epochSeconds(this.breaker.getMetrics().lastSuccessTime);
  }

  /** Whether a call would be admitted now. Asking changes nothing. */
  canExecute(): boolean {
    return this.breaker.canExecute();
  }

  /**
   * Runs `operation` with its arguments if the circuit lets it, and records how it went.
   *
   * @throws CircuitBreakerOpenError when the circuit does not admit the call, or the error that this legacy name had instead.
   * @throws CircuitBreakerTimeoutError when it takes too long.
   * @throws whatever `operation` throws, unchanged.
   */
  call<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return guardedCall(this.breaker, withArguments(operation, args), (rejection) => this.rejected(rejection));
  }

  /** The error for a call that was not admitted. */
  protected rejected(rejection: CircuitBreakerOpenError): Error {
    return new LegacyOpenError(rejection, `Circuit breaker '${rejection.breakerName}' is OPEN`);
  }

  /** Records a call that succeeded elsewhere, at once. */
  recordSuccess(): void {
    this.breaker.recordSuccess();
  }

  /** Records a call that failed elsewhere, at once: an error, or the name of one. */
  recordFailure(error: unknown = 'generic_error'): void {
    this.breaker.recordFailure(failureOf(error));
  }

  /** Opens the circuit now, also when its wait is over; it recovers by itself as usual. */
  forceOpen(): void {
    openNow(this.breaker);
  }

  /** Closes the circuit and forgets what it has seen. */
  reset(): void {
    this.breaker.reset();
  }
}
