import { quietly } from '../core/untrusted.ts';

interface Process {
  emitWarning?(message: string, options: { readonly type: string; readonly code: string }): void;
}

/** A warning with a code: of the process on Node, so that it can be silenced there, else of the console. */
export function warn(message: string, code: string): void {
  const { process } = globalThis as { readonly process?: Process };
  quietly(() => {
    if (typeof process?.emitWarning === 'function') process.emitWarning(message, { type: 'CircuitBreakerWarning', code });
    else console.warn(`[${code}] ${message}`);
  });
}
