import { wholeMs } from '../../core/clock.ts';
import type { TripEvidence } from '../../trip/trip-policy.ts';

/** How traffic comes back after a recovery. */
export interface RampRules {
  /** The share of calls that each stage admits, above 0, below 1; after the last all are admitted. */
  readonly stages: readonly number[];
  /** Successes that end a stage. */
  readonly successes: number;
  /** A stage ends after so many milliseconds at the latest. */
  readonly stageMs: number;
}

/** A little less than 1: ten tenths do not add up to it. */
const FULL = 1 - 1e-9;

/** The way back to full traffic of one closed spell. Calls are let through evenly, without chance. */
export class Ramp {
  readonly #rules: RampRules;
  #stage = 0;
  #since: number;
  #successes = 0;
  /** Grows by the share of the stage with each call; a call that makes it 1 is admitted, and the first is. */
  #credit: number;

  constructor(rules: RampRules, now: number) {
    this.#rules = rules;
    this.#since = now;
    this.#credit = 1 - (rules.stages[0] ?? 1);
  }

  /** The share of calls that is admitted now; 1 when the ramp is over. */
  share(now: number): number {
    return this.#rules.stages[this.#stageAt(now)] ?? 1;
  }

  /** Whole milliseconds until the next stage, at the latest. */
  nextStageMs(now: number): number {
    const { stageMs } = this.#rules;
    return Math.max(1, wholeMs(this.#since + (this.#stageAt(now) - this.#stage + 1) * stageMs - now));
  }

  /** Whether a call would be admitted now. */
  wouldAdmit(now: number): boolean {
    return this.#credit + this.share(now) >= FULL;
  }

  /** Offers a call. */
  admit(now: number): boolean {
    this.#advance(now);
    this.#credit += this.share(now);
    if (this.#credit < FULL) return false;
    this.#credit -= 1;
    return true;
  }

  /** A call has succeeded. */
  succeeded(now: number): void {
    this.#advance(now);
    this.#successes += 1;
    if (this.#successes >= this.#rules.successes) this.#begin(this.#stage + 1, now);
  }

  #advance(now: number): void {
    const stage = this.#stageAt(now);
    if (stage > this.#stage) this.#begin(stage, this.#since + (stage - this.#stage) * this.#rules.stageMs);
  }

  #begin(stage: number, at: number): void {
    this.#stage = stage;
    this.#since = at;
    this.#successes = 0;
  }

  /** Stages pass by time also while nobody calls. */
  #stageAt(now: number): number {
    return this.#stage + Math.max(0, Math.floor((now - this.#since) / this.#rules.stageMs));
  }
}

/** While traffic comes back, a third of what opens the circuit otherwise is enough. */
const SHARE_OF_BAR = 1 / 3;
/** The run that counts where `failureThreshold` is off. */
const USUAL_RUN = 15;

/** The thresholds that a ramp tightens. */
interface RampBar {
  readonly failureThreshold: number | null;
  readonly errorRateThreshold: number | null;
  readonly minRequestsThreshold: number;
}

/** The reason to open during a ramp, or null. */
export function rampReason({ failed, consecutiveFailures, windowCalls, windowFailures }: TripEvidence, bar: RampBar): string | null {
  if (!failed) return null;
  if (consecutiveFailures >= Math.ceil((bar.failureThreshold ?? USUAL_RUN) * SHARE_OF_BAR)) return 'ramp_failed';
  const enough = windowCalls >= Math.ceil(bar.minRequestsThreshold * SHARE_OF_BAR);
  return enough && bar.errorRateThreshold !== null && windowFailures / windowCalls >= bar.errorRateThreshold ? 'ramp_failed' : null;
}
