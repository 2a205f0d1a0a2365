/** Calls in one window, at least: enough for a mean. */
const LEAST_SAMPLES = 20;
/** Many calls at once vary more, and their mean needs more of them. */
const SHARE_OF_BUSIEST = 0.25;
/** A window with this share of timeouts and refusals speaks of overload by itself. */
const OVERLOADED = 0.1;
/** A dependency that still serves this share of what it served before a cut had a queue. */
const UNCHANGED = 0.8;
/** A cut leaves at least this share of the calls at once. */
const DEEPEST_CUT = 0.6;
/** Standard errors between the best mean and another that are chance: the best of thousands lies three to four below the true one, and another may lie above it. */
const CHANCE_ERRORS = 5;
/** After so many windows with a queue neither short nor long a cut finds out whether it is one. */
const PATIENCE = 10;

/** What there was before a cut, or before the first of several in a row. */
interface Cut {
  readonly limit: number;
  /** Calls a millisecond. */
  readonly throughput: number;
}

/**
 * How many calls a dependency takes at once without a queue, learned from the mean latency of windows of calls.
 *
 * queue = calls at once · (1 − best latency / latency), and steps of log₁₀(calls at once), after TCP Vegas (Brakmo and Peterson, 1995) and Netflix's
 * concurrency-limits. Three things are different. It begins at the ceiling. The best latency is taken for as much higher as chance may have made it low. And a
 * queue that is too long is answered at once by the limit that would leave half of what is allowed. A cut after which less is served has shown that there was no
 * queue (Little's law: with one, fewer calls at once only wait less): the dependency has become slower, which is the new best latency, and the limit goes back.
 */
export class LearnedLimit {
  /** Calls at once, 1 to `ceiling`. */
  current: number;
  readonly #ceiling: number;
  #bestMs = Number.POSITIVE_INFINITY;
  #cut: Cut | null = null;
  /** Calls that began before the last cut and have not ended. */
  #outdated = 0;
  #undecided = 0;
  #since: number | null = null;
  #samples = 0;
  #sumMs = 0;
  #sumOfSquares = 0;
  #busiest = 0;
  #dropped = 0;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    this.current = ceiling;
  }

  /**
   * A call has ended.
   *
   * @param now milliseconds of any clock.
   * @param latencyMs how long it took.
   * @param inFlight calls that ran when it ended, itself included.
   * @param dropped whether it ended by a timeout or another sign of overload.
   */
  sample(now: number, latencyMs: number, inFlight: number, dropped: boolean): void {
    this.#since ??= now;
    if (this.#outdated > 0) {
      this.#outdated -= 1;
      this.#since = now;
      return;
    }
    this.#samples += 1;
    this.#sumMs += latencyMs;
    this.#sumOfSquares += latencyMs * latencyMs;
    this.#busiest = Math.max(this.#busiest, inFlight);
    if (dropped) this.#dropped += 1;
    if (this.#samples < Math.max(LEAST_SAMPLES, this.#busiest * SHARE_OF_BUSIEST)) return;
    this.#judge(this.#sumMs / this.#samples, this.#samples / Math.max(1, now - this.#since), inFlight - 1);
    this.#since = now;
    this.#samples = 0;
    this.#sumMs = 0;
    this.#sumOfSquares = 0;
    this.#busiest = 0;
    this.#dropped = 0;
  }

  #judge(latencyMs: number, throughput: number, running: number): void {
    const before = this.#cut;
    const busiest = this.#busiest;
    this.#cut = null;
    if (this.#dropped / this.#samples >= OVERLOADED) {
      this.#set(busiest / 2);
      this.#outdated = running;
    } else if (before !== null && busiest >= this.current && throughput < UNCHANGED * before.throughput) {
      this.#bestMs = latencyMs;
      this.#set(before.limit);
    } else this.#follow(latencyMs, running, before ?? { limit: this.current, throughput });
  }

  #follow(latencyMs: number, running: number, before: Cut): void {
    const busiest = this.#busiest;
    this.#bestMs = Math.min(this.#bestMs, latencyMs);
    const step = Math.max(1, Math.log10(busiest));
    const variance = Math.max(0, this.#sumOfSquares / this.#samples - latencyMs * latencyMs);
    const usualMs = this.#bestMs + CHANCE_ERRORS * Math.sqrt(variance / this.#samples);
    const unqueued = usualMs < latencyMs ? busiest * (usualMs / latencyMs) : busiest;
    const queue = busiest - unqueued;
    this.#undecided = queue >= 3 * step ? this.#undecided + 1 : 0;
    if (queue > 6 * step || this.#undecided === PATIENCE) {
      this.#undecided = 0;
      this.#cut = before;
      this.#outdated = running;
      this.#set(Math.min(this.current, Math.max(busiest * DEEPEST_CUT, unqueued + (queue > 6 * step ? 3 * step : 0))));
      // A limit that is not used tells nothing.
    } else if (busiest * 2 >= this.current && queue < 3 * step) this.#set(this.current + (queue <= step ? 6 * step : step));
  }

  #set(limit: number): void {
    this.current = Math.floor(Math.min(this.#ceiling, Math.max(1, limit)));
  }
}
