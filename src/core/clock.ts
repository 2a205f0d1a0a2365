import { describe, disarm, peek } from './untrusted.ts';

/** A running timer. */
export interface Timer {
  /** Makes sure that the timer never fires. */
  cancel(): void;
  /** Lets the timer hold the process. A fresh timer does. */
  ref(): void;
  /** Lets the process end while the timer waits. */
  unref(): void;
  /** Whether the timers of the platform have been replaced since: fake timers came or went, and this one will not fire with the rest. */
  readonly outdated?: boolean | undefined;
}

/** Where a breaker takes its time from. Pass your own to make tests exact; `FakeClock` in `./testing` is one. */
export interface Clock {
  /** Milliseconds on a monotonic scale with any origin. A step back counts as no time passed. */
  now(): number;
  /** Milliseconds since the Unix epoch. Used for display and snapshots only. */
  wall(): number;
  /** Calls `run` once, `ms` milliseconds from now; never, when `ms` is `Infinity`. */
  after(ms: number, run: () => void): Timer;
}

/** `setTimeout` fires at once when asked for more. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Node and Bun return an object, browsers and workers a number. */
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

/** The clock of the platform. */
export const systemClock: Clock = {
  // Read from the global object each time, because fake timers replace it there.
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (ms, run) => new SystemTimer(ms, run),
};

/** A clock's fractions leave errors far below this. */
const ROUNDING_ERROR_MS = 1e-6;

/** Whole milliseconds, rounded up; 0 when nothing is left. */
export function wholeMs(ms: number): number {
  return Math.max(0, Math.ceil(ms - ROUNDING_ERROR_MS));
}

const INERT_TIMER: Timer = { cancel() {}, ref() {}, unref() {} };

function notFinite(method: string, reading: unknown): TypeError {
  disarm(reading);
  return new TypeError(`Expected the clock's ${method}() to give a finite number, got ${describe(reading)}`);
}

function isTimer(timer: unknown): timer is Timer {
  return ['cancel', 'ref', 'unref'].every((method) => typeof peek(timer, method) === 'function');
}

/** A clock as the breaker sees it: it never goes back, never throws, and never gives anything but a number. */
export class Timeline {
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  #latest = Number.NEGATIVE_INFINITY;
  /** What steps back have taken away in all; added to every reading. */
  #lost = 0;

  constructor(clock: Clock, report: (error: unknown) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  now(): number {
    try {
      const reading = this.#clock.now();
      if (!Number.isFinite(reading)) throw notFinite('now', reading);
      const moment = reading + this.#lost;
      if (moment < this.#latest) this.#lost += this.#latest - moment;
      else this.#latest = moment;
      return this.#latest;
    } catch (error) {
      return this.#lastKnown(error);
    }
  }

  #lastKnown(error: unknown): number {
    this.#report(error);
    return this.#latest === Number.NEGATIVE_INFINITY ? 0 : this.#latest;
  }

  wall(): number {
    try {
      const wall = this.#clock.wall();
      if (Number.isFinite(wall)) return wall;
      this.#report(notFinite('wall', wall));
    } catch (error) {
      this.#report(error);
    }
    return 0;
  }

  /** The wall time of a moment of this timeline. */
  wallOf(moment: number): number {
    return this.wall() - (this.now() - moment);
  }

  /** A timer for `ms`, whole milliseconds and never early; one that never fires when the clock cannot give one. */
  after(ms: number, run: () => void): Timer {
    try {
      const timer: unknown = this.#clock.after(Math.max(1, Math.ceil(ms)), run);
      if (isTimer(timer)) return this.#clock === systemClock ? timer : this.#guarded(timer);
      disarm(timer);
      this.#report(new TypeError("Expected the clock's after() to give a timer with cancel(), ref() and unref()"));
    } catch (error) {
      this.#report(error);
    }
    return INERT_TIMER;
  }

  /** A timer whose methods may throw, as one whose methods do not. */
  #guarded(timer: Timer): Timer {
    const attempt = (method: () => void): void => {
      try {
        method();
      } catch (error) {
        this.#report(error);
      }
    };
    return { cancel: () => attempt(() => timer.cancel()), ref: () => attempt(() => timer.ref()), unref: () => attempt(() => timer.unref()) };
  }
}

/** The platform's clock misbehaves for nobody in particular, so one timeline serves every breaker that uses it. */
const systemTimeline = /* @__PURE__ */ new Timeline(systemClock, () => {});

/** A clock as a timeline. */
export function timelineOf(clock: Clock, report: (error: unknown) => void): Timeline {
  return clock === systemClock ? systemTimeline : new Timeline(clock, report);
}
