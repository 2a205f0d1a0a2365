/** Steps an octave: a bucket is at most an eighth wide, so a percentile of half a millisecond or more is at most 6.25 % off. */
const STEPS = 8;
/** Durations are kept in sixteenths of a millisecond; below eight of them a bucket is one sixteenth wide. */
const PER_MS = 16;
/** The last octave ends at 2^26 sixteenths, 70 minutes; longer durations count as that. */
const LARGEST = 67_108_863;
const BUCKETS = 192;
/** When a bucket is full all counts are halved, so old calls fade and percentiles follow the recent ones. */
const FULL = 65_535;

/** How long calls took, in 192 logarithmic buckets: fixed memory, constant time. After HdrHistogram. */
export class LatencyHistogram {
  readonly #counts = new Uint16Array(BUCKETS);
  #total = 0;
  #sumMs = 0;
  #samples = 0;

  record(durationMs: number): void {
    this.#sumMs += durationMs;
    this.#samples += 1;
    const bucket = bucketOf(durationMs);
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

  /** The mean of all durations in milliseconds, 0 when there are none. Exact: it is not taken from the buckets. */
  get meanMs(): number {
    return this.#samples === 0 ? 0 : this.#sumMs / this.#samples;
  }

  /** The duration that `share` (0 to 1) of the calls stayed within, in milliseconds; 0 when there are none. */
  percentile(share: number): number {
    if (this.#total === 0) return 0;
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] as number;
      if (seen >= rank) return middleOf(bucket);
    }
    return middleOf(BUCKETS - 1);
  }
}

function bucketOf(durationMs: number): number {
  const value = Math.min(LARGEST, Math.trunc(durationMs * PER_MS));
  if (value < STEPS) return value;
  const octave = 28 - Math.clz32(value);
  return octave * STEPS + (value >> octave);
}

function middleOf(bucket: number): number {
  if (bucket < STEPS) return (bucket + 0.5) / PER_MS;
  const octave = Math.trunc(bucket / STEPS) - 1;
  const low = (bucket - octave * STEPS) * 2 ** octave;
  return (low + 2 ** octave / 2) / PER_MS;
}
