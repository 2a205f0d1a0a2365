import { compileFilters } from '../../core/error-filter.ts';
import { quietly } from '../../core/untrusted.ts';
import { CubicRate } from '../../limit/cubic-rate.ts';
import { LearnedLimit } from '../../limit/learned-limit.ts';

/** What is asked for. */
export interface LoadRules {
  readonly maxConcurrent: number | 'adaptive' | null;
  readonly maxConcurrentCeiling: number | null;
  readonly overload: boolean;
}

/** How a failed call ended, as far as load is concerned. */
export interface LoadEvidence {
  readonly error?: unknown;
  readonly timedOut?: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** The statuses by which a server says that it has too much to do. */
const isOverloadError = /* @__PURE__ */ compileFilters([429, 503]);
/** The rate is no longer limited when so long nothing spoke of overload. */
const QUIET_MS = 60_000;
/** So many signs of overload without a success between them are taken for an outage. */
const LONGEST_RUN = 5;

/** How much a dependency can take: calls at once, learned from latency, and calls a second, learned from its refusals. */
export class Load {
  readonly #rules: LoadRules;
  readonly #limit: LearnedLimit | null;
  readonly #rate: CubicRate | null;
  #overloadedInARow = 0;

  constructor(rules: LoadRules, now: number) {
    this.#rules = rules;
    this.#limit = rules.maxConcurrent === 'adaptive' ? new LearnedLimit(rules.maxConcurrentCeiling as number) : null;
    this.#rate = rules.overload ? new CubicRate(now) : null;
  }

  /** Whether other rules ask for the same. */
  fits({ maxConcurrent, maxConcurrentCeiling, overload }: LoadRules): boolean {
    const own = this.#rules;
    return maxConcurrent === own.maxConcurrent && maxConcurrentCeiling === own.maxConcurrentCeiling && overload === own.overload;
  }

  /** Calls at once; null when that is not learned. */
  get limit(): number | null {
    return this.#limit?.current ?? null;
  }

  /** Whether a call may start now, by the rate. */
  wouldTake(now: number): boolean {
    return this.#rate?.wouldTake(now) ?? true;
  }

  /** A call asks to start. */
  take(now: number): boolean {
    if (this.#rate === null) return true;
    if (this.#rate.active && this.#rate.quietMs(now) >= QUIET_MS) this.#rate.release();
    return this.#rate.take(now);
  }

  /** Whole milliseconds until a call may start. */
  waitMs(now: number): number {
    return this.wouldTake(now) ? 0 : (this.#rate as CubicRate).waitMs(now);
  }

  succeeded(now: number, durationMs: number, inFlight: number): void {
    this.#sample(now, durationMs, inFlight, false);
    this.#rate?.succeeded(now);
    this.#overloadedInARow = 0;
  }

  /** Whether the failure is taken for overload, and answered by a lower rate instead of counting towards opening. */
  absorbs(now: number, durationMs: number, inFlight: number, evidence: LoadEvidence): boolean {
    const overloaded = evidence.timedOut === true || evidence.retryAfterMs !== undefined || quietly(() => isOverloadError(evidence.error)) === true;
    if (overloaded) this.#sample(now, durationMs, inFlight, true);
    if (!overloaded || this.#rate === null) return false;
    const { exhausted } = this.#rate;
    this.#rate.overloaded(now, evidence.retryAfterMs);
    this.#overloadedInARow += 1;
    return !exhausted && this.#overloadedInARow <= LONGEST_RUN;
  }

  /** A record of a call that ran elsewhere may not know how long it took. */
  #sample(now: number, durationMs: number, inFlight: number, dropped: boolean): void {
    if (durationMs >= 0) this.#limit?.sample(now, durationMs, inFlight, dropped);
  }
}

/** What learns the load, where that is asked for. */
export function loadOf(rules: LoadRules, now: number): Load | null {
  return rules.maxConcurrent === 'adaptive' || rules.overload ? new Load(rules, now) : null;
}
