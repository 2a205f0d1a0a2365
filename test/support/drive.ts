import {
  isBulkheadFullError, isCircuitBreakerDisposedError, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError,
  UnifiedCircuitBreaker,
} from '../../src/index.ts';
import type { CallContext, CircuitPermit, UnifiedCircuitConfig } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { untimedPermit } from './calls.ts';
import type { Command } from './commands.ts';
import { deferred } from './outcomes.ts';
import { BAD, configOf, Thrown } from './setups.ts';
import type { Ending, Setup } from './setups.ts';

/** How a call ended for its caller. `other` is none of what may happen. */
type Answer = 'value' | 'error' | 'timeout' | 'abort' | 'rejected' | 'bulkhead' | 'disposed' | 'other';

/** One call or permit of a schedule. */
export interface Run {
  readonly kind: 'call' | 'permit';
  /** `null` while its caller waits; only a refused permit has an answer. */
  answer: Answer | null;
  /** Whether its operation runs. */
  running: boolean;
  /** How its operation ended; `null` when it runs, or never ran. */
  ended: Ending | null;
  /** Ends the operation, or settles the permit. */
  readonly end: (ending: Ending) => void;
  readonly abort: ((reason: unknown) => void) | null;
}

/** Lets everything happen that no timer has to bring about. */
export async function flush(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await undefined;
}

interface DriveOptions {
  /** Beside those of the setup. */
  readonly config?: Partial<UnifiedCircuitConfig>;
  readonly clock?: FakeClock;
  /** What every operation does first. */
  readonly insideOperations?: () => void;
}

/** A breaker that schedules are played on. */
export class Drive {
  readonly clock: FakeClock;
  readonly breaker: UnifiedCircuitBreaker;
  /** Every run that was admitted or refused, in order. */
  readonly runs: Run[] = [];
  readonly #setup: Setup;
  readonly #insideOperations: () => void;

  constructor(setup: Setup, { config, clock = new FakeClock(), insideOperations = () => {} }: DriveOptions = {}) {
    this.#setup = setup;
    this.#insideOperations = insideOperations;
    this.clock = clock;
    this.breaker = new UnifiedCircuitBreaker({ ...configOf(setup, clock), ...config });
  }

  /** The runs whose operations have not ended, in order. */
  get running(): Run[] {
    return this.runs.filter((run) => run.running);
  }

  /** Plays one step and lets its consequences happen. */
  async apply(command: Command): Promise<void> {
    if (command.do === 'advance') await this.clock.advanceAsync(command.ms);
    else if (command.do === 'wait until ready') await this.clock.advanceAsync(this.waitOf(command.off));
    else this.#start(command);
    await flush();
  }

  /** How long to wait until the circuit says that it is ready, so many milliseconds off. */
  waitOf(off: number): number {
    const wait = this.breaker.retryAfterMs;
    // When a probe will end is an estimate from latencies.
    if (this.breaker.state === 'half_open') return 5;
    return wait === undefined || !Number.isFinite(wait) ? 0 : Math.max(0, wait + off);
  }

  #start(command: Exclude<Command, { do: 'advance' | 'wait until ready' }>): void {
    const { breaker, clock } = this;
    switch (command.do) {
      case 'call':
        return this.#call(command.ending, command.atOnce, (operation) => breaker.call(operation), null);
      case 'call with options':
        return this.#callWithOptions(command.ending, command.timeoutMs);
      case 'call synchronously':
        return this.#callSync(command.ending);
      case 'acquire':
        return this.#acquire();
      case 'settle':
        return this.#pick(command.which)?.end(command.ending);
      case 'abort':
        return this.#pick(command.which)?.abort?.(command.byDeadline
          ? new DOMException('late', 'TimeoutError') : new Error('gone'));
      case 'record':
        return this.#record(command.ending, command.durationMs);
      case 'freeze':
        return clock.freeze(command.ms);
      case 'step back':
        return clock.jump(-command.ms);
      case 'force':
        return this.#force(command.to);
      case 'trip':
        return breaker.trip({ forMs: command.forMs });
      case 'reset':
        return breaker.reset();
      case 'read':
        return void [breaker.explain(), breaker.getStatus(), breaker.snapshot(), breaker.getMetrics()];
    }
  }

  #pick(which: number): Run | undefined {
    const { running } = this;
    return running[which % running.length];
  }

  #callWithOptions(ending: Ending | null, timeoutMs: number | null | undefined): void {
    const controller = new AbortController();
    this.#call(ending, false, (operation) => this.breaker.call(operation, { signal: controller.signal, timeoutMs }),
      (reason) => controller.abort(reason));
  }

  #call(
    ending: Ending | null,
    atOnce: boolean,
    start: (operation: (context: CallContext) => unknown) => Promise<unknown>,
    abort: Run['abort'],
  ): void {
    const { promise, resolve, reject } = deferred<unknown>();
    let given: unknown = { is: 'given' };
    let reason: unknown;
    const run: Run = {
      kind: 'call',
      answer: null,
      running: false,
      ended: null,
      end: (how) => {
        run.running = false;
        run.ended = how;
        given = this.#resultOf(how, given);
        if (given instanceof Thrown) reject(given);
        else resolve(given);
      },
      abort: abort && ((why) => {
        reason = why;
        abort(why);
      }),
    };
    this.runs.push(run);
    const operation = (): unknown => {
      run.running = true;
      this.#insideOperations();
      if (ending === null) return promise;
      run.end(ending);
      if (!atOnce) return promise;
      promise.catch(() => {});
      if (given instanceof Thrown) throw given;
      return given;
    };
    start(operation).then(
      (value) => {
        run.answer = value === given ? 'value' : 'other';
      },
      (error: unknown) => {
        run.answer = error === given ? 'error' : answerOf(error, reason);
      },
    );
  }

  #callSync(ending: Ending): void {
    const run: Run = { kind: 'call', answer: null, running: false, ended: null, end: () => {}, abort: null };
    const given = this.#resultOf(ending, 'given');
    this.runs.push(run);
    try {
      const value = this.breaker.callSync(() => {
        run.ended = ending;
        this.#insideOperations();
        if (given instanceof Thrown) throw given;
        return given;
      });
      run.answer = value === given ? 'value' : 'other';
    } catch (error) {
      run.answer = error === given ? 'error' : answerOf(error, undefined);
    }
  }

  #acquire(): void {
    const permit = untimedPermit(this.breaker);
    const run: Run = {
      kind: 'permit',
      answer: permit === null ? 'rejected' : null,
      running: permit !== null,
      ended: null,
      end: (ending) => {
        run.running = false;
        run.ended = ending;
        if (permit !== null) this.#settlePermit(permit, ending);
      },
      abort: null,
    };
    this.runs.push(run);
  }

  #settlePermit(permit: CircuitPermit, ending: Ending): void {
    if (ending === 'success') permit.success();
    else if (ending === 'ignored') permit.ignore();
    else permit.failure(ending === 'failure' ? undefined : new Thrown(ending, this.#setup));
    // Only the first settlement counts.
    permit.failure();
  }

  #record(ending: Ending, durationMs: number | undefined): void {
    if (ending === 'success') this.breaker.recordSuccess(durationMs);
    else this.breaker.recordFailure(new Thrown(ending, this.#setup), durationMs);
  }

  #force(to: 'open' | 'closed' | null): void {
    if (to === null) this.breaker.release();
    else if (to === 'open') this.breaker.forceOpen();
    else this.breaker.forceClose();
  }

  #resultOf(ending: Ending, given: unknown): unknown {
    if (ending === 'success') return given;
    return ending === 'bad value' ? BAD : new Thrown(ending, this.#setup);
  }
}

function answerOf(error: unknown, abortReason: unknown): Answer {
  if (isCircuitBreakerTimeoutError(error)) return 'timeout';
  if (abortReason !== undefined && error === abortReason) return 'abort';
  if (isCircuitBreakerOpenError(error)) return 'rejected';
  if (isBulkheadFullError(error)) return 'bulkhead';
  return isCircuitBreakerDisposedError(error) ? 'disposed' : 'other';
}
