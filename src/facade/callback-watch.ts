import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { tryOrUndefined } from '../core/untrusted.ts';

/** Reports a function that takes a Node callback, whose errors a breaker can't see. Once, because every call is one. */
export class CallbackWatch {
  readonly #fn: { readonly name: string };
  #reported = false;

  constructor(fn: { readonly name: string }) {
    this.#fn = fn;
  }

  /** Looks at a result and the arguments of its call. Returns the result. */
  seen(result: unknown, args: readonly unknown[], breaker: UnifiedCircuitBreaker): unknown {
    if (result === undefined && typeof args.at(-1) === 'function' && !this.#reported) {
      this.#reported = true;
      const name = this.#fn.name === '' ? 'fn' : this.#fn.name;
      const problem = `\`${name}\` received a callback and returned nothing, so its errors are not seen.`;
      const error = new TypeError(`${problem} Wrap \`promisify(${name})\` instead.`);
      // A breaker of another copy of this package has no such method.
      tryOrUndefined(() => UnifiedCircuitBreaker.circuitOf(breaker).report('operation', error));
    }
    return result;
  }
}
