import { CircuitBreakerFallbackError } from '../../core/errors.ts';
import { disarm, peek } from '../../core/untrusted.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { triggerOf } from '../options/fallback.ts';
import type { FallbackContext, FallbackFunction } from '../options/fallback.ts';
import { withError, withValue } from './settlement.ts';
import type { Settlement } from './settlement.ts';
import { reasonOf, unwatch, watch } from './signal.ts';

/** What a fallback serves: this end of a call, with these fallbacks. Undefined when there is nothing to serve. */
interface Serving {
  readonly list: readonly unknown[];
  readonly error: unknown;
  readonly context: FallbackContext;
}

function serving(circuit: Circuit, settlement: Settlement<unknown>, fallbacks: unknown, signal: AbortSignal | undefined): Serving | undefined {
  const { options, override } = circuit;
  if (fallbacks === undefined) return undefined;
  const trigger = triggerOf(settlement);
  if (trigger === undefined || !options.fallbackOn.includes(trigger)) return undefined;
  if (options.mode === 'observe' && !(trigger === 'rejected' && settlement.by === 'circuit' && override?.state === 'open')) return undefined;
  const error = settlement.threw ? settlement.error : new Error(`Circuit "${options.name}": the value was judged a failure`, { cause: settlement.value });
  return { list: Array.isArray(fallbacks) ? (fallbacks as readonly unknown[]) : [fallbacks], error, context: { name: options.name, trigger, signal } };
}

/** The settlement after the fallbacks have had their turn. A caller who gives up meanwhile does not wait for them. */
export function serve<T>(circuit: Circuit, settlement: Settlement<T>, fallbacks: unknown, signal: AbortSignal | undefined): Promise<Settlement<T>> {
  const ended = serveInTurn(circuit, settlement, fallbacks, signal);
  if (signal === undefined || settlement.by === 'abort') return ended;
  const target = { onAbort: (): void => {} };
  const givenUp = new Promise<Settlement<T>>((resolve) => {
    target.onAbort = () => resolve(withError('ignored', 'abort', reasonOf(signal)));
  });
  watch(signal, target);
  return Promise.race([ended, givenUp]).finally(() => unwatch(signal, target));
}

async function serveInTurn<T>(circuit: Circuit, settlement: Settlement<T>, fallbacks: unknown, signal: AbortSignal | undefined): Promise<Settlement<T>> {
  const found = serving(circuit, settlement, fallbacks, signal);
  if (found === undefined) return settlement;
  const errors: unknown[] = [];
  for (const fallback of found.list) {
    try {
      const value = typeof fallback === 'function' ? await (fallback as FallbackFunction<T>)(found.error, found.context) : fallback;
      return served(circuit, found, value as T);
    } catch (error) {
      errors.push(error);
    }
  }
  return exhausted(circuit, settlement, found, errors);
}

/** The same for `callSync`: a fallback that gives a promise has failed. */
export function serveSync<T>(circuit: Circuit, settlement: Settlement<T>, fallbacks: unknown): Settlement<T> {
  const found = serving(circuit, settlement, fallbacks, undefined);
  if (found === undefined) return settlement;
  const errors: unknown[] = [];
  for (const fallback of found.list) {
    try {
      const value: unknown = typeof fallback === 'function' ? (fallback as FallbackFunction<T>)(found.error, found.context) : fallback;
      if (typeof peek(value, 'then') !== 'function') return served(circuit, found, value as T);
      disarm(value);
      errors.push(new TypeError('Expected a fallback of callSync to give a value, got a promise; use call'));
    } catch (error) {
      errors.push(error);
    }
  }
  return exhausted(circuit, settlement, found, errors);
}

function served<T>(circuit: Circuit, { error }: Serving, value: T): Settlement<T> {
  circuit.emitter?.emit('fallback', { name: circuit.options.name, error, served: true });
  return withValue('success', value);
}

function exhausted<T>(circuit: Circuit, { status, by }: Settlement<T>, { error }: Serving, errors: readonly unknown[]): Settlement<T> {
  const { name } = circuit.options;
  circuit.emitter?.emit('fallback', { name, error, served: false });
  return withError(status, by, new CircuitBreakerFallbackError(name, error, errors));
}
