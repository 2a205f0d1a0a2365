import type { Jitter } from '../../src/index.ts';
import { aRuleFires, drawnMs, leaseMs, NEVER, openingsAfter, recent, shareOf } from './model-rules.ts';
import type { Counted, ModelOptions } from './model-rules.ts';
import { toMicroseconds } from './sight.ts';
import type { Sight } from './sight.ts';

export type ModelVerdict = 'success' | 'failure' | 'ignored' | { readonly pauseMs: number };
export type ModelAnswer = 'value' | 'error' | 'timeout' | 'abort' | 'rejected' | 'bulkhead';

/** `given_up`: its lease has ended and its caller waits. `left`: its caller has left and its operation runs. */
type Phase = 'in_flight' | 'given_up' | 'left' | 'over';

export interface ModelCall {
  readonly admittedAt: number;
  /** `null`: the call decides nothing. */
  readonly generation: number | null;
  readonly timesOutAt: number;
  /** `Infinity` unless it is a probe with a lease. */
  readonly leaseEndsAt: number;
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
  #window: Counted[] = [];
  #row: 'failure'[] = [];
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
    call.phase = 'over';
    if (undecided) this.#judge(call, verdict, this.now, this.now - call.admittedAt);
  }

  /** The call has ended, by its timeout or its caller, and its operation has not. */
  cut(call: ModelCall, verdict: ModelVerdict, answer: ModelAnswer): void {
    if (call.phase === 'over' || call.phase === 'left') return;
    this.#noticeLeases();
    call.answer ??= answer;
    const undecided = call.phase === 'in_flight';
    call.phase = 'left';
    if (undecided) this.#judge(call, verdict, this.now, this.now - call.admittedAt);
  }

  record(verdict: ModelVerdict, durationMs: number | undefined): void {
    this.#noticeLeases();
    const call = this.#override === null && this.#admits() ? this.#admit(NEVER) : this.#unbound(NEVER);
    call.phase = 'over';
    this.#judge(call, verdict, this.now, durationMs ?? 0);
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
    ahead.#noticeLeases();
    return ahead;
  }

  #retryAfterMs(): number | undefined {
    if (this.#override !== null) return this.#override === 'open' ? undefined : 0;
    if (this.#admits()) return 0;
    if (this.#state === 'open') return Math.max(1, Math.ceil(toMicroseconds(this.#deadline - this.now)));
    const ends = this.#probes().map(({ timesOutAt, leaseEndsAt }) => Math.min(timesOutAt, leaseEndsAt));
    return Math.max(1, Math.ceil(toMicroseconds(Math.min(...ends) - this.now)));
  }

  // Admission.

  #admits(): boolean {
    if (this.#override !== null) return this.#override === 'closed';
    if (this.#state === 'open') return this.now >= this.#deadline;
    return this.#state === 'closed' || this.#probes().length < this.#options.halfOpenMaxCalls;
  }

  #bulkheadIsFull(): boolean {
    return this.running().length >= (this.#options.maxConcurrent ?? NEVER);
  }

  #refuse(answer: ModelAnswer): ModelCall {
    this.#settled.push('rejected');
    return { admittedAt: this.now, generation: null, timesOutAt: NEVER, leaseEndsAt: NEVER, phase: 'over', answer };
  }

  #admit(timeoutMs: number): ModelCall {
    if (this.#override !== null) return this.#unbound(timeoutMs);
    if (this.#state === 'open') {
      this.#state = 'half_open';
      this.#newSpell();
    }
    const leased = this.#state === 'half_open' && timeoutMs > leaseMs(this.#waitMs, this.#options);
    return this.#started({ generation: this.#generation, timeoutMs,
      leaseEndsAt: leased ? this.now + leaseMs(this.#waitMs, this.#options) : NEVER });
  }

  #unbound(timeoutMs: number): ModelCall {
    return this.#started({ generation: null, timeoutMs, leaseEndsAt: NEVER });
  }

  #started({
    generation,
    timeoutMs,
    leaseEndsAt,
  }: {
    generation: number | null;
    timeoutMs: number;
    leaseEndsAt: number;
  }): ModelCall {
    const call: ModelCall = {
      admittedAt: this.now,
      generation,
      timesOutAt: this.now + timeoutMs,
      leaseEndsAt,
      phase: 'in_flight',
      answer: null,
    };
    this.calls.push(call);
    return call;
  }

  #nextToTimeOut(end: number): ModelCall | undefined {
    const due = this.calls.filter(({ phase, timesOutAt }) => (phase === 'in_flight' || phase === 'given_up')
      && timesOutAt <= end);
    return due.toSorted((a, b) => a.timesOutAt - b.timesOutAt)[0];
  }

  // Outcomes.

  #judge(call: ModelCall, verdict: ModelVerdict, at: number, durationMs: number): void {
    const failed = verdict !== 'success' && verdict !== 'ignored';
    this.#settled.push(failed ? 'failure' : verdict);
    if (this.#override !== null || call.generation !== this.#generation || verdict === 'ignored') return;
    const { slowCallThresholdMs, slowCallRateThreshold, trackLatency, maxRetryAfterMs } = this.#options;
    const slow = trackLatency && durationMs > slowCallThresholdMs;
    this.#window.push({ at, failed, slow });
    this.#row = failed ? [...this.#row, 'failure'] : [];
    const pauseMs = typeof verdict === 'object' ? Math.min(verdict.pauseMs, maxRetryAfterMs) : undefined;
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
    }
  }

  #noticeLeases(): void {
    const ended = this.#probes().filter(({ leaseEndsAt }) => leaseEndsAt <= this.now);
    const [first] = ended.toSorted((a, b) => a.leaseEndsAt - b.leaseEndsAt);
    if (first === undefined) return;
    first.phase = 'given_up';
    this.#expired(first);
    this.#noticeLeases();
  }

  /** A failure dated at its deadline, also under an override: leases run on underneath. */
  #expired(probe: ModelCall): void {
    const override = this.#override;
    this.#override = null;
    this.#judge(probe, 'failure', probe.leaseEndsAt, probe.leaseEndsAt - probe.admittedAt);
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
  }
}
