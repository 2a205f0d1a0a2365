import type { Jitter } from '../../src/index.ts';

/** The options that the model knows, with nothing left open. */
export interface ModelOptions {
  readonly failureThreshold: number | null;
  readonly burstMs: number;
  readonly errorRateThreshold: number | null;
  readonly slowCallRateThreshold: number | null;
  readonly slowCallThresholdMs: number;
  readonly trackLatency: boolean;
  readonly minRequestsThreshold: number;
  /** Either the last so many outcomes, or the outcomes of so many buckets. */
  readonly window: { readonly size: number } | { readonly windowMs: number; readonly buckets: number };
  readonly recoveryTimeoutMs: number;
  readonly maxBackoffMs: number;
  readonly exponentialBackoff: boolean;
  /** What `backoff(n)` gives for n = 1, 2, …; the last one from there on. */
  readonly backoff: readonly number[] | null;
  readonly jitter: Jitter;
  /** U: what `random()` gives. */
  readonly share: number;
  readonly maxRetryAfterMs: number;
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly halfOpenMaxFailures: number;
  readonly halfOpenLeaseMs: number | null;
  readonly maxConcurrent: number | null;
  readonly timeoutMs: number | null;
}

/** One outcome that counts. */
export interface Counted {
  readonly at: number;
  readonly failed: boolean;
  readonly slow: boolean;
}

export const NEVER = Number.POSITIVE_INFINITY;

/** The outcomes of a spell that are in the window at a moment. */
export function recent(outcomes: readonly Counted[], at: number, { window }: ModelOptions): Counted[] {
  if ('size' in window) return outcomes.slice(-window.size);
  const tickOf = (moment: number): number => Math.floor(moment / (window.windowMs / window.buckets));
  return outcomes.filter((each) => tickOf(each.at) > tickOf(at) - window.buckets);
}

/** The share of a part in the whole, 0 in nothing. */
export function shareOf(part: readonly unknown[], whole: readonly unknown[]): number {
  return whole.length === 0 ? 0 : part.length / whole.length;
}

/** Failures that may count once. */
export class Bursts {
  #beganAt: number | undefined;
  #uncounted = 0;
  #lastAt = 0;

  /** Whether a failure counts with the first of its burst. @param outcomes all that have come. */
  takes(startedAt: number | undefined, at: number, outcomes: number, { burstMs, window }: ModelOptions): boolean {
    const progress = 'size' in window ? outcomes : at;
    if (this.#beganAt !== undefined && at < this.#beganAt + burstMs) {
      if (startedAt === undefined || startedAt >= this.#beganAt) return false;
      this.#uncounted += 1;
      this.#lastAt = progress;
      return true;
    }
    if (progress - this.#lastAt >= ('size' in window ? window.size : window.windowMs)) this.#uncounted = 0;
    this.#beganAt = this.#uncounted < 3 ? at : undefined;
    return false;
  }
}

/** Whether the closed circuit opens on the last outcome of the window, which must be bad itself. */
export function aRuleFires(window: readonly Counted[], failuresInARow: number, options: ModelOptions): boolean {
  const { failureThreshold, errorRateThreshold, slowCallRateThreshold, minRequestsThreshold } = options;
  const reaches = (part: readonly Counted[], threshold: number | null): boolean =>
    threshold !== null && window.length >= minRequestsThreshold && shareOf(part, window) >= threshold
    && part.includes(window.at(-1) as Counted);
  return (
    (failureThreshold !== null && failuresInARow >= failureThreshold) ||
    reaches(window.filter(({ failed }) => failed), errorRateThreshold) ||
    reaches(window.filter(({ slow }) => slow), slowCallRateThreshold)
  );
}

/** `n` after one more opening. */
export function openingsAfter(openings: number, closedForMs: number, options: ModelOptions): number {
  const left = Math.max(0, openings - Math.floor(closedForMs / Math.max(60_000, options.recoveryTimeoutMs)));
  const atTheCap = left > 0 && rawWaitMs(left, options) >= options.maxBackoffMs;
  return atTheCap ? left : Math.min(30, left + 1);
}

/** The wait of the n-th opening. */
export function drawnMs(openings: number, jitter: Jitter, options: ModelOptions): number {
  const { share, maxBackoffMs } = options;
  const ms = Math.min(rawWaitMs(openings, options), maxBackoffMs);
  if (ms === NEVER || jitter === 'none') return ms;
  if (jitter === 'equal') return ms / 2 + (share * ms) / 2;
  return jitter === 'proportional' ? ms * (0.8 + 0.2 * share) : Math.max(1, share * ms);
}

function rawWaitMs(openings: number, { backoff, exponentialBackoff, recoveryTimeoutMs }: ModelOptions): number {
  const own = backoff === null ? 0 : (backoff[Math.min(openings, backoff.length) - 1] as number);
  if (own > 0) return own;
  return exponentialBackoff ? recoveryTimeoutMs * 2 ** (openings - 1) : recoveryTimeoutMs;
}

/** How long a probe keeps its slot. */
export function slotMs(timeoutMs: number, options: ModelOptions, lateMs: number): number {
  const longestMs = timeoutMs === NEVER ? longestProbeMs(timeoutMs, options, lateMs) : timeoutMs;
  return Math.min(options.halfOpenLeaseMs ?? Math.max(10_000, longestMs / 3), longestMs);
}

/** How long a probe may run: a second more than its timeout. Without one, its lease or a minute. */
export function longestProbeMs(timeoutMs: number, { halfOpenLeaseMs }: ModelOptions, lateMs: number): number {
  return timeoutMs === NEVER ? Math.max(halfOpenLeaseMs ?? 60_000, 2 * lateMs) : timeoutMs + 1_000;
}
