import { tryOrUndefined } from './untrusted.ts';

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
  /**
   * Returns milliseconds since the Unix epoch. Used for display, for snapshots, and to notice that the machine slept: a
   * monotonic scale may not count that time.
   */
  wall(): number;
  /** Calls `run` once, after `ms` milliseconds. Never calls it when `ms` is `Infinity`. */
  after(ms: number, run: () => void): Timer;
}

/** With a longer time, `setTimeout` fires immediately. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;
/** A deadline that is noticed later than this was delayed by the process itself. */
const LATE_MS = 50;
/** How much longer such a deadline waits, so that the process can read what has arrived. */
const GRACE_MS = 50;
/** If the wall clock gains more than this on the monotonic one, the machine slept. Less may be a correction. */
const LEAST_SLEEP_MS = 10_000;
/** Looking at the platform's wall clock costs a tenth of a rejection. */
const LOOK_EVERY_MS = 10;

/** The handle of a timer in Node and Bun. Browsers and workers return a number, which has no methods. */
interface TimeoutHandle {
  ref?(): void;
  unref?(): void;
}

class SystemTimer implements Timer {
  readonly #setTimeout = setTimeout;
  readonly #clearTimeout = clearTimeout;
  #handle: TimeoutHandle | undefined;
  #holdsProcess = true;

  constructor(ms: number, run: () => void) {
    this.#arm(ms, run);
  }

  #arm(ms: number, run: () => void): void {
    if (ms === Infinity) return;
    const step = Math.min(ms, LONGEST_TIMEOUT_MS);
    const next = ms > step ? () => this.#arm(ms - step, run) : run;
    this.#handle = setTimeout(next, step) as TimeoutHandle;
    if (!this.#holdsProcess) this.unref();
  }

  /** Fires once more. A turn of the event loop ends the wait, because timers run before I/O. */
  extend(ms: number, run: () => void): void {
    const { nextTurn } = loaded;
    this.#arm(ms, () => nextTurn(() => void (this.#handle === undefined || run())));
  }

  cancel(): void {
    const clear = this.#clearTimeout;
    clear(this.#handle as never);
    this.#handle = undefined;
  }

  get outdated(): boolean {
    return this.#setTimeout !== setTimeout;
  }

  ref(): void {
    this.#holdsProcess = true;
    this.#handle?.ref?.();
  }

  unref(): void {
    this.#holdsProcess = false;
    this.#handle?.unref?.();
  }
}

/** The global `performance` is an accessor, which is slow. Fake timers that replace it replace `setTimeout` as well. */
const loaded = /* @__PURE__ */ (() => ({
  performance,
  setTimeout,
  nextTurn: (globalThis.setImmediate ?? setTimeout) as (run: () => void) => unknown,
}))();

/** Whether fake timers are installed. */
const isFaked = (): boolean => setTimeout !== loaded.setTimeout;

/** The fake timers in use, and how far their clock is behind the platform's. */
const fake: { setTimeout: unknown; behindMs: number } = { setTimeout: undefined, behindMs: 0 };

/** Not all fake timers replace `performance`. Then `Date` is the clock that they move. */
function fakedNow(): number {
  const moment = performance === loaded.performance ? Date.now() : performance.now();
  if (fake.setTimeout !== setTimeout) {
    fake.setTimeout = setTimeout;
    fake.behindMs = loaded.performance.now() - moment;
  }
  return moment + fake.behindMs;
}

const systemNow = (): number => (isFaked() ? fakedNow() : loaded.performance.now());

/** The platform's clock. */
export const systemClock: Clock = {
  now: systemNow,
  wall: () => Date.now(),
  after: (ms, run) => new SystemTimer(ms, run),
};

/** A reading above this is an error of the clock. Later readings would drown in rounding errors. */
const LAST_MOMENT = Number.MAX_SAFE_INTEGER;

/** A clock whose time never goes back. */
export class Timeline {
  readonly #clock: Clock;
  readonly #isSystem: boolean;
  #latest = -Infinity;
  /** The sum of all steps back. Every reading adds it. */
  #lostMs = 0;
  /** How far the wall clock is ahead of `now()`, as of the last look. */
  #leadMs = NaN;
  #lookedAt = -Infinity;
  #sleptMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#isSystem = clock === systemClock;
  }

  now(): number {
    // A direct call can be inlined. The two clock readings of a success are a third of its cost.
    const moment = (this.#isSystem ? systemNow() : this.#clock.now()) + this.#lostMs;
    if (moment >= this.#latest) {
      if (moment < LAST_MOMENT) this.#latest = moment;
    } else if (moment < this.#latest) this.#lostMs += this.#latest - moment;
    return this.#latest;
  }

  /** Converts a moment of this timeline to wall time. */
  wallOf(moment: number): number {
    return this.#clock.wall() - (this.now() - moment);
  }

  /**
   * The time that the machine has slept, in all, as far as `now()` doesn't count it. It is noticed at the next look. A
   * wall clock that is set forward looks like sleep. One that is set back changes nothing.
   * @param now what `now()` returns.
   */
  sleptMs(now: number): number {
    if (this.#isSystem && now - this.#lookedAt < LOOK_EVERY_MS) return this.#sleptMs;
    this.#lookedAt = now;
    const before = this.#leadMs;
    this.#leadMs = this.#clock.wall() - now;
    const gainedMs = this.#leadMs - before;
    if (gainedMs > LEAST_SLEEP_MS) this.#sleptMs += gainedMs;
    return this.#sleptMs;
  }

  /** Fake timers fire when a test says so, which is never late. */
  get #isReal(): boolean {
    return this.#isSystem && !isFaked();
  }

  /** Whether a timer that isn't needed must be stopped at once. Real ones are kept, because starting one is slow. */
  get stopsAtOnce(): boolean {
    return this.#isSystem && isFaked();
  }

  /** Starts a timer of whole milliseconds, never early. Returns null if the clock throws. */
  after(ms: number, run: () => void): Timer | null {
    const wholeWait = Math.max(1, wholeMs(ms));
    let onTime = run;
    if (this.stopsAtOnce) {
      const moment = this.now() + wholeWait;
      onTime = () => {
        this.#reach(moment);
        run();
      };
    }
    return tryOrUndefined(() => this.#clock.after(wholeWait, onTime)) ?? null;
  }

  /** The clock that fake timers don't move may not have come this far. */
  #reach(moment: number): void {
    const missingMs = moment - this.now();
    if (missingMs <= 0) return;
    this.#lostMs += missingMs;
    this.#latest = moment;
  }

  /**
   * Starts the timer of a deadline. If the platform fires it late, the process was busy or suspended, and answers may
   * be waiting to be read. Then it calls `onLate`, and fires a moment later.
   */
  until(deadline: number, run: () => void, onLate?: () => void): Timer | null {
    const timer: Timer | null = this.after(deadline - this.now(), () => {
      if (this.#isReal && this.now() - deadline > LATE_MS) {
        (timer as SystemTimer).extend(GRACE_MS, run);
        onLate?.();
      } else run();
    });
    return timer;
  }

  /** Calls `run` when what has arrived by now was read, and at once if the clock isn't the platform's. */
  afterTurn(run: () => void): void {
    const { nextTurn } = loaded;
    if (this.#isReal) nextTurn(run);
    else run();
  }
}

const timelines = /* @__PURE__ */ new WeakMap<Clock, Timeline>();

/** All breakers on one clock share its timeline, and therefore their timer. */
export function timelineOf(clock: Clock): Timeline {
  const found = timelines.get(clock) ?? new Timeline(clock);
  timelines.set(clock, found);
  return found;
}

/** Rounding errors of floating-point clocks are far smaller. */
const ROUNDING_ERROR_MS = 1e-6;

/** Whole milliseconds, rounded up. 0 for negative times. */
export function wholeMs(ms: number): number {
  return Math.max(0, Math.ceil(ms - ROUNDING_ERROR_MS));
}
