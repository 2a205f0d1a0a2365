import type { Emitter } from '../core/emitter.ts';
import { CircuitBreakerConfigError } from '../core/errors.ts';
import { conflictMessage, differences } from './config-conflict.ts';
import type { ManagerEvents } from './manager-events.ts';
import type { GivenOptions } from './options.ts';
import { warn } from './warn.ts';

/** So many different warnings about one breaker, at most. */
const MOST_WARNINGS = 10;

/** Tells of configurations that contradict an earlier one. */
export class Conflicts {
  readonly #emitter: Emitter<ManagerEvents>;
  readonly #strict: boolean;
  readonly #warned = new WeakMap<object, Set<string>>();

  constructor(emitter: Emitter<ManagerEvents>, strict: boolean) {
    this.#emitter = emitter;
    this.#strict = strict;
  }

  /**
   * @param owner what the first configuration belongs to: it is warned of once for each contradiction.
   * @throws CircuitBreakerConfigError when the manager is strict and the configurations differ.
   */
  check(owner: object, what: { readonly name: string; readonly title: string }, first: object, second: GivenOptions): void {
    const found = differences(first as Readonly<Record<string, unknown>>, second);
    if (found.length === 0) return;
    const message = conflictMessage(what.title, found);
    if (this.#strict) throw new CircuitBreakerConfigError(what.name, [message]);
    this.#warnOnce(owner, message);
    this.#emitter.emit('configConflict', { name: what.name, differences: found });
  }

  #warnOnce(owner: object, message: string): void {
    const warned = this.#warned.get(owner) ?? new Set<string>();
    this.#warned.set(owner, warned);
    if (warned.has(message) || warned.size === MOST_WARNINGS) return;
    warned.add(message);
    warn(message, 'UCB_CONFIG_CONFLICT');
  }
}
