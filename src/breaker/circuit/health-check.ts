import type { Timer } from '../../core/clock.ts';
import { CircuitBreakerTimeoutError } from '../../core/errors.ts';
import { blocks, healthStatusOf } from '../../core/health.ts';
import type { HealthAnswer } from '../../core/health.ts';
import { held, shortened } from '../../core/state.ts';
import { describe, disarm, follow } from '../../core/untrusted.ts';
import type { ResolvedHealthCheck } from '../options/resolve.ts';
import type { Circuit } from './circuit.ts';

/** The longest time that an unhealthy answer adds to a wait. */
const LONGEST_HOLD_MS = 300_000;

/** Asks the dependency how it is while the circuit is open. Its timers never hold the process. */
export class HealthProbe {
  readonly #circuit: Circuit;
  readonly #options: ResolvedHealthCheck;
  #timer: Timer | null = null;
  #round: object | null = null;
  #running: AbortController | null = null;
  #retired = false;

  constructor(circuit: Circuit, options: ResolvedHealthCheck) {
    this.#circuit = circuit;
    this.#options = options;
  }

  /** Starts with an open state and stops with any other. */
  follow(): void {
    this.stop();
    const { state, timeline, disposed, options } = this.#circuit;
    // The check that was stopped may have moved the circuit on, which has been followed by then.
    if (this.#timer !== null || disposed || this.#retired) return;
    // An opening may be noticed late: a lease ends when it ends.
    if (state.name === 'open' || (state.name === 'closed' && options.adaptiveThreshold !== null)) this.#wait(Math.max(1, state.since + this.#options.intervalMs - timeline.now()));
  }

  /** Stops for good. */
  retire(): void {
    this.#retired = true;
    this.stop();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#round = null;
    const running = this.#running;
    this.#running = null;
    running?.abort(new Error('The circuit has moved on'));
  }

  #wait(ms: number): void {
    const round = {};
    this.#round = round;
    // A timer may fire although it was cancelled.
    this.#timer = this.#circuit.timeline.after(ms, () => {
      if (this.#round === round) this.#check();
    });
    this.#timer.unref();
  }

  #check(): void {
    const controller = new AbortController();
    this.#running = controller;
    const { name } = this.#circuit.options;
    const { check, timeoutMs } = this.#options;
    this.#timer = this.#circuit.timeline.after(timeoutMs, () => {
      const error = new CircuitBreakerTimeoutError(name, timeoutMs, `Health check of circuit "${name}" took longer than ${timeoutMs} ms`);
      this.#answer(controller, 'timed_out', error);
      controller.abort(error);
    });
    this.#timer.unref();
    try {
      const answer = check(controller.signal);
      follow(
        answer,
        (given) => this.#answer(controller, this.#statusOf(given), undefined),
        (error) => this.#answer(controller, 'failed', error),
      );
    } catch (error) {
      this.#answer(controller, 'failed', error);
    }
  }

  #statusOf(given: unknown): HealthAnswer {
    const status = healthStatusOf(given);
    if (status !== undefined) return status;
    disarm(given);
    this.#circuit.report('healthCheck', new TypeError(`Expected the health check to give a boolean or a status, got ${describe(given)}`));
    return 'unknown';
  }

  /** An answer that comes after its time, or to an older state, is dropped. */
  #answer(controller: AbortController, answer: HealthAnswer, error: unknown): void {
    if (this.#running !== controller) return;
    this.#running = null;
    this.#timer?.cancel();
    this.#circuit.health = answer;
    this.#wait(this.#options.intervalMs);
    this.#apply(answer);
    const { emitter, options } = this.#circuit;
    emitter?.emit('healthCheck', { name: options.name, status: answer, error });
  }

  #apply(answer: HealthAnswer): void {
    const circuit = this.#circuit;
    if (circuit.state.name !== 'open') return;
    const next = held(circuit.state, blocks(answer) ? Math.min(circuit.options.maxBackoffMs, LONGEST_HOLD_MS) : 0);
    circuit.progress(answer === 'healthy' ? shortened(next, circuit.timeline.now()) : next);
  }
}
