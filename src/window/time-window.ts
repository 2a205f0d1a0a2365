import type { OutcomeBits, Window } from './window.ts';

/** Calls, failures and slow calls of one bucket are next to each other. */
export const FIELDS = 3;
/** The fast path ends this much before the edge of a bucket, because only the division is exact there. */
const EARLY = 1 - 1e-9;

/**
 * The outcomes of the last `windowMs`, in `buckets` buckets with running totals.
 *
 * A bucket is dropped as a whole, so the window covers between (buckets − 1) / buckets of `windowMs` and all of it. The
 * bucket of a moment is floor((now − origin) / width).
 *
 * Its buckets are public for `resizedTimeWindow`. Everyone else sees a `Window`.
 * @see LeapArray of Alibaba Sentinel
 */
export class TimeWindow implements Window {
  calls = 0;
  failures = 0;
  slowCalls = 0;
  readonly widthMs: number;
  readonly buckets: number;
  ring: number[] | null = null;
  origin: number;
  tick = 0;
  /** The moments that certainly belong to the newest bucket, and where that bucket is. */
  #from = Infinity;
  #until = -Infinity;
  #newest = 0;

  constructor(windowMs: number, buckets: number, now: number) {
    this.widthMs = windowMs / buckets;
    this.buckets = buckets;
    this.origin = now;
  }

  record(outcome: OutcomeBits, now: number): void {
    const at = now >= this.#from && now < this.#until ? this.#newest : this.bucketOf(now);
    if (at < 0) return;
    const ring = this.ring as number[];
    this.calls += 1;
    ring[at] = (ring[at] as number) + 1;
    if (outcome !== 0) this.add(at, 0, outcome & 1, outcome >> 1);
  }

  /** Adds to a bucket and to the totals. */
  add(at: number, calls: number, failures: number, slowCalls: number): void {
    const ring = this.ring as number[];
    this.calls += calls;
    this.failures += failures;
    this.slowCalls += slowCalls;
    ring[at] = (ring[at] as number) + calls;
    ring[at + 1] = (ring[at + 1] as number) + failures;
    ring[at + 2] = (ring[at + 2] as number) + slowCalls;
  }

  /** Where the bucket of a moment is, after rolling. −1 if it has left the window: outcomes can be dated back. */
  bucketOf(now: number): number {
    this.ring ??= new Array<number>(this.buckets * FIELDS).fill(0);
    this.roll(now);
    const tick = this.#tickOf(now);
    if (tick <= this.tick - this.buckets) return -1;
    const at = (tick % this.buckets) * FIELDS;
    if (tick === this.tick) {
      this.#newest = at;
      this.#from = now;
      this.#until = this.origin + (tick + 1) * this.widthMs * EARLY;
    }
    return at;
  }

  roll(now: number): void {
    const tick = this.#tickOf(now);
    if (tick <= this.tick) return;
    this.#until = -Infinity;
    if (tick - this.tick >= this.buckets || this.ring === null) this.clear();
    else for (let passed = this.tick + 1; passed <= tick; passed += 1) this.#drop((passed % this.buckets) * FIELDS);
    this.tick = tick;
  }

  age(ms: number): void {
    this.origin -= ms;
    this.#until = -Infinity;
  }

  #tickOf(now: number): number {
    return Math.max(0, Math.floor((now - this.origin) / this.widthMs));
  }

  #drop(at: number): void {
    const ring = this.ring as number[];
    this.add(at, -(ring[at] as number), -(ring[at + 1] as number), -(ring[at + 2] as number));
  }

  clear(): void {
    this.calls = 0;
    this.failures = 0;
    this.slowCalls = 0;
    this.ring?.fill(0);
  }
}
