/** Where the search for a limit begins. */
const INITIAL = 20;
/** The best latency is looked for anew after so many samples for each call of the limit: a dependency may move. */
const SAMPLES_PER_CALL = 30;

/**
 * How many calls a dependency takes at once without a queue, learned from latency.
 *
 * queue = limit · (1 − best latency / latency). A short queue raises the limit and a long one lowers it, by steps of log₁₀(limit). After TCP Vegas, as
 * in Netflix's concurrency-limits (VegasLimit).
 */
export class VegasLimit {
  /** Calls at once, 1 to `ceiling`. */
  current: number;
  readonly #ceiling: number;
  #bestMs = 0;
  #samples = 0;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    this.current = Math.min(INITIAL, ceiling);
  }

  /**
   * A call has ended.
   *
   * @param latencyMs how long it took.
   * @param inFlight calls that ran when it ended, itself included.
   * @param dropped whether it ended by a timeout or another sign of overload.
   */
  sample(latencyMs: number, inFlight: number, dropped: boolean): void {
    if (!dropped && this.#isBest(latencyMs)) return;
    const step = Math.max(1, Math.log10(this.current));
    if (dropped) this.#set(this.current - step);
    // A limit that is not used tells nothing.
    else if (inFlight * 2 >= this.current) this.#adjust(this.current * (1 - this.#bestMs / latencyMs), step);
  }

  #isBest(latencyMs: number): boolean {
    this.#samples += 1;
    const stale = this.#samples >= SAMPLES_PER_CALL * this.current;
    if (stale) this.#samples = 0;
    if (!stale && this.#bestMs > 0 && latencyMs >= this.#bestMs) return false;
    this.#bestMs = latencyMs;
    return true;
  }

  #adjust(queue: number, step: number): void {
    if (queue <= step) this.#set(this.current + 6 * step);
    else if (queue < 3 * step) this.#set(this.current + step);
    else if (queue > 6 * step) this.#set(this.current - step);
  }

  #set(limit: number): void {
    this.current = Math.floor(Math.min(this.#ceiling, Math.max(1, limit)));
  }
}
