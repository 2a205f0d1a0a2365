import type { Jitter } from '../../src/index.ts';
import { LatencyHistogram } from '../../src/window/latency-histogram.ts';
import {
  aRuleFires, Bursts, drawnMs, longestProbeMs, NEVER, openingsAfter, recent, shareOf, slotMs,
} from './model-rules.ts';
import type { Counted, ModelOptions } from './model-rules.ts';
import { toMicroseconds } from './sight.ts';
import type { Sight } from './sight.ts';

/** `answered`: ignored, by an error that shows an answer. */
export type ModelVerdict = 'success' | 'failure' | 'ignored' | 'answered' | { readonly pauseMs: number };
export type ModelAnswer = 'value' | 'error' | 'timeout' | 'abort' | 'rejected' | 'bulkhead';

/** `given_up`: it expired as a probe, and its caller waits. `left`: its caller has left and its operation runs. */
type Phase = 'in_flight' | 'given_up' | 'left' | 'over';

export interface ModelCall {
  readonly admittedAt: number;
  /** `null`: the call decides nothing. */
  readonly generation: number | null;
  readonly timesOutAt: number;
  /** `Infinity` unless it is a probe. */
  readonly slotEndsAt: number;
  readonly endsAt: number;
  phase: Phase;
  answer: ModelAnswer | null;
}

/**
 * The breaker of the design page, section 3: lists instead of counters, and every answer is computed from them.
 */
export class Model {
  now = 0;
  calls: ModelCall[] = [];
  readonly #options: ModelOptions;
  #jitter: Jitter;
  #state: 'closed' | 'open' | 'half_open' = 'closed';
  #override: 'open' | 'closed' | null = null;
  #generation = 0;
  #openings = 0;
  #closedSince = 0;
  #deadline = 0;
  /** The wait of the present or last open spell. */
  #waitMs = 0;
  #spell: ('success' | 'failure')[] = [];
  /** Neutral probes whose operations ended, in the present half-open. */
  #neutral = 0;
  #window: Counted[] = [];
  #row: 'failure'[] = [];
  #bursts = new Bursts();
  /** The longest time of a success after its probe had expired. */
  #lateMs = 0;
  #durations = new LatencyHistogram();
  #settled: ('rejected' | 'success' | 'failure' | 'ignored')[] = [];

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#jitter = options.jitter;
  }

  // What happens.

  offer(timeoutMs: number): ModelCall {
    this.#noticeLeases();
    if (!this.#admits()) return this.#refuse('rejected');
    if (this.#bulkheadIsFull()) return this.#refuse('bulkhead');
    return this.#admit(timeoutMs);
  }

  /** The operation has ended. */
  end(call: ModelCall, verdict: ModelVerdict, answer: ModelAnswer): void {
    this.#noticeLeases();
    call.answer ??= answer;
    const undecided = call.phase === 'in_flight';
    const isLate = call.phase === 'given_up' && verdict === 'success';
    if (isLate) this.#lateMs = Math.max(this.#lateMs, this.now - call.admittedAt);
    const isProbe = this.#probes().includes(call) && this.#override === null;
    call.phase = 'over';
    if (undecided) this.#judge(call, verdict, this.now, this.now - call.admittedAt);
    if (isProbe && verdict === 'ignored' && answer !== 'abort') this.#neutral += 1;
  }

  /** The call has ended, by its timeout or its caller, and its operation has not. */
  cut(call: ModelCall, verdict: ModelVerdict, answer: ModelAnswer): void {
    if (call.phase === 'over' || call.phase === 'left') return;
    this.#noticeLeases();
    call.answer ??= answer;
    const undecided = call.phase === 'in_flight';
    call.phase = 'left';
    if (undecided) this.#judge(call, verdict, this.now, this.now - call.admittedAt, true);
  }

  /** A deadline of the caller counts if it left the call enough time: as long as half of the successes took. */
  verdictOnDeadline({ admittedAt }: ModelCall): ModelVerdict {
    const durations = this.#durations;
    const unknown = Math.min(100, (this.#options.timeoutMs ?? NEVER) / 10);
    const enoughMs = durations.samples < 20 ? unknown : durations.percentile(0.5);
    return this.now - admittedAt < enoughMs ? 'ignored' : 'failure';
  }

  record(verdict: ModelVerdict, durationMs: number | undefined): void {
    this.#noticeLeases();
    const call = this.#override === null && this.#admits() ? this.#admit(NEVER) : this.#unbound(NEVER);
    if (this.#probes().includes(call) && verdict === 'ignored') this.#neutral += 1;
    call.phase = 'over';
    this.#judge(call, verdict, this.now, durationMs ?? -1);
  }

  trip(forMs: number | undefined): void {
    this.#noticeLeases();
    if (this.#state !== 'open') this.#open(this.now, (drawn) => forMs ?? drawn);
    else if (forMs !== undefined) {
      this.#deadline = Math.max(this.#deadline, this.now + forMs);
      this.#waitMs = Math.max(this.#waitMs, forMs);
    }
  }

  reset(): void {
    this.#state = 'closed';
    this.#newSpell();
    this.#closedSince = this.now;
    this.#openings = 0;
    this.#row = [];
    this.#durations = new LatencyHistogram();
    this.#bursts = new Bursts();
    this.#lateMs = 0;
    this.#settled = [];
  }

  cover(override: 'open' | 'closed' | null): void {
    this.#override = override;
  }

  /** Time passes and timers run, each at its moment. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let call = this.#nextToTimeOut(end); call !== undefined; call = this.#nextToTimeOut(end)) {
      this.now = Math.max(this.now, call.timesOutAt);
      this.cut(call, 'failure', 'timeout');
    }
    this.now = end;
  }

  // What can be seen.

  /** The calls whose operations run, in the order of their admission. */
  running(): ModelCall[] {
    return this.calls.filter(({ phase }) => phase !== 'over');
  }

  sight(): Sight {
    const window = recent(this.#window, this.now, this.#options);
    const settledAs = (end: string): number => this.#settled.filter((each) => each === end).length;
    const inFlight = this.calls.filter(({ phase }) => phase === 'in_flight').length;
    const ahead = this.#lookThroughLeases();
    return {
      state: this.#override ?? this.#state,
      override: this.#override,
      canExecute: ahead.#admits() && !ahead.#bulkheadIsFull(),
      retryAfterMs: ahead.#retryAfterMs(),
      consecutiveFailures: this.#row.length,
      windowCount: window.length,
      errorRate: shareOf(window.filter(({ failed }) => failed), window),
      slowCallRate: shareOf(window.filter(({ slow }) => slow), window),
      totals: {
        offered: this.#settled.length + inFlight,
        rejected: settledAs('rejected'),
        successful: settledAs('success'),
        failed: settledAs('failure'),
        ignored: settledAs('ignored'),
        inFlight,
        abandoned: this.running().length - inFlight,
      },
      openings: this.#openings,
      remainingWaitMs: this.#state === 'open' ? toMicroseconds(Math.max(0, this.#deadline - this.now)) : 0,
    };
  }

  /** This breaker after the leases that have ended are noticed, a relapse with the unjittered wait. */
  #lookThroughLeases(): Model {
    const ahead = new Model(this.#options);
    ahead.#jitter = 'none';
    ahead.now = this.now;
    ahead.calls = this.calls.map((call) => ({ ...call }));
    ahead.#state = this.#state;
    ahead.#override = this.#override;
    ahead.#generation = this.#generation;
    ahead.#openings = this.#openings;
    ahead.#deadline = this.#deadline;
    ahead.#waitMs = this.#waitMs;
    ahead.#spell = [...this.#spell];
    ahead.#neutral = this.#neutral;
    ahead.#noticeLeases();
    return ahead;
  }

  #retryAfterMs(): Sight['retryAfterMs'] {
    if (this.#override === 'open') return undefined;
    if (this.#bulkheadIsFull()) return 'soon';
    if (this.#override !== null) return 0;
    if (this.#admits()) return 0;
    if (this.#state === 'open') return Math.max(1, Math.ceil(toMicroseconds(this.#deadline - this.now)));
    return 'soon';
  }

  // Admission.

  #admits(): boolean {
    if (this.#override !== null) return this.#override === 'closed';
    if (this.#state === 'open') return this.now >= this.#deadline;
    if (this.#state === 'closed') return true;
    const slots = this.#slots();
    const taken = this.#probes().filter(({ slotEndsAt }) => slotEndsAt > this.now);
    return taken.length < slots && this.#probes().length < 3 * slots;
  }

  /** Twice as many after each round of neutral probes. */
  #slots(): number {
    let slots = this.#options.halfOpenMaxCalls;
    for (let left = this.#neutral; left >= slots; slots *= 2) left -= slots;
    return slots;
  }

  #bulkheadIsFull(): boolean {
    return this.running().length >= (this.#options.maxConcurrent ?? NEVER);
  }

  #refuse(answer: ModelAnswer): ModelCall {
    this.#settled.push('rejected');
    return { ...this.#call(NEVER), phase: 'over', answer };
  }

  #admit(timeoutMs: number): ModelCall {
    if (this.#override !== null) return this.#unbound(timeoutMs);
    if (this.#state === 'open') {
      this.#state = 'half_open';
      this.#newSpell();
    }
    const call = { ...this.#call(timeoutMs), generation: this.#generation };
    if (this.#state === 'half_open') {
      call.slotEndsAt = this.now + slotMs(timeoutMs, this.#options, this.#lateMs);
      call.endsAt = this.now + longestProbeMs(timeoutMs, this.#options, this.#lateMs);
    }
    this.calls.push(call);
    return call;
  }

  #unbound(timeoutMs: number): ModelCall {
    const call = this.#call(timeoutMs);
    this.calls.push(call);
    return call;
  }

  #call(timeoutMs: number): ModelCall & { slotEndsAt: number; endsAt: number } {
    const timesOutAt = this.now + timeoutMs;
    const { now: admittedAt } = this;
    return { admittedAt, generation: null, timesOutAt, slotEndsAt: NEVER, endsAt: NEVER, phase: 'in_flight',
      answer: null };
  }

  #nextToTimeOut(end: number): ModelCall | undefined {
    const due = this.calls.filter(({ phase, timesOutAt }) => (phase === 'in_flight' || phase === 'given_up')
      && timesOutAt <= end);
    return due.toSorted((a, b) => a.timesOutAt - b.timesOutAt)[0];
  }

  // Outcomes.

  #judge(call: ModelCall, verdict: ModelVerdict, at: number, durationMs: number, timedOut = false): void {
    const ignored = verdict === 'ignored' || verdict === 'answered';
    const failed = verdict !== 'success' && !ignored;
    this.#settled.push(ignored ? 'ignored' : failed ? 'failure' : 'success');
    if (verdict === 'success' && this.#options.trackLatency && durationMs >= 0) this.#durations.record(durationMs);
    if (this.#override !== null || call.generation !== this.#generation || verdict === 'ignored') return;
    if (verdict === 'answered') {
      if (this.#state === 'half_open') this.#probed(false, at, undefined);
      return;
    }
    const { slowCallThresholdMs, slowCallRateThreshold, trackLatency, maxRetryAfterMs } = this.#options;
    const slow = trackLatency && durationMs > slowCallThresholdMs;
    const pauseMs = typeof verdict === 'object' ? Math.min(verdict.pauseMs, maxRetryAfterMs) : undefined;
    if (this.#state === 'closed' && failed) {
      const countsEach = !trackLatency || timedOut || pauseMs !== undefined;
      const outcomes = this.#settled.filter((each) => each === 'success' || each === 'failure').length;
      if (this.#bursts.takes(countsEach ? undefined : at - durationMs, at, outcomes, this.#options)) return;
    }
    this.#window.push({ at, failed, slow });
    this.#row = failed ? [...this.#row, 'failure'] : [];
    if (this.#state === 'half_open') this.#probed(failed || (slow && slowCallRateThreshold !== null), at, pauseMs);
    else if (pauseMs !== undefined) this.#open(at, () => pauseMs);
    else if (aRuleFires(recent(this.#window, at, this.#options), this.#row.length, this.#options)) this.#open(at,
      (drawn) => drawn);
  }

  // Half-open.

  #probes(): ModelCall[] {
    if (this.#state !== 'half_open') return [];
    return this.calls.filter(({ phase, generation }) => phase === 'in_flight' && generation === this.#generation);
  }

  #probed(badly: boolean, at: number, pauseMs: number | undefined): void {
    const { halfOpenMaxFailures, successThreshold } = this.#options;
    this.#spell.push(badly ? 'failure' : 'success');
    const failures = this.#spell.filter((each) => each === 'failure').length;
    if (pauseMs !== undefined || failures > halfOpenMaxFailures) this.#open(at,
      (drawn) => Math.max(drawn, pauseMs ?? 0));
    else if (this.#spell.length - failures >= successThreshold) {
      this.#state = 'closed';
      this.#newSpell();
      this.#closedSince = at;
      this.#row = [];
    }
  }

  #noticeLeases(): void {
    const ended = this.#probes().filter(({ endsAt }) => endsAt <= this.now);
    const [first] = ended.toSorted((a, b) => a.endsAt - b.endsAt);
    if (first === undefined) return;
    first.phase = 'given_up';
    this.#expired(first);
    this.#noticeLeases();
  }

  /** A failure dated at its deadline, also under an override: leases run on underneath. */
  #expired(probe: ModelCall): void {
    const override = this.#override;
    this.#override = null;
    this.#judge(probe, 'failure', probe.endsAt, probe.endsAt - probe.admittedAt);
    this.#override = override;
  }

  // Openings.

  #open(at: number, waitOf: (drawn: number) => number): void {
    const closedForMs = this.#state === 'closed' ? at - this.#closedSince : 0;
    this.#openings = openingsAfter(this.#openings, closedForMs, this.#options);
    this.#waitMs = waitOf(drawnMs(this.#openings, this.#jitter, this.#options));
    this.#deadline = at + this.#waitMs;
    this.#state = 'open';
    this.#newSpell();
  }

  #newSpell(): void {
    this.#generation += 1;
    this.#window = [];
    this.#spell = [];
    this.#neutral = 0;
  }
}
