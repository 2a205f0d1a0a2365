/** Calls that a window must hold: enough for a mean. */
const LEAST_SAMPLES = 20;
/** Latencies of many concurrent calls vary more, so a window must also hold this share of the most that ran at once. */
const SHARE_OF_BUSIEST = 0.25;
/** A window with this share of timeouts and rejections shows overload, whatever its latency. */
const OVERLOADED = 0.1;
/** If a dependency still serves this share of its throughput before a cut, the cut removed a queue. */
const UNCHANGED = 0.8;
/** A cut leaves at least this share of the concurrent calls. */
const DEEPEST_CUT = 0.6;
/**
 * Means that differ by this many standard errors can differ by chance. The best of thousands of means lies three to
 * four below the true mean, and another one may lie above it.
 */
const CHANCE_ERRORS = 5;
/** After this many windows with a queue that is neither short nor long, a cut tests whether it is a queue. */
const PATIENCE = 10;

/** The situation before a cut, or before the first of several consecutive cuts. */
interface Cut {
  readonly limit: number;
  /** Calls per millisecond. */
  readonly throughput: number;
}

/**
 * Learns how many concurrent calls a dependency serves without a queue, from the mean latency of windows of calls.
 *
 * queue = concurrent calls · (1 − best latency / latency), and steps of log₁₀(concurrent calls), after TCP Vegas
 * (Brakmo and Peterson, 1995) and Netflix's concurrency-limits. Three things differ. The limit starts at the ceiling.
 * The best latency is corrected upwards for chance. A long queue is cut at once, to the limit that leaves half of the
 * allowed queue.
 *
 * If throughput falls after a cut, there was no queue: by Little's law, fewer concurrent calls would only have waited
 * less. The dependency has become slower. Its latency becomes the best latency, and the limit returns.
 */
export class LearnedLimit {
  /** The concurrency limit, from 1 to `ceiling`. */
  current: number;
  readonly #ceiling: number;
  #bestMs = Number.POSITIVE_INFINITY;
  #cut: Cut | null = null;
  /** Calls that started before the last cut and haven't ended. */
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
   * Takes in the end of a call.
   * @param now milliseconds of any clock.
   * @param inFlight calls that ran when it ended, including itself.
   * @param dropped whether a timeout or another sign of overload ended it.
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
    this.#samples = this.#sumMs = this.#sumOfSquares = this.#busiest = this.#dropped = 0;
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
    const isLong = queue > 6 * step;
    if (isLong || this.#undecided === PATIENCE) {
      this.#undecided = 0;
      this.#cut = before;
      this.#outdated = running;
      const target = unqueued + (isLong ? 3 * step : 0);
      this.#set(Math.min(this.current, Math.max(busiest * DEEPEST_CUT, target)));
      // A limit far above the concurrent calls shows nothing, so it doesn't grow.
    } else if (busiest * 2 >= this.current && queue < 3 * step) {
      this.#set(this.current + (queue <= step ? 6 * step : step));
    }
  }

  #set(limit: number): void {
    this.current = Math.floor(Math.min(this.#ceiling, Math.max(1, limit)));
  }
}
