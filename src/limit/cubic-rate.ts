/** A cut leaves this share of the rate. */
const CUT = 0.7;
/** How fast the rate grows back: the scale of the cube. */
const GROWTH = 0.4;
/** The rate is measured, and cut at most once, in so many milliseconds. */
const BUCKET_MS = 500;
/** The weight of the latest measurement. */
const SMOOTHING = 0.8;
/** Calls a second that are always let through. */
const LEAST_RATE = 0.5;

/**
 * How many calls a second a dependency takes: a token bucket whose rate is cut to 0.7 of what was measured by a sign of overload, and
 * grows back along a cube: 0.4·(t − K)³ + the rate before the cut, K = ∛(0.3 · that rate / 0.4). After CUBIC (RFC 8312), as in
 * the adaptive retry mode of the AWS SDKs. Times are milliseconds, rates are calls a second.
 */
export class CubicRate {
  #bucket: number;
  #calls = 0;
  #measured = 0;
  #rate = Number.POSITIVE_INFINITY;
  #peak = 0;
  #cutAt = Number.NEGATIVE_INFINITY;
  #tokens = 0;
  #filledAt = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(now: number) {
    this.#bucket = now;
  }

  /** Whether the rate is as low as it gets. */
  get exhausted(): boolean {
    return this.#rate <= LEAST_RATE;
  }

  /** Whether calls are limited at all. */
  get active(): boolean {
    return this.#rate !== Number.POSITIVE_INFINITY;
  }

  /** Whether a call would get a token now. */
  wouldTake(now: number): boolean {
    return now >= this.#pausedUntil && (!this.active || this.#filled(now) >= 1);
  }

  /** A call asks for a token; one that gets it counts in the measured rate. */
  take(now: number): boolean {
    if (!this.wouldTake(now)) return false;
    this.#measure(now);
    this.#calls += 1;
    this.#fill(now, -1);
    return true;
  }

  /** Whole milliseconds until there may be a token. */
  waitMs(now: number): number {
    const refill = this.active ? (1_000 * (1 - this.#filled(now))) / this.#rate : 0;
    return Math.max(1, Math.ceil(Math.max(this.#pausedUntil - now, refill)));
  }

  /** The dependency says that it is overloaded, and perhaps how long it wants to be left alone. */
  overloaded(now: number, retryAfterMs = 0): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + retryAfterMs);
    if (now - this.#cutAt < BUCKET_MS) return;
    this.#measure(now);
    this.#peak = Math.max(LEAST_RATE, Math.min(this.#measuredAt(now), this.#rate));
    this.#cutAt = now;
    this.#setRate(this.#peak * CUT, now);
  }

  /** A call has succeeded: the rate may grow. */
  succeeded(now: number): void {
    if (!this.active) return;
    this.#measure(now);
    const turning = Math.cbrt((this.#peak * (1 - CUT)) / GROWTH);
    const grown = GROWTH * ((now - this.#cutAt) / 1_000 - turning) ** 3 + this.#peak;
    this.#setRate(Math.min(grown, 2 * this.#measuredAt(now)), now);
  }

  /** Ends the limit. */
  release(): void {
    this.#rate = Number.POSITIVE_INFINITY;
  }

  /** Milliseconds since the last cut. */
  quietMs(now: number): number {
    return now - this.#cutAt;
  }

  #setRate(rate: number, now: number): void {
    this.#fill(now, 0);
    this.#rate = Math.max(LEAST_RATE, rate);
  }

  #filled(now: number): number {
    return Math.min(Math.max(1, this.#rate), this.#tokens + ((now - this.#filledAt) / 1_000) * this.#rate);
  }

  #fill(now: number, change: number): void {
    this.#tokens = this.active ? this.#filled(now) + change : 0;
    this.#filledAt = now;
  }

  #measure(now: number): void {
    if (now - this.#bucket < BUCKET_MS) return;
    this.#measured = this.#measuredAt(now);
    this.#bucket = now;
    this.#calls = 0;
  }

  /** What was measured; a bucket that has not ended counts only while there is no other. */
  #measuredAt(now: number): number {
    const elapsed = now - this.#bucket;
    if (elapsed < BUCKET_MS && this.#measured > 0) return this.#measured;
    const latest = (1_000 * this.#calls) / Math.max(BUCKET_MS, elapsed);
    return this.#measured === 0 ? latest : SMOOTHING * latest + (1 - SMOOTHING) * this.#measured;
  }
}
