/** Calls that a window must hold: enough for a mean. */
const LEAST_SAMPLES = 20;
/** Latencies of many concurrent calls vary more, so a window must also hold this share of the most that ran at once. */
const SHARE_OF_BUSIEST = 0.25;
/** Dropped calls show overload if their share is this much above the usual one. */
const OVERLOADED = 0.2;
/** This excess of dropped calls isn't chance: a random share of 10% causes it once in 100,000 calls. */
const ENOUGH_DROPS = 8;
/** The usual share of dropped calls falls by an average over this many calls. */
const MEMORY = 1_000;
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
  /** Served calls per millisecond. */
  readonly throughput: number;
  /** The share of dropped calls. */
  readonly drops: number;
}

/**
 * Learns how many concurrent calls a dependency serves without a queue, from the mean latency of windows of calls.
 *
 * queue = concurrent calls · (1 − best latency / latency), and steps of log₁₀(concurrent calls), after TCP Vegas
 * (Brakmo and Peterson, 1995) and Netflix's concurrency-limits. Three things differ. The limit starts at the ceiling.
 * The best latency is corrected upwards for chance. A long queue is cut at once, to the limit that leaves half of the
 * allowed queue.
 *
 * Dropped calls halve the concurrent calls, if more than the usual share is dropped: a cumulative sum, as in Page's
 * test.
 *
 * Every cut is an experiment. If throughput falls after it, there was no overload: an overloaded dependency serves as
 * much with fewer concurrent calls. The latency and the share of dropped calls then count as usual, and the limit
 * returns.
 */
export class LearnedLimit {
  /** The concurrency limit, from 1 to `ceiling`. */
  current: number;
  #ceiling: number;
  #bestMs = Infinity;
  /** The share of dropped calls that has nothing to do with load. */
  #usualDrops = 0;
  /** The average share of dropped calls. */
  #recentDrops = 0;
  /** Dropped calls above the usual share and `OVERLOADED`. From 0 to `ENOUGH_DROPS`. */
  #excessDrops = 0;
  #cut: Cut | null = null;
  /** Calls that started before the last cut and haven't ended. */
  #outdated = 0;
  #undecided = 0;
  #since: number | null = null;
  #served = 0;
  #dropped = 0;
  #sumMs = 0;
  #sumOfSquares = 0;
  #busiest = 0;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    this.current = ceiling;
  }

  /** Goes on with another ceiling. A limit that was at the ceiling stays there. */
  withCeiling(ceiling: number): this {
    const next = this.current === this.#ceiling ? ceiling : this.current;
    this.#ceiling = ceiling;
    this.#set(next);
    return this;
  }

  /**
   * Takes in the end of a call.
   * @param now milliseconds of any clock.
   * @param inFlight operations that ran when it ended, including itself.
   * @param dropped whether a timeout or another sign of overload ended it.
   */
  sample(now: number, latencyMs: number, inFlight: number, dropped: boolean): void {
    this.#since ??= now;
    if (this.#outdated > 0) {
      this.#outdated -= 1;
      this.#since = now;
      return;
    }
    this.#busiest = Math.max(this.#busiest, inFlight);
    if (dropped) this.#dropped += 1;
    else {
      this.#served += 1;
      this.#sumMs += latencyMs;
      this.#sumOfSquares += latencyMs * latencyMs;
    }
    const enough = Math.max(LEAST_SAMPLES, this.#busiest * SHARE_OF_BUSIEST);
    if (Math.max(this.#served, this.#dropped) < enough) return;
    this.#judge(inFlight - 1, this.#served / Math.max(1, now - this.#since), this.#served >= enough);
    this.#since = now;
    this.#served = this.#dropped = this.#sumMs = this.#sumOfSquares = this.#busiest = 0;
  }

  #judge(running: number, throughput: number, hasLatency: boolean): void {
    const { current } = this;
    const busiest = this.#busiest;
    const before = this.#cut;
    const drops = this.#dropped / (this.#served + this.#dropped);
    const isDropping = this.#sumDrops(drops);
    const isWorse = isDropping && before !== null && drops > before.drops;
    const servesLess = before !== null && throughput < UNCHANGED * before.throughput && !isWorse;
    // With one concurrent call, no load of this client is left that could cause drops.
    const isFutile = isDropping && current === 1;
    if (before !== null && busiest >= current && (servesLess || isFutile)) this.#takeBack(before, hasLatency);
    else {
      // An experiment lasts until it shows whether fewer calls are dropped.
      if (this.#excessDrops === 0) this.#cut = null;
      const situation = before === null || isWorse ? { limit: before?.limit ?? current, throughput, drops } : before;
      if (isDropping) this.#cutTo(busiest / 2, running, situation);
      else if (hasLatency) this.#follow(running, situation);
    }
  }

  /** Takes in the drops of a window. Returns true if they exceed the usual share by more than chance. */
  #sumDrops(drops: number): boolean {
    const calls = this.#served + this.#dropped;
    this.#recentDrops += Math.min(1, calls / MEMORY) * (drops - this.#recentDrops);
    this.#usualDrops = Math.min(this.#usualDrops, this.#recentDrops);
    const excess = this.#excessDrops + this.#dropped - calls * (this.#usualDrops + OVERLOADED);
    this.#excessDrops = Math.min(ENOUGH_DROPS, Math.max(0, excess));
    return this.#excessDrops === ENOUGH_DROPS;
  }

  /** Ends an experiment that has shown no overload. What looked like it is usual. */
  #takeBack(before: Cut, hasLatency: boolean): void {
    if (hasLatency) this.#bestMs = this.#sumMs / this.#served;
    if (before.drops > this.#usualDrops) this.#usualDrops = this.#recentDrops = before.drops;
    this.#excessDrops = 0;
    this.#cut = null;
    this.#set(before.limit);
  }

  #follow(running: number, situation: Cut): void {
    const busiest = this.#busiest;
    const latencyMs = this.#sumMs / this.#served;
    this.#bestMs = Math.min(this.#bestMs, latencyMs);
    const step = Math.max(1, Math.log10(busiest));
    const variance = Math.max(0, this.#sumOfSquares / this.#served - latencyMs * latencyMs);
    const usualMs = this.#bestMs + CHANCE_ERRORS * Math.sqrt(variance / this.#served);
    const unqueued = usualMs < latencyMs ? busiest * (usualMs / latencyMs) : busiest;
    const queue = busiest - unqueued;
    this.#undecided = queue >= 3 * step ? this.#undecided + 1 : 0;
    const isLong = queue > 6 * step;
    if (isLong || this.#undecided === PATIENCE) {
      this.#undecided = 0;
      this.#cutTo(Math.max(busiest * DEEPEST_CUT, unqueued + (isLong ? 3 * step : 0)), running, situation);
      // A limit far above the concurrent calls shows nothing, so it doesn't grow.
    } else if (busiest * 2 >= this.current && queue < 3 * step) {
      this.#set(this.current + (queue <= step ? 6 * step : step));
    }
  }

  #cutTo(limit: number, running: number, situation: Cut): void {
    this.#cut = situation;
    this.#outdated = running;
    this.#set(Math.min(this.current, limit));
  }

  #set(limit: number): void {
    this.current = Math.floor(Math.min(this.#ceiling, Math.max(1, limit)));
  }
}
