import { behindFallbacks, CircuitBreakerFallbackError, isDeadlineReason, isRejection } from '../../core/errors.ts';
import { hasMethods, ignoreRejection } from '../../core/untrusted.ts';
import type { Circuit } from '../circuit/circuit.ts';
import type { FallbackContext, FallbackFunction, FallbackTrigger } from '../options/fallback.ts';
import { type Settlement, withError, withValue } from './settlement.ts';
import { reasonOf, unwatch, watch } from './signal.ts';

/** The fallbacks that apply to the end of a call, and its error. */
interface Applicable {
  readonly list: readonly (() => unknown)[];
  readonly error: unknown;
}

/** Returns undefined if no fallback applies. */
function applicable(
  circuit: Circuit, settlement: Settlement<unknown>, fallbacks: unknown, signal: AbortSignal | undefined,
): Applicable | undefined {
  const { name, options, override, recorder, timeline } = circuit;
  const trigger = triggerOf(settlement);
  if (trigger === undefined || !options.fallbackOn.includes(trigger)) return undefined;
  // Mode `observe` only rejects calls while forced open.
  const isForced = settlement.by === 'circuit' && override?.state === 'open';
  if (options.mode === 'observe' && !isForced) return undefined;
  const message = `Circuit breaker "${name}": the returned value counts as a failure.`;
  const error = settlement.threw ? settlement.error : new Error(message, { cause: settlement.value });
  const context: FallbackContext = { name, trigger, signal, lastFailure: recorder.lastFailureFor(timeline) };
  const list = [fallbacks].flat().map((fallback) => () =>
    (typeof fallback === 'function' ? (fallback as FallbackFunction<unknown>)(error, context) : fallback));
  return { list, error };
}

/** The trigger of the end of a call. Undefined if no fallback may apply. */
function triggerOf({ status, by, threw, error }: Settlement<unknown>): FallbackTrigger | undefined {
  if (by === 'circuit') return 'rejected';
  if (by === 'bulkhead') return 'bulkhead';
  // Also if a filter ignores the timeout: the caller still needs a result.
  if (by === 'timeout' || (by === 'abort' && isDeadlineReason(error))) return 'timeout';
  if (by !== 'operation') return undefined;
  const inner = threw ? behindFallbacks(error) : undefined;
  if (isRejection(inner)) return inner.code === 'ERR_BULKHEAD_FULL' ? 'bulkhead' : 'rejected';
  if (status !== 'failure') return undefined;
  return threw ? 'failure' : 'result';
}

/** Replaces the end of a call with the first fallback that succeeds. An abort ends the wait for fallbacks. */
export function applyFallback<T>(
  circuit: Circuit, settlement: Settlement<T>, fallbacks: unknown, signal: AbortSignal | undefined,
): Promise<Settlement<T>> {
  const ended = tryInTurn(circuit, settlement, fallbacks, signal);
  if (signal === undefined || settlement.by === 'abort') return ended;
  const target = { onAbort: (): void => {} };
  const aborted = new Promise<Settlement<T>>((resolve) => {
    target.onAbort = () => resolve(withError('ignored', 'abort', reasonOf(signal)));
  });
  watch(signal, target);
  return Promise.race([ended, aborted]).finally(() => unwatch(signal, target));
}

async function tryInTurn<T>(
  circuit: Circuit, settlement: Settlement<T>, fallbacks: unknown, signal: AbortSignal | undefined,
): Promise<Settlement<T>> {
  const found = applicable(circuit, settlement, fallbacks, signal);
  if (found === undefined) return settlement;
  const errors: unknown[] = [];
  for (const fallback of found.list) {
    try {
      return succeeded(circuit, found, (await fallback()) as T);
    } catch (error) {
      errors.push(error);
    }
  }
  return failed(circuit, settlement, found, errors);
}

/** Like `applyFallback`, for `callSync`. A fallback that returns a promise has failed. */
export function applyFallbackSync<T>(circuit: Circuit, settlement: Settlement<T>, fallbacks: unknown): Settlement<T> {
  const found = applicable(circuit, settlement, fallbacks, undefined);
  if (found === undefined) return settlement;
  const errors: unknown[] = [];
  for (const fallback of found.list) {
    try {
      const value = fallback();
      if (!hasMethods(value, 'then')) return succeeded(circuit, found, value as T);
      ignoreRejection(value);
      errors.push(new TypeError('A fallback of `callSync()` must not return a promise. Use `call()`.'));
    } catch (error) {
      errors.push(error);
    }
  }
  return failed(circuit, settlement, found, errors);
}

function succeeded<T>({ emitter, name }: Circuit, { error }: Applicable, value: T): Settlement<T> {
  emitter?.emit('fallback', { name, error, served: true });
  return withValue('success', value);
}

function failed<T>(
  { emitter, name }: Circuit, { status, by }: Settlement<T>, { error }: Applicable, errors: readonly unknown[],
): Settlement<T> {
  emitter?.emit('fallback', { name, error, served: false });
  return withError(status, by, new CircuitBreakerFallbackError(name, error, errors));
}
