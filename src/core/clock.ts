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
