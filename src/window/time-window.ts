import type { OutcomeBits, Window } from './window.ts';

/** Calls, failures and slow calls of one bucket stand side by side. */
const FIELDS = 3;

/**
 * The outcomes of the last `windowMs`, in `buckets` buckets with running totals.
 *
 * A bucket leaves as a whole, so the window covers between (buckets − 1) / buckets of `windowMs` and all of it.
 * A bucket is found by its tick, floor((now − origin) / width), after Sentinel's LeapArray.
 */
export class TimeWindow implements Window {
  calls = 0;
  failures = 0;
  slowCalls = 0;
  readonly #widthMs: number;
  readonly #buckets: number;
  #ring: number[] | null = null;
  readonly #origin: number;
  #tick = 0;

  constructor(windowMs: number, buckets: number, now: number) {
    this.#widthMs = windowMs / buckets;
    this.#buckets = buckets;
    this.#origin = now;
  }

  record(outcome: OutcomeBits, now: number): void {
    const ring = (this.#ring ??= new Array<number>(this.#buckets * FIELDS).fill(0));
    this.roll(now);
    const tick = this.#tickOf(now);
    // An outcome may be dated back, to when a lease ended.
    if (tick <= this.#tick - this.#buckets) return;
    const at = (tick % this.#buckets) * FIELDS;
    this.calls += 1;
    ring[at] = (ring[at] as number) + 1;
    if (outcome === 0) return;
    this.failures += outcome & 1;
    this.slowCalls += outcome >> 1;
    ring[at + 1] = (ring[at + 1] as number) + (outcome & 1);
    ring[at + 2] = (ring[at + 2] as number) + (outcome >> 1);
  }

  /** The same outcomes in a window of another span. Each is dated at the start of its bucket, so that none stays for too long. */
  resized(windowMs: number, buckets: number): TimeWindow {
    const next = new TimeWindow(windowMs, buckets, this.#origin);
    for (let tick = Math.max(0, this.#tick - this.#buckets + 1); tick <= this.#tick; tick += 1) {
      // An endless window has one bucket, and its width times zero is no number.
      next.#take(tick === 0 ? this.#origin : this.#origin + tick * this.#widthMs, this.#ring ?? [], (tick % this.#buckets) * FIELDS);
    }
    return next;
  }

  #take(moment: number, from: readonly number[], at: number): void {
    this.roll(moment);
    const ring = (this.#ring ??= new Array<number>(this.#buckets * FIELDS).fill(0));
    const to = (this.#tick % this.#buckets) * FIELDS;
    for (let field = 0; field < FIELDS; field += 1) ring[to + field] = (ring[to + field] as number) + (from[at + field] ?? 0);
    this.calls += from[at] ?? 0;
    this.failures += from[at + 1] ?? 0;
    this.slowCalls += from[at + 2] ?? 0;
  }

  roll(now: number): void {
    const tick = this.#tickOf(now);
    if (tick <= this.#tick) return;
    if (tick - this.#tick >= this.#buckets) this.clear();
    else for (let passed = this.#tick + 1; passed <= tick; passed += 1) this.#drop((passed % this.#buckets) * FIELDS);
    this.#tick = tick;
  }

  #tickOf(now: number): number {
    return Math.max(0, Math.floor((now - this.#origin) / this.#widthMs));
  }

  #drop(at: number): void {
    const ring = this.#ring;
    if (ring === null) return;
    this.calls -= ring[at] as number;
    this.failures -= ring[at + 1] as number;
    this.slowCalls -= ring[at + 2] as number;
    ring[at] = 0;
    ring[at + 1] = 0;
    ring[at + 2] = 0;
  }

  clear(): void {
    this.calls = 0;
    this.failures = 0;
    this.slowCalls = 0;
    this.#ring?.fill(0);
  }
}
