import { tryOrUndefined } from '../core/untrusted.ts';

interface Process {
  emitWarning?(message: string, options: { readonly type: string; readonly code: string }): void;
}

/**
 * Logs a warning with a code. Node emits it as a process warning, so that you can disable it by its code. Other
 * platforms log it to the console.
 */
export function warn(message: string, code: string): void {
  const { process } = globalThis as { readonly process?: Process };
  const type = 'CircuitBreakerWarning';
  tryOrUndefined(() => {
    if (typeof process?.emitWarning === 'function') process.emitWarning(message, { type, code });
    else console.warn(`[${code}] ${message}`);
  });
}
