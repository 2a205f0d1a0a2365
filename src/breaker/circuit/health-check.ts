import type { Timeline, Timer } from '../../core/clock.ts';
import { CircuitBreakerTimeoutError } from '../../core/errors.ts';
import { type HealthAnswer, healthStatusOf } from '../../core/health.ts';
import type { InternalErrorSource } from '../../core/reporter.ts';
import type { State } from '../../core/state.ts';
import { describe, ignoreRejection, safeThen } from '../../core/untrusted.ts';
import type { ResolvedHealthCheck, ResolvedOptions } from '../options/resolve.ts';

interface CheckedCircuit {
  readonly name: string;
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
  /** The wait in progress. A cancelled timer may still fire. */
  #wait: object | null = null;
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
    if (this.#timer !== null || disposed || this.#retired) return;
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
    this.#timer = null;
    this.#wait = null;
    const running = this.#running;
    this.#running = null;
    running?.abort(new Error('The state of the circuit changed.'));
  }

  #scheduleCheck(ms: number): void {
    const wait = {};
    this.#wait = wait;
    this.#timer = this.#circuit.timeline.after(ms, () => {
      if (this.#wait === wait) this.#check();
    });
    this.#timer.unref();
  }

  #check(): void {
    const controller = new AbortController();
    this.#running = controller;
    const { name, timeline } = this.#circuit;
    const { check, timeoutMs } = this.#options;
    this.#timer = timeline.until(timeline.now() + timeoutMs, () => {
      const message = `Circuit breaker "${name}": the health check took longer than ${timeoutMs} ms.`;
      const error = new CircuitBreakerTimeoutError(name, timeoutMs, message);
      this.#answer(controller, 'timed_out', error);
      controller.abort(error);
    });
    this.#timer.unref();
    const onError = (error: unknown): void => this.#answer(controller, 'failed', error);
    try {
      const given = check(controller.signal);
      safeThen(given, (answer) => this.#answer(controller, this.#statusOf(answer), undefined), onError);
    } catch (error) {
      onError(error);
    }
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
    this.#timer?.cancel();
    this.#scheduleCheck(this.#options.intervalMs);
    this.#circuit.healthAnswered(answer, error);
  }
}
