/** Steps per octave. A bucket is at most an eighth wide, so a percentile above 0.5 ms is at most 6.25% off. */
const STEPS = 8;
/** Durations are kept in sixteenths of a millisecond. Below eight of them, a bucket is one sixteenth wide. */
const PER_MS = 16;
/** The last octave ends at 2^26 sixteenths, which is 70 minutes. Longer durations count as that. */
const LARGEST = 67_108_863;
const BUCKETS = 192;
/** When a bucket is full, all counts are halved. Old calls fade, and percentiles follow recent ones. */
const FULL = 65_535;

/**
 * How long calls took, in 192 logarithmic buckets: fixed memory, constant time.
 * @see https://hdrhistogram.github.io/HdrHistogram/
 */
export class LatencyHistogram {
  readonly #counts = new Uint16Array(BUCKETS);
  #total = 0;
  #sumMs = 0;
  /** How many durations were recorded. */
  samples = 0;

  record(durationMs: number): void {
    this.#sumMs += durationMs;
    this.samples += 1;
    const value = Math.min(LARGEST, Math.trunc(durationMs * PER_MS));
    const octave = Math.max(0, 28 - Math.clz32(value));
    const bucket = octave * STEPS + (value >> octave);
    if (this.#counts[bucket] === FULL) this.#fade();
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#total += 1;
  }

  #fade(): void {
    this.#total = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const halved = (this.#counts[bucket] as number) >> 1;
      this.#counts[bucket] = halved;
      this.#total += halved;
    }
  }

  /** The exact mean in milliseconds, of this and another histogram. 0 if there are no durations. */
  meanMs(other: LatencyHistogram = NONE): number {
    const samples = this.samples + other.samples;
    return samples === 0 ? 0 : (this.#sumMs + other.#sumMs) / samples;
  }

  /**
   * The duration that `share` (0 to 1) of the calls of this and another histogram stayed within, in milliseconds. 0 if
   * there are no durations.
   */
  percentile(share: number, other: LatencyHistogram = NONE): number {
    const total = this.#total + other.#total;
    if (total === 0) return 0;
    const rank = Math.max(1, Math.ceil(share * total));
    const countOf = (at: number): number => (this.#counts[at] as number) + (other.#counts[at] as number);
    let bucket = 0;
    for (let seen = countOf(0); seen < rank; seen += countOf(bucket)) bucket += 1;
    // The middle of the bucket.
    const octave = Math.max(0, Math.trunc(bucket / STEPS) - 1);
    return ((bucket - octave * STEPS + 0.5) * 2 ** octave) / PER_MS;
  }
}

/** No durations. */
export const NONE = /* @__PURE__ */ new LatencyHistogram();
