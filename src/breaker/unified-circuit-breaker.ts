import { EVENT_NAMES } from '../core/events.ts';
import type { CircuitEvents } from '../core/events.ts';
import { createJudge } from '../core/judge.ts';
import type { UnifiedCircuitMetrics } from '../core/metrics.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import type { CircuitState, Override } from '../core/state.ts';
import { assertNone, aString, listenerProblems, problemWith, requireOptions } from '../core/validation.ts';
import { Execution } from './call/execution.ts';
import { FREE_PERMIT, PermitHandle, recordFailure, recordSuccess } from './call/manual.ts';
import type { CircuitPermit } from './call/manual.ts';
import { toSettled } from './call/settlement.ts';
import type { Settled } from './call/settlement.ts';
import { notAFunction } from './call/signal.ts';
import type { CallContext, Operation } from './call/signal.ts';
import { openStream } from './call/stream.ts';
import type { StreamOperation } from './call/stream.ts';
import { callSync } from './call/sync-call.ts';
import { admit, waitMs } from './circuit/admission.ts';
import { Circuit } from './circuit/circuit.ts';
import { HealthProbe } from './circuit/health-check.ts';
import { noticeLeases } from './circuit/leases.ts';
import { metricsOf } from './circuit/metrics.ts';
import { restore, snapshotOf } from './circuit/snapshot.ts';
import type { BreakerExtras, CallOptions, StreamOptions, UnifiedCircuitConfig } from './options/options.ts';
import { resolveConstruction } from './options/resolve.ts';
import { TRIP_RULES } from './options/rules.ts';
import { explain } from './status/explain.ts';
import { statusOf } from './status/status.ts';
import type { UnifiedCircuitStatus } from './status/status.ts';

/** The parts of a breaker that the manager reaches past the public surface. */
export interface BreakerCore {
  readonly execution: Execution;
  readonly health: HealthProbe | null;
}

/**
 * A circuit breaker: stops calling a dependency that keeps failing, and finds out when it is back.
 *
 * @example
 * ```ts
 * const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 2_000 });
 * const response = await breaker.call(({ signal }) => fetch('https://orders.example/42', { signal }));
 * ```
 */
export class UnifiedCircuitBreaker {
  readonly #circuit: Circuit;
  readonly #execution: Execution;
  readonly #health: HealthProbe | null;

  /** @throws CircuitBreakerConfigError that lists every problem with the options and the snapshot. */
  constructor(config: UnifiedCircuitConfig, extras: BreakerExtras = {}) {
    const { options, tripPolicy, snapshot } = resolveConstruction(config, extras);
    const circuit = new Circuit(options, tripPolicy);
    this.#circuit = circuit;
    this.#execution = new Execution(circuit, createJudge(options, (error) => circuit.report('classifier', error)));
    this.#health = options.healthCheck === undefined || options.mode === 'off' ? null : new HealthProbe(circuit, options.healthCheck);
    if (snapshot !== undefined) restore(circuit, snapshot);
    if (this.#health !== null) {
      circuit.onMove = this.#health.follow.bind(this.#health);
      this.#health.follow();
    }
  }

  /** @internal The way in of the manager that lists the breaker. */
  static readonly coreOf = (breaker: UnifiedCircuitBreaker): BreakerCore => ({ execution: breaker.#execution, health: breaker.#health });

  /** The breaker's name. */
  get name(): string {
    return this.#circuit.options.name;
  }

  /** What calls meet: the override's state, if there is one. Reading it changes nothing; an open circuit stays `open` until a call is admitted. */
  get state(): CircuitState {
    return this.#circuit.override?.state ?? this.#circuit.state.name;
  }

  /** The manual override in force, or null. */
  get override(): Override | null {
    return this.#circuit.override;
  }

  /** Whole milliseconds until a call may be admitted, rounded up; 0 when one may be now; `Infinity` when unknown; undefined while forced open. */
  get retryAfterMs(): number | undefined {
    return waitMs(this.#circuit, this.#circuit.timeline.now());
  }

  /**
   * Runs `operation` if the circuit lets it, and records how it went. Arguments reach it by closure: `call(() => get(id))`.
   *
   * @throws CircuitBreakerOpenError when the circuit does not admit the call; `operation` was not run.
   * @throws BulkheadFullError when `maxConcurrent` calls are running; `operation` was not run.
   * @throws CircuitBreakerTimeoutError after `timeoutMs`; `operation` may still be running.
   * @throws CircuitBreakerFallbackError when every fallback failed too.
   * @throws CircuitBreakerDisposedError after `dispose()`.
   * @throws CircuitBreakerConfigError when an option of the call breaks a rule, TypeError when `operation` is no function.
   * @throws whatever `operation` throws, unchanged.
   */
  call<T>(operation: Operation<T>): Promise<T>;
  call<T, F = never>(operation: Operation<T>, options: CallOptions<F> | undefined): Promise<T | F>;
  call<T>(operation: Operation<T>, options?: CallOptions): Promise<T> {
    return this.#execution.call(operation, options);
  }

  /** The same as `call`, but tells how the call ended instead of throwing. Rejects only when `operation` is not a function. */
  tryCall<T>(operation: Operation<T>): Promise<Settled<T>>;
  tryCall<T, F = never>(operation: Operation<T>, options: CallOptions<F> | undefined): Promise<Settled<T | F>>;
  async tryCall<T>(operation: Operation<T>, options?: CallOptions): Promise<Settled<T>> {
    return toSettled(await this.#execution.tryCall(operation, options));
  }

  /**
   * Runs a synchronous operation. There is no timeout: nothing can stop it.
   *
   * @throws the same as `call`, but no timeout; a TypeError when `operation` returns a promise.
   */
  callSync<T>(operation: (context: CallContext) => T): T {
    return callSync(this.#execution, operation);
  }

  /**
   * Streams the items of an async iterable as one call, admitted at the first item. Fallbacks do not serve streams.
   *
   * @throws at once, when the options break a rule or `operation` is no function; when iterated, the rest of what `call` throws.
   */
  stream<T>(operation: StreamOperation<T>, options?: StreamOptions): AsyncGenerator<T, void, undefined> {
    if (typeof operation !== 'function') throw notAFunction(operation);
    return openStream(this.#execution, operation, options);
  }

  /** A permit to settle by hand, or null when the call is rejected. Use it with `using`, so that it always comes back. */
  tryAcquire(): CircuitPermit | null {
    const circuit = this.#circuit;
    if (circuit.disposed) return null;
    if (circuit.options.mode === 'off') return FREE_PERMIT;
    const now = circuit.timeline.now();
    const permit = admit(circuit, this.#execution.slots, now, null);
    return permit instanceof Error ? null : new PermitHandle(this.#execution, permit, now);
  }

  /** Whether a call would be admitted now. Takes no permit and changes nothing. */
  canExecute(): boolean {
    const { disposed, options, override, timeline } = this.#circuit;
    if (disposed) return false;
    if (options.mode === 'off') return true;
    if (options.mode === 'observe') return override?.state !== 'open';
    const now = timeline.now();
    return waitMs(this.#circuit, now) === 0 && !this.#execution.slots.fullAt(now);
  }

  /**
   * Records a call that succeeded elsewhere.
   *
   * @param durationMs how long it took, 0 or more; without it latency is not recorded.
   * @throws TypeError when the duration is not that.
   */
  recordSuccess(durationMs?: number): void {
    recordSuccess(this.#circuit, durationMs);
  }

  /**
   * Records a call that failed elsewhere. An error goes through the filters.
   *
   * @param durationMs how long it took, 0 or more; without it latency is not recorded.
   * @throws TypeError when the duration is not that.
   */
  recordFailure(error?: unknown, durationMs?: number): void {
    recordFailure(this.#circuit, this.#execution.judge, error, durationMs);
  }

  /** Rejects every call until `release()`. What the circuit is underneath stays and runs on. */
  forceOpen(reason = 'forced open'): void {
    this.#cover('open', reason);
  }

  /** Lets every call past the circuit until `release()`, and none of them decide anything. A full bulkhead still rejects. */
  forceClose(reason = 'forced closed'): void {
    this.#cover('closed', reason);
  }

  #cover(state: 'open' | 'closed', reason: string): void {
    assertNone(this.name, [problemWith('reason', reason, aString)]);
    this.#circuit.cover({ state, reason });
  }

  /** Lifts an override and shows the circuit as it stands. */
  release(): void {
    this.#circuit.cover(null);
  }

  /**
   * Opens the circuit now, as if a rule had fired; it recovers as usual. While open it only moves the deadline, to the later of the two.
   *
   * @param options.reason shown in rejections; default `'tripped'`.
   * @param options.forMs how long to stay open, 1 to Infinity milliseconds; default: the wait that is due.
   * @throws CircuitBreakerConfigError when one of them is not that.
   */
  trip(options: { readonly reason?: string | undefined; readonly forMs?: number | undefined } = {}): void {
    const { reason = 'tripped', forMs } = requireOptions(this.name, options, TRIP_RULES) as { reason?: string; forMs?: number };
    const circuit = this.#circuit;
    if (circuit.disposed || circuit.options.mode === 'off') return;
    noticeLeases(circuit, circuit.timeline.now());
    circuit.trip(reason, forMs);
  }

  /** Closes the circuit and forgets everything but the calls in flight and an override. */
  reset(): void {
    if (!this.#circuit.disposed) this.#circuit.reset();
  }

  /** The whole breaker at this moment, as plain data. */
  getStatus(): UnifiedCircuitStatus {
    return statusOf(this.#circuit, this.#health);
  }

  /** The figures of this moment. */
  getMetrics(): UnifiedCircuitMetrics {
    return metricsOf(this.#circuit);
  }

  /** Why the breaker does what it does, in sentences for people. */
  explain(): string {
    return explain(this.#circuit);
  }

  /**
   * Calls `listener` on every such event; returns its removal. What a listener throws changes nothing and goes to `onInternalError`.
   *
   * @throws CircuitBreakerConfigError when there is no such event, or `listener` is not a function.
   */
  on<Name extends keyof CircuitEvents>(event: Name, listener: (event: CircuitEvents[Name]) => unknown): () => void {
    assertNone(this.name, listenerProblems(event, listener, EVENT_NAMES));
    return this.#circuit.disposed ? () => {} : this.#circuit.listen().on(event, listener);
  }

  /** What survives a restart, as plain JSON; give it to the next breaker as `restore`. */
  snapshot(): CircuitSnapshot {
    return snapshotOf(this.#circuit);
  }

  /** Stops timers and listeners. Running calls finish as they would and move nothing but the totals; later calls are rejected. */
  dispose(): void {
    this.#execution.dispose();
    this.#health?.stop();
  }

  /** `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
