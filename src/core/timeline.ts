import { systemClock } from './clock.ts';
import type { Clock, Timer } from './clock.ts';
import { describe } from './describe.ts';
import { peek } from './error-codes.ts';
import { disarm } from './follow.ts';

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
