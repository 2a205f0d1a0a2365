/** Where the search for a limit begins. */
const INITIAL = 20;
/** Calls in one window, at least; each moves the limit by one step. */
const LEAST_SAMPLES = 10;
/** After so many windows the best latency is looked for anew: the dependency may have become another one. */
const WINDOWS_UNTIL_STALE = 100;

/**
 * How many calls a dependency takes at once without a queue, learned from the mean latency of windows of calls.
 *
 * queue = limit · (1 − best latency / latency). A short queue raises the limit and a long one lowers it, by steps of log₁₀(limit). After TCP Vegas, as
 * in Netflix's concurrency-limits (VegasLimit inside WindowedLimit).
 */
export class VegasLimit {
  /** Calls at once, 1 to `ceiling`. */
  current: number;
  readonly #ceiling: number;
  #bestMs = Number.POSITIVE_INFINITY;
  #windows = 0;
  #samples = 0;
  #sumMs = 0;
  #busiest = 0;
  #dropped = false;

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
    this.#samples += 1;
    this.#sumMs += latencyMs;
    this.#busiest = Math.max(this.#busiest, inFlight);
    this.#dropped ||= dropped;
    if (this.#samples < Math.max(LEAST_SAMPLES, this.current)) return;
    this.#close(this.#sumMs / this.#samples);
    this.#samples = 0;
    this.#sumMs = 0;
    this.#busiest = 0;
    this.#dropped = false;
  }

  #close(latencyMs: number): void {
    this.#windows += 1;
    const stale = this.#windows % WINDOWS_UNTIL_STALE === 0;
    this.#bestMs = stale ? latencyMs : Math.min(this.#bestMs, latencyMs);
    const step = Math.max(1, Math.log10(this.current));
    if (this.#dropped) this.#set(this.current - step);
    // A limit that is not used tells nothing.
    else if (this.#busiest * 2 >= this.current) this.#adjust(latencyMs === 0 ? 0 : this.current * (1 - this.#bestMs / latencyMs), step);
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
