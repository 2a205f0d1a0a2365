import { tryOrUndefined } from '../../core/untrusted.ts';
import type { CircuitMode } from './options.ts';

interface Process {
  readonly env: Readonly<Record<string, unknown>>;
  readonly emitWarning?: (message: string, type: string, code: string) => void;
}

/** What the environment says. Undefined before it is read. */
let switched: CircuitMode | null | undefined;

/** Returns the mode that applies: the environment is the operator's switch, so it wins over code. */
export function modeInEffect(given: CircuitMode): CircuitMode {
  // Deno throws if the program may not read the environment.
  if (switched === undefined) switched = tryOrUndefined(readEnvironment) ?? null;
  return switched ?? given;
}

function readEnvironment(): CircuitMode | null {
  const { process } = globalThis as unknown as { readonly process: Process };
  const mode = process.env['CIRCUIT_BREAKER_MODE'];
  if (!mode) return null;
  const fits = mode === 'off' || mode === 'observe';
  const effect = fits ? 'applies to all circuit breakers' : 'must be off or observe, and is ignored';
  const message = `CIRCUIT_BREAKER_MODE=${String(mode)} ${effect}.`;
  (process.emitWarning ?? console.warn)(message, 'CircuitBreakerWarning', 'UCB_MODE');
  return fits ? mode : null;
}
