/** A running timer. */
export interface Timer {
  /** Stops the timer. */
  cancel(): void;
  /** Lets the timer keep the process alive. A new timer does. */
  ref(): void;
  /** Lets the process exit while the timer waits. */
  unref(): void;
  /** True if the platform's timers were replaced after this one started, as fake timers do. It may never fire. */
  readonly outdated?: boolean | undefined;
}

/** Source of time for a breaker. Pass your own for exact tests, for example `FakeClock` from `./testing`. */
export interface Clock {
  /** Returns milliseconds on a monotonic scale with any origin. A step back counts as no time passed. */
  now(): number;
  /** Returns milliseconds since the Unix epoch. Used for display and snapshots only. */
  wall(): number;
  /** Calls `run` once, after `ms` milliseconds. Never calls it when `ms` is `Infinity`. */
  after(ms: number, run: () => void): Timer;
}

/** With a longer time, `setTimeout` fires immediately. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** The handle of a timer in Node and Bun. Browsers and workers return a number. */
interface TimeoutHandle {
  ref?(): void;
  unref?(): void;
}

class SystemTimer implements Timer {
  readonly #setTimeout = setTimeout;
  readonly #clearTimeout = clearTimeout;
  #handle: TimeoutHandle | number | undefined;
  #holdsProcess = true;

  constructor(ms: number, run: () => void) {
    this.#arm(ms, run);
  }

  #arm(ms: number, run: () => void): void {
    if (ms === Number.POSITIVE_INFINITY) return;
    const step = Math.min(ms, LONGEST_TIMEOUT_MS);
    const next = ms > step ? () => this.#arm(ms - step, run) : run;
    this.#handle = setTimeout(next, step) as TimeoutHandle | number;
    if (!this.#holdsProcess) this.unref();
  }

  cancel(): void {
    const clear = this.#clearTimeout;
    clear(this.#handle as number | undefined);
    this.#handle = undefined;
  }

  get outdated(): boolean {
    return this.#setTimeout !== setTimeout;
  }

  ref(): void {
    this.#holdsProcess = true;
    if (typeof this.#handle === 'object') this.#handle.ref?.();
  }

  unref(): void {
    this.#holdsProcess = false;
    if (typeof this.#handle === 'object') this.#handle.unref?.();
  }
}

/** The global `performance` is an accessor, which is slow. Fake timers that replace it replace `setTimeout` as well. */
const loaded = /* @__PURE__ */ (() => ({ performance, setTimeout }))();

const systemNow = (): number => (setTimeout === loaded.setTimeout ? loaded.performance : performance).now();

/** The platform's clock. */
export const systemClock: Clock = {
  now: systemNow,
  wall: () => Date.now(),
  after: (ms, run) => new SystemTimer(ms, run),
};

/** A clock whose time never goes back. */
export class Timeline {
  readonly #clock: Clock;
  readonly #isSystem: boolean;
  #latest = Number.NEGATIVE_INFINITY;
  /** The sum of all steps back. Every reading adds it. */
  #lostMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#isSystem = clock === systemClock;
  }

  now(): number {
    // A direct call can be inlined. The two clock readings of a success are a third of its cost.
    const moment = (this.#isSystem ? systemNow() : this.#clock.now()) + this.#lostMs;
    if (moment >= this.#latest) this.#latest = moment;
    else this.#lostMs += this.#latest - moment;
    return this.#latest;
  }

  /** Converts a moment of this timeline to wall time. */
  wallOf(moment: number): number {
    return this.#clock.wall() - (this.now() - moment);
  }

  /** Starts a timer of whole milliseconds, never early. */
  after(ms: number, run: () => void): Timer {
    return this.#clock.after(Math.max(1, wholeMs(ms)), run);
  }
}

/** All breakers on the platform's clock share one timeline, and therefore their timers. */
const systemTimeline = /* @__PURE__ */ new Timeline(systemClock);

export function timelineOf(clock: Clock): Timeline {
  return clock === systemClock ? systemTimeline : new Timeline(clock);
}

/** Rounding errors of floating-point clocks are far smaller. */
const ROUNDING_ERROR_MS = 1e-6;

/** Whole milliseconds, rounded up. 0 for negative times. */
export function wholeMs(ms: number): number {
  return Math.max(0, Math.ceil(ms - ROUNDING_ERROR_MS));
}
