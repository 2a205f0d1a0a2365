import type { Command } from './commands.ts';
import { Drive } from './drive.ts';
import { Model } from './model.ts';
import type { ModelAnswer, ModelCall } from './model.ts';
import { verdictOf } from './setups.ts';
import type { Ending, Setup } from './setups.ts';

/** Plays a schedule on a breaker and on the model at once. */
export class Lockstep {
  readonly drive: Drive;
  readonly model: Model;
  /** The model's calls beside the drive's runs. */
  readonly calls: ModelCall[] = [];
  readonly #setup: Setup;
  readonly #abortable = new Set<ModelCall>();
  readonly #permits = new Set<ModelCall>();

  constructor(setup: Setup) {
    this.#setup = setup;
    this.drive = new Drive(setup);
    this.model = new Model(setup);
  }

  readonly apply = async (command: Command): Promise<void> => {
    const waitMs = command.do === 'wait until ready' ? this.drive.waitOf(command.off) : 0;
    await this.drive.apply(command);
    this.#follow(command, waitMs);
  };

  #follow(command: Command, waitMs: number): void {
    const { model } = this;
    switch (command.do) {
      case 'call':
        return void this.#call(command.ending, this.#setup.timeoutMs);
      case 'call with options':
        this.#abortable.add(this.#call(command.ending,
          command.timeoutMs === undefined ? this.#setup.timeoutMs : command.timeoutMs));
        return;
      case 'call synchronously':
        return void this.#call(command.ending, null);
      case 'acquire':
        return void this.#acquire();
      case 'settle':
        return this.#settle(this.#pick(command.which), command.ending);
      case 'abort':
        return this.#abort(this.#pick(command.which), command.byDeadline);
      case 'record':
        return model.record(verdictOf(command.ending === 'bad value' ? 'failure' : command.ending, this.#setup),
          command.durationMs);
      case 'advance':
        return model.advance(command.ms);
      case 'wait until ready':
        return model.advance(waitMs);
      case 'freeze':
        model.now += command.ms;
        return;
      case 'force':
        return model.cover(command.to);
      case 'trip':
        return model.trip(command.forMs);
      case 'reset':
        return model.reset();
      case 'step back':
      case 'read':
    }
  }

  #pick(which: number): ModelCall | undefined {
    const running = this.model.running();
    return running[which % running.length];
  }

  #call(ending: Ending | null, timeoutMs: number | null): ModelCall {
    const call = this.model.offer(timeoutMs ?? Number.POSITIVE_INFINITY);
    this.calls.push(call);
    if (ending !== null && call.phase !== 'over') this.model.end(call, verdictOf(ending, this.#setup),
      answerTo(ending));
    return call;
  }

  #acquire(): void {
    const call = this.model.offer(Number.POSITIVE_INFINITY);
    this.calls.push(call);
    if (call.answer === null) this.#permits.add(call);
    else call.answer = 'rejected';
  }

  #settle(call: ModelCall | undefined, ending: Ending): void {
    if (call === undefined) return;
    const isPermit = this.#permits.has(call);
    this.model.end(call, verdictOf(isPermit && ending === 'bad value' ? 'failure' : ending, this.#setup),
      answerTo(ending));
    // A permit has no caller.
    if (isPermit) call.answer = null;
  }

  #abort(call: ModelCall | undefined, byDeadline: boolean): void {
    if (call === undefined || !this.#abortable.has(call)) return;
    this.model.cut(call, byDeadline ? this.model.verdictOnDeadline(call) : 'ignored', 'abort');
  }
}

function answerTo(ending: Ending): ModelAnswer {
  return ending === 'success' || ending === 'bad value' ? 'value' : 'error';
}
