import { timelineOf, wholeMs } from '../../core/clock.ts';
import type { Timeline } from '../../core/clock.ts';
import { batch, Emitter } from '../../core/emitter.ts';
import type { CircuitEvents } from '../../core/events.ts';
import type { HealthAnswer } from '../../core/health.ts';
import type { UnifiedCircuitMetrics } from '../../core/metrics.ts';
import { Reporter } from '../../core/reporter.ts';
import type { InternalErrorSource } from '../../core/reporter.ts';
import { postponed } from '../../core/state.ts';
import type { ClosedState, HalfOpenState, OpenState, Override, State } from '../../core/state.ts';
import { moves, opened, pristine, probing, recovered } from '../../core/transition.ts';
import type { Move } from '../../core/transition.ts';
import { describe, disarm } from '../../core/untrusted.ts';
import { AdaptiveRules } from '../../trip/adaptive-rules.ts';
import { closedRules } from '../../trip/closed-rules.ts';
import type { BuiltInRules, TripEvidence, TripPolicy } from '../../trip/trip-policy.ts';
import type { ResolvedOptions } from '../options/resolve.ts';
import { loadOf } from './load.ts';
import type { Load } from './load.ts';
import { metricsOf } from './metrics.ts';
import { NO_KEEPER } from './observer.ts';
import type { Keeper } from './observer.ts';
import { planOpening } from './opening.ts';
import type { OpeningCause } from './opening.ts';
import { Ramp } from './ramp.ts';
import { Recorder } from './recorder.ts';

/** Holds the state of one breaker and is the only one to change it. */
export class Circuit {
  state: State;
  override: Override | null = null;
  disposed = false;
  /** The state, while it is closed and nothing stands between a call and its operation; otherwise null. */
  calm: ClosedState | null = null;
  /** The figures that decided the last opening. */
  decidedBy: UnifiedCircuitMetrics | null = null;
  /** Told when a state has begun. */
  onMove: (() => void) | null = null;
  keeper: Keeper = NO_KEEPER;
  /** The way back to full traffic, while it lasts. */
  ramp: Ramp | null = null;
  /** How much the dependency can take, where that is learned. */
  load: Load | null;
  /** The latest answer of the health check. */
  health: HealthAnswer | null = null;
  options: ResolvedOptions;
  readonly timeline: Timeline;
  readonly recorder: Recorder;
  /** Whether the closed rules are the user's. */
  readonly ownTripPolicy: boolean;
  /** What takes in the successes of a window that holds nothing bad; undefined where they do not matter. A policy of the user sees all. */
  pass: BuiltInRules['pass'];
  #tripPolicy: BuiltInRules;
  #emitter: Emitter<CircuitEvents> | null = null;
  #reporter: Reporter | null = null;

  constructor(options: ResolvedOptions, tripPolicy: TripPolicy | undefined) {
    this.options = options;
    this.timeline = timelineOf(options.clock, (error) => this.report('clock', error));
    this.recorder = new Recorder(options, this.timeline);
    this.ownTripPolicy = tripPolicy !== undefined;
    this.#tripPolicy = tripPolicy ?? closedRules(options);
    this.pass = this.ownTripPolicy ? () => false : this.#tripPolicy.pass;
    this.load = loadOf(options, this.timeline.now());
    this.state = { name: 'closed', generation: 0, since: this.timeline.now(), openings: 0, saturated: false };
    this.#refreshCalm();
  }

  /** closed → open, half_open → open. `at` may lie in the past: a lease ends when it ends. */
  open(from: ClosedState | HalfOpenState, at: number, cause: OpeningCause): void {
    const opening = planOpening(from, at, cause, this);
    // A policy, backoff or random of the user may have moved the circuit itself; its move stands.
    if (this.state !== from) return;
    const next = opened(from, at, opening);
    this.recorder.opened += 1;
    this.#move(from.name === 'closed' ? 'trip' : 'relapse', next, cause.reason);
  }

  /** open → half_open, with its first probe already in place: listeners may call the breaker. */
  probe(from: OpenState, at: number, admit: (state: HalfOpenState) => HalfOpenState): void {
    this.#move('probe', admit(probing(from, at)), 'wait_elapsed');
  }

  /** half_open → closed. */
  recover(from: HalfOpenState, at: number): void {
    this.recorder.closed += 1;
    this.recorder.consecutiveFailures = 0;
    this.#move('recover', recovered(from, at), 'probes_succeeded');
  }

  /** Any state → closed, with everything forgotten but an override and the calls in flight. */
  reset(): void {
    const { emitter, options, recorder } = this;
    const next = pristine(this.state, this.timeline.now());
    const wasClosed = this.state.name === 'closed';
    batch(emitter, () => {
      if (wasClosed) this.#enter(next);
      else this.#move('reset', next, 'reset');
      recorder.reset();
      this.adaptive?.forget();
      this.load = loadOf(options, next.since);
      this.decidedBy = null;
      emitter?.emit('reset', { name: options.name });
      if (wasClosed) this.#entered();
    });
  }

  /** The same state with new data: no move, no event, the same generation. */
  progress(next: HalfOpenState | OpenState): void {
    this.state = next;
    this.keeper.circuitChanged();
  }

  trip(reason: string, forMs: number | undefined): void {
    const { state } = this;
    const now = this.timeline.now();
    if (state.name !== 'open') this.open(state, now, { reason, forMs });
    else if (forMs !== undefined) this.progress(postponed(state, now, forMs));
  }

  cover(override: Override | null): void {
    if (this.disposed || (override === null && this.override === null)) return;
    this.override = override === null ? null : Object.freeze(override);
    this.#refreshCalm();
    this.emitter?.emit('override', { name: this.options.name, override });
    this.keeper.circuitChanged();
  }

  /** Goes on where a snapshot left off. */
  resume(state: State, override: Override | null, consecutiveFailures: number): void {
    this.state = state;
    this.ramp = null;
    this.override = override;
    this.recorder.consecutiveFailures = consecutiveFailures;
    this.recorder.window.clear();
    this.decidedBy = null;
    this.#refreshCalm();
    this.onMove?.();
    this.keeper.circuitChanged();
  }

  dispose(): void {
    this.disposed = true;
    this.#refreshCalm();
    this.keeper = NO_KEEPER;
    this.#emitter?.clear();
  }

  /** Goes on by other options of the same breaker. State, totals and deadlines stay as they are. */
  adopt(options: ResolvedOptions): void {
    const learned = this.adaptive;
    if (!this.load?.fits(options)) this.load = loadOf(options, this.timeline.now());
    this.options = options;
    if (!this.ownTripPolicy) {
      this.#tripPolicy = closedRules(options);
      this.pass = this.#tripPolicy.pass;
    }
    if (learned !== null) this.adaptive?.inherit(learned);
    if (options.ramp === null) this.ramp = null;
    this.#refreshCalm();
    if (this.state.name === 'closed' && (learned === null) !== (this.adaptive === null)) this.onMove?.();
  }

  /** The one place where a move happens. */
  #move(move: Move, next: State, reason: string): void {
    const from = this.state;
    if ((moves[from.name] as Partial<Record<Move, string>>)[move] !== next.name) throw new Error(`No move "${move}" leads from ${from.name} to ${next.name}`);
    const { emitter, recorder, options } = this;
    recorder.stateChanges += 1;
    const decided = next.name === 'open' || emitter?.has('stateChange') ? metricsOf(this, next.since) : null;
    if (next.name === 'open') this.decidedBy = decided;
    batch(emitter, () => {
      this.#enter(next, move === 'recover' && options.ramp !== null ? new Ramp(options.ramp, next.since) : null);
      if (decided !== null && emitter !== null) {
        const retryAfterMs = next.name === 'open' ? wholeMs(next.deadline - this.timeline.now()) : 0;
        emitter.emit('stateChange', { name: options.name, from: from.name, to: next.name, reason, retryAfterMs, metrics: decided });
      }
      this.#entered();
    });
  }

  #enter(next: State, ramp: Ramp | null = null): void {
    this.state = next;
    this.ramp = ramp;
    this.recorder.window.clear();
    this.#refreshCalm();
  }

  /** Tells the trip policy and the health check, whose code may move the circuit again. */
  #entered(): void {
    try {
      disarm(this.#tripPolicy.clear?.());
    } catch (error) {
      this.report('tripPolicy', error);
    }
    if (!this.disposed) this.onMove?.();
    this.keeper.circuitChanged();
  }

  /** Asks the closed rules. A policy of the user that misbehaves does not trip. */
  tripReason(evidence: TripEvidence): string | null {
    try {
      const reason: unknown = this.#tripPolicy.shouldTrip(evidence);
      if (reason === null || typeof reason === 'string') return reason;
      disarm(reason);
      this.report('tripPolicy', new TypeError(`Expected shouldTrip() to return a reason or null, got ${describe(reason)}`));
    } catch (error) {
      this.report('tripPolicy', error);
    }
    return null;
  }

  /** The closed rules, where they adapt. */
  get adaptive(): AdaptiveRules | null {
    return this.#tripPolicy instanceof AdaptiveRules ? this.#tripPolicy : null;
  }

  /** Notices that the ramp is over. */
  ease(now: number): void {
    if (this.ramp === null || this.ramp.share(now) < 1) return;
    this.ramp = null;
    this.#refreshCalm();
  }

  report(source: InternalErrorSource, error: unknown): void {
    this.#reporter ??= new Reporter(this.options.name, this.options.onInternalError);
    this.#reporter.report(source, error, this.timeline);
  }

  /** The emitter, if anybody listens. */
  get emitter(): Emitter<CircuitEvents> | null {
    return this.#emitter?.heard || this.keeper.audience.heard ? this.listen() : null;
  }

  /** The emitter, made when first somebody listens. */
  listen(): Emitter<CircuitEvents> {
    this.#emitter ??= new Emitter<CircuitEvents>((error) => this.report('listener', error));
    this.#emitter.audience = this.keeper.audience;
    return this.#emitter;
  }

  #refreshCalm(): void {
    const { state, options } = this;
    this.calm = state.name === 'closed' && this.override === null && options.mode === 'enforce' && !this.disposed && this.ramp === null ? state : null;
  }
}
