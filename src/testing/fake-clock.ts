import type { Clock, Timer } from '../core/clock.ts';
import { requireOptions, type Requirement } from '../core/validation.ts';
import { requireRange } from '../trip/require-range.ts';

const aTime: Requirement = { rule: 'finite milliseconds', fits: (value) => Number.isFinite(value) };

interface Pending {
  readonly at: number;
  readonly run: () => void;
  holdsProcess: boolean;
}

/**
 * A clock that moves only when a test moves it.
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
  /** The time that has passed, which timers follow. Jumps don't change it. */
  #passed = 0;
  #now: number;
  #wall: number;
  readonly #pending = new Set<Pending>();

  /**
   * Starts at `now`, and at `wall` milliseconds since the Unix epoch. Both are 0 by default.
   * @throws CircuitBreakerConfigError that lists every problem.
   */
  constructor(options: { readonly now?: number | undefined; readonly wall?: number | undefined } = {}) {
    const times = requireOptions('FakeClock', options, { now: aTime, wall: aTime }, 'FakeClock') as typeof options;
    const { now = 0, wall = 0 } = times;
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
      ref: () => void (pending.holdsProcess = true),
      unref: () => void (pending.holdsProcess = false),
    };
  }

  /** Timers that haven't run yet. */
  get timers(): number {
    return this.#pending.size;
  }

  /** Timers that would keep a process alive. */
  get holdingTimers(): number {
    return [...this.#pending].filter((pending) => pending.holdsProcess).length;
  }

  /**
   * Moves time forward and runs the timers that fall due, in order, each at its own moment.
   * @param ms finite milliseconds, 0 or more.
   * @throws RangeError if `ms` is out of range. To move the clock back, use `jump()`.
   */
  advance(ms: number): void {
    const end = this.#endOf(ms);
    for (let due = this.#nextDue(end); due !== undefined; due = this.#nextDue(end)) this.#fire(due);
    this.#moveTo(end);
  }

  /** Like `advance()`, and lets promises settle before and after each timer. */
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

  /** Moves time forward without running timers, as in a frozen process. The next `advance()` runs them. */
  freeze(ms: number): void {
    this.#moveTo(this.#endOf(ms));
  }

  /** Changes `now()` by any amount, also back, as a faulty clock does. No time passes. */
  jump(ms: number): void {
    requireRange('ms', ms, aTime.rule, aTime.fits);
    this.#now += ms;
  }

  /** Changes `wall()` by any amount, as when the system time is set. More than 10 s forward is a machine that slept. */
  jumpWall(ms: number): void {
    requireRange('ms', ms, aTime.rule, aTime.fits);
    this.#wall += ms;
  }

  #endOf(ms: number): number {
    requireRange('ms', ms, 'finite milliseconds (0 or more)', (value) => value >= 0 && aTime.fits(value));
    return this.#passed + ms;
  }

  #nextDue(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      // The set iterates in the order of starting, which decides between timers of one moment.
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
    // A timer may advance the clock itself.
    const step = Math.max(0, end - this.#passed);
    this.#passed += step;
    this.#now += step;
    this.#wall += step;
  }
}

/** Enough turns for any realistic chain of promises. */
const MICROTASKS = 50;

async function settle(): Promise<void> {
  for (let turn = 0; turn < MICROTASKS; turn += 1) await undefined;
}
