import { CircuitBreaker } from '../../src/compat/core/index.ts';
import type { CircuitConfigOptions } from '../../src/compat/core/index.ts';
import type { BreakerExtras } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { breakerWith } from './breaker.ts';
import type { Options } from './breaker.ts';
import { BOOM } from './outcomes.ts';

/** A breaker of this library with the numbers of the canonical class; what is given wins. */
export const canonicalWith = (options: Options = {}, extras?: BreakerExtras): ReturnType<typeof breakerWith> => breakerWith({ ...presets.canonical, ...options }, extras);

/** The legacy core breaker `orders`, with a manager and a clock of its own. */
export function legacyWith(options: Omit<CircuitConfigOptions, 'name'> = {}) {
  const runtime = testRuntime();
  return { ...runtime, breaker: new CircuitBreaker({ name: 'orders', ...options }, runtime) };
}

/** Whatever takes operations as legacy names do. */
interface Callable {
  call(operation: () => unknown): Promise<unknown>;
}

/** `count` calls that fail at once, or are rejected. */
export async function failTimes(breaker: Callable, count: number, error: unknown = BOOM): Promise<void> {
  for (let call = 0; call < count; call += 1) await breaker.call(() => Promise.reject(error)).catch(() => {});
}

/** Calls by a word such as `SSF`: successes and failures, one after the other. Gives the state after each. */
export async function play(breaker: Callable & { readonly state: string }, word: string): Promise<string[]> {
  const states: string[] = [];
  for (const letter of word) {
    await breaker.call(() => (letter === 'F' ? Promise.reject(BOOM) : Promise.resolve('fine'))).catch(() => {});
    states.push(breaker.state);
  }
  return states;
}
