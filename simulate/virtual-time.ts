import TinyQueue from 'tinyqueue';
import type { Clock, Timer } from 'unified-circuit-breaker';

interface Due {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

const systemImmediate = setImmediate;

/** Time that jumps from event to event. Between two events every promise settles. */
export class VirtualTime implements Clock {
  #now = 0;
  #order = 0;
  readonly #queue = new TinyQueue<Due>([], (a, b) => a.at - b.at || a.order - b.order);

  now(): number {
    return this.#now;
  }

  wall(): number {
    return 1_700_000_000_000 + this.#now;
  }

  after(ms: number, run: () => void): Timer {
    const due: Due = { at: this.#now + Math.max(0, ms), order: (this.#order += 1), run };
    if (ms !== Number.POSITIVE_INFINITY) this.#queue.push(due);
    return {
      cancel() {
        due.run = null;
      },
      ref() {},
      unref() {},
    };
  }

  /** Lets time pass until `end`. */
  async runUntil(end: number): Promise<void> {
    for (let next = this.#queue.peek(); next !== undefined && next.at <= end; next = this.#queue.peek()) {
      this.#queue.pop();
      if (next.run === null) continue;
      this.#now = next.at;
      next.run();
      await new Promise<void>((resolve) => void systemImmediate(resolve));
    }
    this.#now = end;
  }
}

function cancel(given: unknown): void {
  (given as Timer | undefined)?.cancel();
}

/** Puts `time` in the place of the global timers and clocks, for libraries that take no clock. Gives what undoes it. */
export function installGlobally(time: VirtualTime): () => void {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const { now } = Date;
  const repeat = (run: () => void, ms: number): object => {
    let timer: Timer;
    const again = (): void => {
      timer = time.after(ms, again);
      run();
    };
    timer = time.after(ms, again);
    return { cancel: () => timer.cancel(), ref() {}, unref() {} };
  };
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms = 0) => time.after(ms, run),
    setInterval: repeat,
    clearTimeout: cancel,
    clearInterval: cancel,
  });
  Date.now = () => time.wall();
  return () => {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
    Date.now = now;
  };
}
