import type { Clock, Timer } from '../core/clock.ts';

interface Pending {
  readonly at: number;
  readonly run: () => void;
  holdsProcess: boolean;
}

/**
 * A clock that stands still until it is told to move.
 *
 * @example
 * ```ts
 * import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 * import { FakeClock } from 'unified-circuit-breaker/testing';
 *
 * const clock = new FakeClock();
 * const breaker = new UnifiedCircuitBreaker({ name: 'orders', clock, jitter: false, recoveryTimeoutMs: 5_000 });
 * breaker.trip();
 * clock.advance(5_000);
 * breaker.canExecute(); //=> true
 * ```
 */
export class FakeClock implements Clock {
  /** How much time has really passed: what timers go by. */
  #passed = 0;
  #now: number;
  #wall: number;
  readonly #pending = new Set<Pending>();

  /**
   * A clock that starts at `now` and `wall`.
   *
   * @param start `now`: where `now()` starts, in milliseconds; `wall`: where `wall()` starts, in milliseconds since the Unix epoch. Default 0.
   */
  constructor(start: { readonly now?: number | undefined; readonly wall?: number | undefined } = {}) {
    const { now = 0, wall = 0 } = start;
    this.#now = now;
    this.#wall = wall;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#wall;
  }

  after(ms: number, run: () => void): Timer {
    if (ms === Number.POSITIVE_INFINITY) return { cancel() {}, ref() {}, unref() {} };
    const pending: Pending = { at: this.#passed + Math.max(0, ms), run, holdsProcess: true };
    this.#pending.add(pending);
    return {
      cancel: () => void this.#pending.delete(pending),
      ref: () => {
        pending.holdsProcess = true;
      },
      unref: () => {
        pending.holdsProcess = false;
      },
    };
  }

  /** Timers that wait to run. */
  get timers(): number {
    return this.#pending.size;
  }

  /** Timers that would keep a process alive. */
  get holdingTimers(): number {
    return [...this.#pending].filter((pending) => pending.holdsProcess).length;
  }

  /**
   * Lets time pass and runs the timers that fall due, in order, each at its own moment.
   *
   * @param ms 0 or more.
   * @throws RangeError when `ms` is not that; `jump` moves the clock back.
   */
  advance(ms: number): void {
    const end = this.#endOf(ms);
    for (let due = this.#nextDue(end); due !== undefined; due = this.#nextDue(end)) this.#fire(due);
    this.#moveTo(end);
  }

  /** The same, and lets promises settle before and after each timer. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#endOf(ms);
    await settle();
    for (let due = this.#nextDue(end); due !== undefined; due = this.#nextDue(end)) {
      this.#fire(due);
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  /** Lets time pass and runs nothing, as in a process that was frozen; what fell due runs at the next `advance`. */
  freeze(ms: number): void {
    this.#moveTo(this.#endOf(ms));
  }

  /** Moves the reading of `now()` by any amount, also back, as a faulty clock does; no time passes. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Moves `wall()` by any amount, as when the system's time is set. */
  jumpWall(ms: number): void {
    this.#wall += ms;
  }

  #endOf(ms: number): number {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) throw new RangeError(`Expected the time to advance to be finite milliseconds, 0 or more, got ${ms}`);
    return this.#passed + ms;
  }

  #nextDue(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      // The set is walked in the order of starting, which decides between equals.
      if (pending.at <= end && (first === undefined || pending.at < first.at)) first = pending;
    }
    return first;
  }

  #fire(pending: Pending): void {
    this.#pending.delete(pending);
    this.#moveTo(pending.at);
    pending.run();
  }

  #moveTo(end: number): void {
    // A timer that runs may advance the clock itself.
    const step = Math.max(0, end - this.#passed);
    this.#passed += step;
    this.#now += step;
    this.#wall += step;
  }
}

/** Long enough for any chain of promises that code under test can reasonably have. */
const MICROTASKS = 50;

async function settle(): Promise<void> {
  for (let turn = 0; turn < MICROTASKS; turn += 1) await undefined;
}
