import { type CircuitEvents, EVENT_NAMES } from '../core/events.ts';
import { INSPECT, inspected, type Inspecting } from '../core/inspect.ts';
import type { UnifiedCircuitMetrics } from '../core/metrics.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import type { CircuitState, Override } from '../core/state.ts';
import { type ListenerOptions, subscribe } from '../core/subscribe.ts';
import { aDuration, assertNone, aString, problemWith, requireOptions } from '../core/validation.ts';
import type { Requirements } from '../core/validation.ts';
import { Execution } from './call/execution.ts';
import { acquire, type CircuitPermit, record } from './call/manual.ts';
import { type Settled, toSettled } from './call/settlement.ts';
import { type CallContext, notAFunction, type Operation } from './call/signal.ts';
import { openStream, type StreamOperation } from './call/stream.ts';
import { callSync } from './call/sync-call.ts';
import { waitMs } from './circuit/admission.ts';
import { type Circuit, createCircuit } from './circuit/circuit.ts';
import { expireProbes } from './circuit/settle.ts';
import type { CallOptions, StreamOptions } from './options/call-options.ts';
import type { UnifiedCircuitConfig } from './options/options.ts';
import { resolveConstruction } from './options/resolve.ts';
import { explain } from './status/explain.ts';
import { statusOf, type UnifiedCircuitStatus } from './status/status.ts';

const TRIP_RULES: Requirements = { reason: aString, forMs: aDuration };

const DEFAULT_MANAGER = /* @__PURE__ */ Symbol.for('unified-circuit-breaker.manager');

interface Hooked {
  readonly [DEFAULT_MANAGER]?: { readonly created?: (name: string, config: UnifiedCircuitConfig) => void } | null;
}

interface TripOptions {
  readonly reason?: string | undefined;
  readonly forMs?: number | undefined;
}

/**
 * A circuit breaker. When a dependency keeps failing, it fails calls immediately instead of waiting on the dependency.
 * After a cooldown, a few trial calls check whether the dependency has recovered.
 * @example
 * ```ts
 * import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 * import { http } from 'unified-circuit-breaker/profiles';
 *
 * const orders = new UnifiedCircuitBreaker({ name: 'orders-api', profile: http(), timeoutMs: 2_000 });
 * const order = await orders.call(async ({ signal }) => {
 *   const response = await fetch('https://orders.example/42', { signal });
 *   if (!response.ok) throw new Error(`orders-api responded with ${response.status}`, { cause: response });
 *   return response.json();
 * });
 * ```
 */
export class UnifiedCircuitBreaker {
  readonly #circuit: Circuit;
  readonly #execution: Execution;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(config: UnifiedCircuitConfig) {
    this.#circuit = createCircuit(resolveConstruction(config));
    this.#execution = new Execution(this.#circuit);
    // The default manager warns of a second circuit with a registered name. It may be of another copy, or missing.
    (globalThis as Hooked)[DEFAULT_MANAGER]?.created?.(this.name, config);
  }

  /** @internal For managers, telemetry and shared state: they attach an observer and a gate. */
  static readonly circuitOf = (breaker: UnifiedCircuitBreaker): Circuit => breaker.#circuit;

  /** The breaker's name. */
  get name(): string {
    return this.#circuit.name;
  }

  /**
   * The state that applies to calls: the override's, if there is one. Reading it changes nothing. An open circuit stays
   * `open` until a call is admitted.
   */
  get state(): CircuitState {
    return this.#circuit.override?.state ?? this.#circuit.state.name;
  }

  /** The manual override, or null. */
  get override(): Override | null {
    return this.#circuit.override;
  }

  /**
   * Whole milliseconds until a call may be admitted, rounded up. 0 if one may be now, `Infinity` if unknown, undefined
   * while forced open and after `dispose()`. An estimate while all probes or all slots of `maxConcurrent` are taken.
   */
  get retryAfterMs(): number | undefined {
    return waitMs(this.#circuit, this.#circuit.now());
  }

  /**
   * Runs `operation` if the circuit admits the call, and records the result. Pass arguments by closure:
   * `call(() => getOrder(id))`.
   * @throws CircuitBreakerOpenError if the circuit rejects the call. `operation` didn't run.
   * @throws BulkheadFullError if `maxConcurrent` calls are running. `operation` didn't run.
   * @throws CircuitBreakerTimeoutError after `timeoutMs`. `operation` may still be running.
   * @throws CircuitBreakerFallbackError if every fallback failed too.
   * @throws CircuitBreakerDisposedError after `dispose()`.
   * @throws CircuitBreakerConfigError if an option of the call is invalid, TypeError if `operation` isn't a function.
   * @throws the errors of `operation`, unchanged.
   */
  call<T>(operation: Operation<T>): Promise<T>;
  call<T, F = never>(operation: Operation<T>, options: CallOptions<F> | undefined): Promise<T | F>;
  call<T>(operation: Operation<T>, options?: CallOptions): Promise<T> {
    return this.#execution.call(operation, options);
  }

  /** Like `call`, but resolves with a result object. Rejects only if `operation` isn't a function. */
  tryCall<T>(operation: Operation<T>): Promise<Settled<T>>;
  tryCall<T, F = never>(operation: Operation<T>, options: CallOptions<F> | undefined): Promise<Settled<T | F>>;
  async tryCall<T>(operation: Operation<T>, options?: CallOptions): Promise<Settled<T>> {
    if (typeof operation !== 'function') throw notAFunction('tryCall', operation);
    return toSettled(await this.#execution.attempt(operation, options));
  }

  /**
   * Runs a synchronous operation. It has no timeout, because nothing can stop it.
   * @throws like `call`, except for timeouts. TypeError if `operation` returns a promise.
   */
  callSync<T>(operation: (context: CallContext) => T): T {
    return callSync(this.#execution, operation);
  }

  /**
   * Streams the items of an async iterable as one call, which is admitted at the first item. Fallbacks don't apply.
   * @throws immediately if an option is invalid or `operation` isn't a function. Other errors of `call` are thrown
   * while iterating.
   */
  stream<T>(operation: StreamOperation<T>, options?: StreamOptions): AsyncGenerator<T, void, undefined> {
    if (typeof operation !== 'function') throw notAFunction('stream', operation);
    return openStream(this.#circuit, operation, options);
  }

  /**
   * Admits a call that you run yourself, and returns a permit to settle it with. Never waits. With `using`, the permit
   * never leaks. One that you forget ends at its timeout. Fallbacks don't apply.
   * @throws like `call`, except for timeouts. The reason of `options.signal` if it is aborted.
   */
  acquire(options?: StreamOptions): CircuitPermit {
    const permit = acquire(this.#circuit, options);
    if ('error' in permit) throw permit.error;
    return permit;
  }

  /** Like `acquire()`, but returns null if the call is rejected. */
  tryAcquire(): CircuitPermit | null {
    const permit = acquire(this.#circuit);
    return 'error' in permit ? null : permit;
  }

  /**
   * Returns whether a call would be admitted now. Takes no permit and changes nothing, so it can't limit probes. To ask
   * first and then call, use `acquire()`.
   */
  canExecute(): boolean {
    return this.retryAfterMs === 0;
  }

  /**
   * Records a success of a call that ran elsewhere. While all probes run, it counts in the totals only. It counts in
   * the state of now, although the call may have started in another one. `acquire()` has no such gap.
   * @param durationMs milliseconds, 0 or more. Without it, no latency is recorded.
   * @throws TypeError if the duration is invalid.
   */
  recordSuccess(durationMs?: number): void {
    record(this.#circuit, 'success', undefined, durationMs);
  }

  /**
   * Records a failure of a call that ran elsewhere. An error goes through the filters.
   * @param durationMs milliseconds, 0 or more. Without it, no latency is recorded.
   * @throws TypeError if the duration is invalid.
   */
  recordFailure(error?: unknown, durationMs?: number): void {
    record(this.#circuit, 'failure', error, durationMs);
  }

  /** Rejects every call until `release()`. The state underneath is kept. */
  forceOpen(reason = 'forced open'): void {
    this.#force('open', reason);
  }

  /** Admits every call until `release()`. Their results decide nothing. A full bulkhead still rejects. */
  forceClose(reason = 'forced closed'): void {
    this.#force('closed', reason);
  }

  #force(state: 'open' | 'closed', reason: string): void {
    assertNone(this.name, [problemWith('reason', reason, aString)]);
    this.#circuit.setOverride({ state, reason });
  }

  /** Removes the override. The state underneath applies again. */
  release(): void {
    this.#circuit.setOverride(null);
  }

  /**
   * Opens the circuit now. It recovers as usual. If the circuit is already open, `trip()` can only extend the wait.
   * @param options.reason shown in rejections. Default `'tripped'`.
   * @param options.forMs how long to stay open, in milliseconds (1 or more). Default: the next wait of the backoff.
   * @throws CircuitBreakerConfigError if an option is invalid.
   */
  trip(options: TripOptions = {}): void {
    const { reason = 'tripped', forMs } = requireOptions(this.name, options, TRIP_RULES) as TripOptions;
    const circuit = this.#circuit;
    if (circuit.disposed || circuit.options.mode === 'off') return;
    expireProbes(circuit, circuit.now());
    circuit.trip(reason, forMs);
  }

  /** Closes the circuit and forgets everything except calls in flight and an override. */
  reset(): void {
    this.#circuit.reset();
  }

  /** Returns the whole breaker at this moment, as plain data. */
  getStatus(): UnifiedCircuitStatus {
    return statusOf(this.#circuit);
  }

  /** Returns the current figures. */
  getMetrics(): UnifiedCircuitMetrics {
    return this.#circuit.metrics();
  }

  /** The status, for `JSON.stringify`. */
  toJSON(): UnifiedCircuitStatus {
    return this.getStatus();
  }

  /** What `console.log` shows. @internal */
  [INSPECT](_depth: number, ...how: Inspecting): string {
    const { name, state, retryAfterMs } = this;
    const { windowCount, currentErrorRate, inFlight } = this.getMetrics();
    return inspected('UnifiedCircuitBreaker', {
      name, state, ...this.override && { override: this.override.reason }, retryAfterMs, windowCount, currentErrorRate,
      inFlight,
    }, how);
  }

  /** Explains the current state in sentences for people. */
  explain(): string {
    return explain(this.#circuit);
  }

  /**
   * Subscribes to an event. Returns a function that unsubscribes. Errors of listeners go to `onInternalError`. A
   * listener that causes its own event is stopped after 10,000 events, unless it waits for a promise in between.
   * @param options.once unsubscribes before the first event is received. Default false.
   * @param options.signal unsubscribes when it aborts.
   * @throws CircuitBreakerConfigError if the event doesn't exist, `listener` isn't a function, or an option is invalid.
   */
  on<Name extends keyof CircuitEvents>(
    event: Name, listener: (event: CircuitEvents[Name]) => unknown, options?: ListenerOptions,
  ): () => void {
    const circuit = this.#circuit;
    const off = subscribe(circuit.listen(), [event, listener, options], EVENT_NAMES, this.name);
    if (circuit.disposed) off();
    return off;
  }

  /** Returns what survives a restart, as plain JSON. Pass it to the next breaker as `restore`. */
  snapshot(): CircuitSnapshot {
    return this.#circuit.snapshot();
  }

  /** Stops timers and listeners. Running calls finish and count in the totals only. Later calls are rejected. */
  dispose(): void {
    this.#circuit.dispose();
  }

  /** `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
