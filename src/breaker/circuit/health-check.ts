import { outsideRequests } from '../../core/async-context.ts';
import type { Timeline, Timer } from '../../core/clock.ts';
import { LOST_MS } from '../../core/deadlines.ts';
import { CircuitBreakerTimeoutError } from '../../core/errors.ts';
import { type HealthAnswer, healthStatusOf } from '../../core/health.ts';
import type { InternalErrorSource } from '../../core/reporter.ts';
import type { State } from '../../core/state.ts';
import { describe, ignoreRejection, safeCall, tryOrUndefined } from '../../core/untrusted.ts';
import type { ResolvedHealthCheck, ResolvedOptions } from '../options/resolve.ts';

/** A check may ignore its signal. No more are started while so many run. */
const MOST_HANGING = 3;

interface CheckedCircuit {
  readonly name: string;
  readonly key: string | undefined;
  readonly timeline: Timeline;
  readonly options: ResolvedOptions;
  readonly state: State;
  readonly disposed: boolean;
  report(source: InternalErrorSource, error: unknown): void;
  healthAnswered(answer: HealthAnswer, error: unknown): void;
}

/** Asks the dependency for its health while the circuit is open. Its timers never keep the process alive. */
export class HealthCheck {
  readonly #circuit: CheckedCircuit;
  readonly #options: ResolvedHealthCheck;
  #timer: Timer | null = null;
  #firesAt = Infinity;
  /** What the timer calls. A cancelled timer may still fire. */
  #due: (() => void) | null = null;
  /** Checks whose promises have not settled, although they may have timed out. */
  #hanging = 0;
  #running: AbortController | null = null;
  #retired = false;

  constructor(circuit: CheckedCircuit, options: ResolvedHealthCheck) {
    this.#circuit = circuit;
    this.#options = options;
  }

  /** Runs while the circuit is open. Adaptive thresholds need answers while closed, too. */
  stateChanged(): void {
    this.#stop();
    const { state, timeline, disposed, options } = this.#circuit;
    // The aborted check may have changed the state. Then the next wait has started already.
    if (this.#due !== null || disposed || this.#retired) return;
    if (state.name === 'open' || (state.name === 'closed' && options.adaptiveThreshold !== null)) {
      // An opening may be noticed late, so the wait counts from its moment.
      this.#scheduleCheck(Math.max(1, state.since + this.#options.intervalMs - timeline.now()));
    }
  }

  /** Stops for good. */
  retire(): void {
    this.#retired = true;
    this.#stop();
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#due = null;
    this.#firesAt = Infinity;
    const running = this.#running;
    this.#running = null;
    tryOrUndefined(() => running?.abort(new Error('The state of the circuit changed.')));
  }

  #scheduleCheck(ms: number): void {
    this.#arm(ms, () => this.#check());
  }

  #arm(ms: number, run: () => void): void {
    const { timeline } = this.#circuit;
    this.#timer?.cancel();
    const due = (): void => {
      if (this.#due !== due) return;
      this.#due = null;
      run();
    };
    this.#due = due;
    this.#firesAt = timeline.now() + ms;
    this.#timer = outsideRequests(() => timeline.until(this.#firesAt, due));
    this.#timer?.unref();
  }

  /** Platforms may drop timers. Then a call that asks for admission does what the timer should have done. */
  catchUp(now: number): void {
    if (now - this.#firesAt <= LOST_MS) return;
    this.#firesAt = now;
    const due = this.#due;
    // Not in the middle of an admission.
    if (due !== null) void Promise.resolve().then(due);
  }

  #check(): void {
    if (this.#hanging >= MOST_HANGING) {
      this.#scheduleCheck(this.#options.intervalMs);
      return;
    }
    const controller = new AbortController();
    this.#running = controller;
    const { name, key } = this.#circuit;
    const { check, timeoutMs } = this.#options;
    this.#arm(timeoutMs, () => {
      const message = `Circuit breaker "${name}": the health check took longer than ${timeoutMs} ms.`;
      const error = new CircuitBreakerTimeoutError(name, timeoutMs, message);
      this.#answer(controller, 'timed_out', error);
      tryOrUndefined(() => controller.abort(error));
    });
    this.#hanging += 1;
    const ended = (answer: HealthAnswer, error?: unknown): void => {
      this.#hanging -= 1;
      this.#answer(controller, answer, error);
    };
    safeCall(
      () => check(controller.signal, { name, key }),
      (value: unknown) => ended(this.#statusOf(value)),
      (error) => ended('failed', error),
    );
  }

  #statusOf(given: unknown): HealthAnswer {
    const status = healthStatusOf(given);
    if (status !== undefined) return status;
    ignoreRejection(given);
    const message = `\`healthCheck.check()\` must return a boolean or a status. It returned ${describe(given)}.`;
    this.#circuit.report('healthCheck', new TypeError(message));
    return 'unknown';
  }

  /** Drops answers that come after the timeout or after a change of state. */
  #answer(controller: AbortController, answer: HealthAnswer, error: unknown): void {
    if (this.#running !== controller) return;
    this.#running = null;
    this.#scheduleCheck(this.#options.intervalMs);
    this.#circuit.healthAnswered(answer, error);
  }
}
