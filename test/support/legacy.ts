import { CircuitBreaker } from '../../src/compat/names/core.ts';
import type { CircuitConfigOptions } from '../../src/compat/names/core.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import type { FakeClock } from '../../src/testing/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { breakerWith } from './breaker.ts';
import type { Options } from './breaker.ts';
import { BOOM } from './outcomes.ts';

/** A breaker with the numbers of the legacy code. `options` win. */
export const canonicalWith = (options: Options = {}): ReturnType<typeof breakerWith> =>
  breakerWith({ ...presets.canonical, ...options });

/** The legacy core breaker `orders`, with its own manager and clock. */
export function legacyWith(options: Omit<CircuitConfigOptions, 'name'> = {}) {
  const runtime = testRuntime();
  return { ...runtime, breaker: new CircuitBreaker({ name: 'orders', ...options }, runtime) };
}

/** Anything that runs operations as legacy names do. */
interface Callable {
  call(operation: () => unknown): Promise<unknown>;
}

/** Runs `count` calls that fail immediately, or are rejected. */
export async function failTimes(breaker: Callable, count: number, error: unknown = BOOM): Promise<void> {
  for (let call = 0; call < count; call += 1) await breaker.call(() => Promise.reject(error)).catch(() => {});
}

/**
 * Plays a word. `S` succeeds, `F` fails, `H` hangs until its timeout of 1 s, `!` opens the circuit, a space is 1 s, and
 * `~` is the rest of the wait. Returns the first letter of the state after each capital and `!`.
 */
export async function play(
  { breaker, clock }: { readonly breaker: UnifiedCircuitBreaker | CircuitBreaker; readonly clock: FakeClock },
  word: string,
): Promise<string> {
  const engine = breaker instanceof UnifiedCircuitBreaker ? breaker : breaker.breaker;
  let states = '';
  for (const letter of word) {
    if (letter === ' ') clock.advance(1_000);
    else if (letter === '~') clock.advance(engine.retryAfterMs ?? 0);
    else {
      await step(letter);
      states += breaker.state.charAt(0);
    }
  }
  return states;

  async function step(letter: string): Promise<void> {
    if (letter === '!') return breaker instanceof UnifiedCircuitBreaker ? breaker.trip() : breaker.forceOpen();
    const operations: Record<string, () => unknown> = {
      S: () => 'fine', F: () => Promise.reject(BOOM), H: () => new Promise(() => {}),
    };
    const call = (breaker as Callable).call(operations[letter] as () => unknown).catch(() => {});
    if (letter === 'H') await clock.advanceAsync(1_000);
    await call;
  }
}
