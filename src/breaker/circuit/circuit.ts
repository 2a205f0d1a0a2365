import { fullWait } from '../../backoff/backoff.ts';
import { type Timeline, timelineOf, wholeMs } from '../../core/clock.ts';
import { type Deadlines, deadlinesOf } from '../../core/deadlines.ts';
import { Emitter } from '../../core/emitter.ts';
import { CircuitBreakerConfigError } from '../../core/errors.ts';
import type { CircuitEvents } from '../../core/events.ts';
import type { HalfOpenState, Probe } from '../../core/half-open.ts';
import { blocks, type HealthAnswer } from '../../core/health.ts';
import { Judge } from '../../core/judge.ts';
import type { UnifiedCircuitMetrics } from '../../core/metrics.ts';
import { type ErrorReporter, type InternalErrorSource, Reporter, tryOrReport } from '../../core/reporter.ts';
import { type CircuitSnapshot, restedMs, stateOf, takeSnapshot } from '../../core/snapshot.ts';
import { aged, type ClosedState, held, type OpenState, type Override, postponed, shortened } from '../../core/state.ts';
import type { State } from '../../core/state.ts';
import { opened, pristine, probing, recovered } from '../../core/transition.ts';
import { describe, hasMethods, ignoreRejection } from '../../core/untrusted.ts';
import { GuardedLimit } from '../../limit/guarded-limit.ts';
import { AdaptiveRules } from '../../trip/adaptive-rules.ts';
import { closedRules } from '../../trip/closed-rules.ts';
import { type BuiltInRules, invalidReason, type TripEvidence } from '../../trip/trip-policy.ts';
import type { Window } from '../../window/window.ts';
import type { Construction, ResolvedOptions } from '../options/resolve.ts';
import { Bulkhead } from './bulkhead.ts';
import { HealthCheck } from './health-check.ts';
import type { Gate, Observer } from './observer.ts';
import { forgivenIn, type OpeningCause, planOpening } from './opening.ts';
import { createWindow, Recorder } from './recorder.ts';

/** An unhealthy answer prolongs a wait by this time at most. A health check that is wrong must not block recovery. */
const HOLD_MS = 60_000;

/** The state and everything else that one breaker remembers. Only its methods change it. */
export type Circuit = Readonly<MutableCircuit>;

class MutableCircuit {
  readonly name: string;
  tags: Readonly<Record<string, string>>;
  options: ResolvedOptions;
  /** The options as given, from all sources. */
  given: Readonly<Record<string, unknown>>;
  /** The key of a keyed breaker. */
  key: string | undefined = undefined;
  readonly timeline: Timeline;
  readonly recorder: Recorder;
  readonly judge: Judge;
  state: State;
  override: Override | null = null;
  disposed: boolean = false;
  /** The closed state, while a call may run without any further check. Otherwise null. */
  fastPath: ClosedState | null = null;
  /** The closed rules: the built-in ones, or the user's policy. */
  rules: BuiltInRules;
  readonly deadlines: Deadlines;
  /** The learned concurrency limit, if `maxConcurrent` asks for one. */
  limit: GuardedLimit | null;
  /** The figures that decided the last opening. */
  decidedBy: UnifiedCircuitMetrics | null = null;
  health: HealthAnswer | null = null;
  gate: Gate | null = null;
  /** Rises with each opening, reset and restored snapshot. */
  generation = 0;
  #sleptMs: number;
  #observer: Observer | null = null;
  #bulkhead: Bulkhead | null = null;
  #healthCheck: HealthCheck | null = null;
  #emitter: Emitter<CircuitEvents> | null = null;
  #reporter: Reporter | null = null;

  constructor({ name, tags, options, given, snapshot }: Construction) {
    this.name = name;
    this.given = given;
    this.tags = tags;
    this.options = options;
    this.timeline = timelineOf(options.clock);
    const now = this.now();
    this.#sleptMs = this.timeline.sleptMs(now);
    this.recorder = new Recorder(options, now);
    this.judge = new Judge(options, this);
    this.rules = rulesOf(name, options);
    this.limit = limitOf(options, this);
    this.deadlines = deadlinesOf(this.timeline);
    this.state = { name: 'closed', since: now, openings: 0, saturated: false };
    this.#refreshFastPath();
    if (snapshot !== undefined) this.restore(snapshot);
    // A new breaker hasn't changed its state.
    this.recorder.stateChanges = 0;
    if (options.healthCheck !== undefined && options.mode !== 'off') {
      this.#healthCheck = new HealthCheck(this, options.healthCheck);
      this.#healthCheck.stateChanged();
    }
  }

  now(): number {
    return this.timeline.now();
  }

  /** Does what timers should have done that the platform has dropped. */
  catchUp(now: number): void {
    this.deadlines.sweep(now);
    this.#healthCheck?.catchUp(now);
  }

  get hasHealthCheck(): boolean {
    return this.#healthCheck !== null;
  }

  get bulkhead(): Bulkhead {
    return (this.#bulkhead ??= new Bulkhead(this, () => this.#refreshFastPath()));
  }

  /** The emitter, if there are listeners. */
  get emitter(): Emitter<CircuitEvents> | null {
    return this.#emitter?.hasListeners || this.#observer?.hasListeners ? this.listen() : null;
  }

  /** The emitter, which is made for the first listener. */
  listen(): Emitter<CircuitEvents> {
    this.#emitter ??= new Emitter<CircuitEvents>((error) => this.report('listener', error));
    this.#emitter.parent = this.#observer;
    return this.#emitter;
  }

  report(source: InternalErrorSource, error: unknown): void {
    this.#reporter ??= new Reporter(this.name, this.options.onInternalError);
    this.#reporter.report(source, error, this.now());
  }

  /** The rules see no outcome while calls run that the state would have rejected. */
  get #shownWindow(): Window {
    const { recorder: { outcomes, window }, override, state } = this;
    return override === null && state.name === 'closed' ? window : outcomes ?? window;
  }

  /** @param window where the figures are taken from. The rules see `recorder.window`. */
  metrics(
    at = this.now(), window: Window = this.#shownWindow,
  ): UnifiedCircuitMetrics {
    const { recorder, timeline, limit, rules, health } = this;
    this.wake();
    recorder.window.roll?.(at);
    window.roll?.(at);
    const adaptive = !(rules instanceof AdaptiveRules)
      ? null
      : Object.freeze({ ...rules.inForce(recorder.window, health), baselineErrorRate: rules.baseline });
    return recorder.metrics(timeline, window, { concurrencyLimit: limit?.current ?? null, adaptive });
  }

  /**
   * Ends waits and drops outcomes as if the clock had counted the time that the machine slept. Called before a wait or
   * a window of time is looked at. Leases and the deadlines of calls in flight keep to the clock.
   */
  wake(now = this.now()): void {
    const { timeline, state, recorder } = this;
    const ms = timeline.sleptMs(now) - this.#sleptMs;
    if (ms === 0) return;
    this.#sleptMs += ms;
    recorder.window.age?.(ms);
    recorder.outcomes?.age?.(ms);
    if (state.name === 'open') this.state = aged(state, ms);
  }

  /** closed → open or half_open → open. `at` may be in the past, because a lease is noticed after it ended. */
  open(from: ClosedState | HalfOpenState, at: number, cause: OpeningCause): void {
    const opening = planOpening(from, at, cause, this);
    // User code (`tripPolicy`, `backoff`, `random`) may have changed the state. Then that change stays.
    if (this.state !== from) return;
    this.recorder.opened += 1;
    this.generation += 1;
    this.#move(opened(from, at, opening), cause.reason);
  }

  /** open → half_open, with the first probe in place, because listeners may call the breaker. */
  probe(from: OpenState, at: number, first: Probe): void {
    const next = probing(from, at);
    next.add(first);
    this.#move(next, 'wait_elapsed');
  }

  /** half_open → closed. */
  recover(from: HalfOpenState, at: number): void {
    this.recorder.closed += 1;
    this.recorder.consecutiveFailures = 0;
    this.#move(recovered(from, at), 'probes_succeeded');
  }

  /** Any state → closed. Forgets all evidence. An override and calls in flight stay. */
  reset(): void {
    if (this.disposed) return;
    const from = this.state;
    const now = this.now();
    this.generation += 1;
    this.batch(() => {
      this.#move(pristine(from, now), 'reset');
      this.recorder.reset();
      if (this.rules instanceof AdaptiveRules) this.rules.forget();
      this.limit = limitOf(this.options, this);
      this.decidedBy = null;
      this.health = null;
      this.emitter?.emit('reset', { name: this.name });
    });
  }

  /** Opens the circuit by command. If it is open, the command can only prolong the wait. */
  trip(reason: string, forMs: number | undefined): void {
    this.wake();
    const { state } = this;
    const now = this.now();
    if (state.name !== 'open') this.open(state, now, { reason, forMs });
    else if (forMs !== undefined) this.update(postponed(state, now, forMs));
  }

  /** Changes the data of the state, without an event. */
  update(next: OpenState): void {
    this.state = next;
  }

  setOverride(override: Override | null): void {
    if (this.disposed || (override === null && this.override === null)) return;
    this.override = override === null ? null : Object.freeze(override);
    this.#refreshFastPath();
    this.emitter?.emit('override', { name: this.name, override });
  }

  healthAnswered(answer: HealthAnswer, error: unknown): void {
    this.health = answer;
    const { state } = this;
    if (state.name === 'open') {
      const next = held(state, blocks(answer) ? HOLD_MS : 0);
      this.update(answer === 'healthy' ? shortened(next, this.now()) : next);
    }
    this.emitter?.emit('healthCheck', { name: this.name, status: answer, error });
  }

  snapshot(): CircuitSnapshot {
    this.wake();
    const { name, timeline, recorder, state, override } = this;
    const now = timeline.now();
    const { consecutiveFailures } = recorder;
    return takeSnapshot(state, { name, now, consecutiveFailures, override, wallTime: timeline.wallOf(now) });
  }

  /**
   * Continues from a valid snapshot, as after a change of state: what was learned stays, the evidence for the next
   * opening is what the snapshot says. Calls in flight become stale.
   */
  restore(snapshot: CircuitSnapshot): void {
    const { timeline, options, recorder } = this;
    const now = timeline.now();
    const wall = timeline.wallOf(now);
    const forgiven = forgivenIn(restedMs(snapshot, wall), options.recoveryTimeoutMs);
    const openings = Math.max(0, snapshot.openings - forgiven);
    const saturated = openings > 0 && fullWait(openings, options, this) >= options.maxBackoffMs;
    const next = stateOf({ ...snapshot, openings }, now, wall, saturated);
    this.generation += 1;
    this.batch(() => {
      this.#move(next, 'restore');
      this.decidedBy = null;
      this.health = null;
      recorder.consecutiveFailures = snapshot.consecutiveFailures;
      recorder.consecutiveSuccesses = 0;
      this.setOverride(snapshot.override);
      this.emitter?.emit('restore', { name: this.name, snapshot });
    });
  }

  /** Puts other options and what follows from them in place. State and totals stay. */
  adopt(parts: Pick<MutableCircuit, 'options' | 'given' | 'tags' | 'rules' | 'limit'>): void {
    const adapted = parts.rules instanceof AdaptiveRules !== this.rules instanceof AdaptiveRules;
    Object.assign(this, parts);
    if (!this.options.keepLastError) this.recorder.lastError = undefined;
    this.#refreshFastPath();
    this.deadlines.rest();
    if (adapted && this.state.name === 'closed') this.#healthCheck?.stateChanged();
  }

  /** Stops timers and listeners. Calls in flight still settle, into the totals. */
  dispose(): void {
    this.disposed = true;
    this.#refreshFastPath();
    this.detach();
    this.#emitter?.clear();
    this.deadlines.rest();
  }

  attach(observer: Observer, gate: Gate | null = null, place?: Pick<MutableCircuit, 'given' | 'key'>): void {
    this.#observer = observer;
    this.gate = gate;
    Object.assign(this, place);
  }

  get attached(): boolean {
    return this.#observer !== null;
  }

  /** Removes observer and gate and stops the health check. The breaker keeps working for code that holds it. */
  detach(): void {
    this.#observer = null;
    this.gate = null;
    this.#healthCheck?.retire();
    // Without a health check, its latest answer no longer holds the wait or moves thresholds.
    this.health = null;
    if (this.state.name === 'open') this.update(held(this.state, 0));
  }

  #move(next: State, reason: string): void {
    const { emitter, name, recorder } = this;
    const from = this.state.name;
    if (from === next.name) {
      this.#enter(next);
      return;
    }
    recorder.stateChanges += 1;
    const opens = next.name === 'open';
    const metrics = opens || emitter?.has('stateChange') ? this.metrics(next.since, recorder.window) : null;
    if (opens) this.decidedBy = metrics;
    if (emitter === null || metrics === null) {
      this.#enter(next);
      return;
    }
    const retryAfterMs = opens ? wholeMs(next.deadline - this.now()) : 0;
    // The event is first in the queue. Listeners receive it when everything is in place.
    emitter.batch(() => {
      emitter.emit('stateChange', { name, from, to: next.name, reason, retryAfterMs, metrics });
      this.#enter(next);
    });
  }

  /** Puts a state in place, and then tells the user's policy, which may call the breaker. */
  #enter(next: State): void {
    const { rules, recorder } = this;
    this.wake();
    this.state = next;
    recorder.window.clear();
    recorder.pausedAfter = -1;
    this.#refreshFastPath();
    tryOrReport(this, 'tripPolicy', () => ignoreRejection(rules.clear?.()));
    if (!this.disposed) this.#healthCheck?.stateChanged();
  }

  /** Asks the closed rules for a reason to open. A policy that throws doesn't open the circuit. */
  tripReason(evidence: TripEvidence): string | null {
    return tryOrReport(this, 'tripPolicy', () => {
      const reason: unknown = this.rules.shouldTrip(evidence);
      if (reason === null || typeof reason === 'string') return reason;
      throw invalidReason(reason);
    }) ?? null;
  }

  /** Holds events back until `run` is done. */
  batch(run: () => void): void {
    const { emitter } = this;
    if (emitter === null) run();
    else emitter.batch(run);
  }

  #refreshFastPath(): void {
    const { state, override, disposed, recorder, options } = this;
    const { mode, fallback, maxConcurrent } = options;
    const showsAll = mode === 'observe' || override?.state === 'closed';
    recorder.outcomes = showsAll ? (recorder.outcomes ?? createWindow(options, this.now())) : null;
    const needsChecks = override !== null || disposed || recorder.abandoned > 0;
    const isPlain = mode === 'enforce' && fallback === undefined && maxConcurrent === null;
    this.fastPath = state.name === 'closed' && isPlain && !needsChecks ? state : null;
  }
}

export function createCircuit(construction: Construction): Circuit {
  return new MutableCircuit(construction);
}

/** The built-in rules, or the policy of the user, which sees every outcome. */
export function rulesOf(name: string, options: ResolvedOptions, before?: BuiltInRules): BuiltInRules {
  if (options.tripPolicy === undefined) return closedRules(options, before);
  const policy = typeof options.tripPolicy === 'function' ? options.tripPolicy() : options.tripPolicy;
  if (!hasMethods(policy, 'shouldTrip')) {
    const problem = `\`tripPolicy()\` must return a policy with shouldTrip(). It returned ${describe(policy)}.`;
    throw new CircuitBreakerConfigError(name, [problem]);
  }
  return {
    shouldTrip: (evidence) => policy.shouldTrip(evidence),
    clear: () => policy.clear?.(),
    absorbSuccess: () => false,
  };
}

export function limitOf(
  { maxConcurrent }: ResolvedOptions, reporter: ErrorReporter, before: GuardedLimit | null = null,
): GuardedLimit | null {
  if (typeof maxConcurrent !== 'object' || maxConcurrent === null) return null;
  return new GuardedLimit(maxConcurrent.create(before?.limit), reporter);
}
