import {
  behindFallbacks, CircuitBreakerFallbackError, CircuitBreakerTimeoutError, isDeadlineReason, isRejection,
} from '../../core/errors.ts';
import { hasMethods, ignoreRejection, isPrimitive, safeThen } from '../../core/untrusted.ts';
import type { Circuit } from '../circuit/circuit.ts';
import type { FallbackContext, FallbackFunction, FallbackTrigger } from '../options/fallback.ts';
import { type Settlement, withError, withValue } from './settlement.ts';
import { isAborted, reasonOf, unwatch, watch } from './signal.ts';

/** A fallback that is being called, and the one that started its call. */
interface Serving {
  readonly circuit: Circuit;
  readonly outer: Serving | null;
}

/** The fallback whose synchronous part runs now. Calls that it starts carry it on. */
let serving: Serving | null = null;

/** How often fallbacks of one breaker may start each other. */
const MOST_NESTED = 3;
/** Fallbacks of one breaker that may run at once. More are a loop, or hang. */
const MOST_RUNNING = 10_000;
const REFUSED = `A fallback started itself ${MOST_NESTED} times, or ${MOST_RUNNING} calls waited for fallbacks.`;

/** What is known of a call when its fallbacks run. */
export interface FallbackCall {
  readonly signal: AbortSignal | undefined;
  /** The limit of each fallback, unless the breaker has its own. */
  readonly timeoutMs: number | null;
  readonly within: Serving | null;
}

/** Returns the fallback that starts a call now, if one does. */
export function startedBy(): Serving | null {
  return serving;
}

/** The fallbacks that apply to the end of a call, its error, and the errors of fallbacks. */
interface Applicable {
  readonly list: readonly (() => unknown)[];
  readonly error: unknown;
  readonly errors: unknown[];
}

/** Returns undefined if no fallback applies. Refused ones have failed already. */
function applicable(
  circuit: Circuit, settlement: Settlement<unknown>, fallbacks: unknown, { signal, within }: FallbackCall,
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
  if (mustNotStart(circuit, within)) return { list: [], error, errors: [new Error(REFUSED)] };
  const list = [fallbacks].flat().map((fallback) => () => start({ circuit, outer: within }, () =>
    (typeof fallback === 'function' ? (fallback as FallbackFunction<unknown>)(error, context) : fallback)));
  return { list, error, errors: [] };
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

/** Whether the fallbacks of a breaker lead back to themselves, or hang. None starts then until all have ended. */
function mustNotStart(circuit: Circuit, within: Serving | null): boolean {
  const { recorder } = circuit;
  recorder.fallbacksFull = recorder.fallbacksRunning >= (recorder.fallbacksFull ? 1 : MOST_RUNNING);
  let nested = 0;
  for (let each = within; each !== null; each = each.outer) if (each.circuit === circuit) nested += 1;
  return recorder.fallbacksFull || nested >= MOST_NESTED;
}

/** Calls a fallback so that the calls it starts know of it. */
function start(next: Serving, fallback: () => unknown): unknown {
  const before = serving;
  serving = next;
  try {
    return fallback();
  } finally {
    serving = before;
  }
}

/** Waits for the result of a fallback, until its time limit or an abort ends the wait. */
function inTime({ name, options, timeline }: Circuit, result: unknown, call: FallbackCall): unknown {
  if (isPrimitive(result)) return result;
  const { signal } = call;
  const limitMs = options.fallbackTimeoutMs ?? call.timeoutMs ?? Infinity;
  return new Promise<unknown>((resolve, reject) => {
    const target = { onAbort: (): void => end(() => reject(reasonOf(signal))) };
    const end = (settle: () => void): void => {
      timer?.cancel();
      if (signal !== undefined) unwatch(signal, target);
      settle();
    };
    const timer = timeline.after(limitMs, () => {
      const message = `Circuit breaker "${name}": a fallback took longer than ${limitMs} ms.`;
      end(() => reject(new CircuitBreakerTimeoutError(name, limitMs, message)));
    });
    safeThen(result, (value: unknown) => end(() => resolve(value)), (error) => end(() => reject(error)));
    if (signal !== undefined) watch(signal, target);
  });
}

/** Replaces the end of a call with the first fallback that succeeds. An abort ends the wait for fallbacks. */
export async function applyFallback<T>(
  circuit: Circuit, settlement: Settlement<T>, fallbacks: unknown, call: FallbackCall,
): Promise<Settlement<T>> {
  const found = applicable(circuit, settlement, fallbacks, call);
  if (found === undefined) return settlement;
  const signal = settlement.by === 'abort' ? undefined : call.signal;
  const aborted = (): Settlement<T> => withError('ignored', 'abort', reasonOf(signal));
  if (isAborted(signal)) return aborted();
  const { recorder } = circuit;
  recorder.fallbacksRunning += 1;
  try {
    for (const fallback of found.list) {
      try {
        return succeeded(circuit, found, (await inTime(circuit, fallback(), { ...call, signal })) as T);
      } catch (error) {
        if (isAborted(signal)) return aborted();
        found.errors.push(error);
      }
    }
  } finally {
    recorder.fallbacksRunning -= 1;
  }
  return failed(circuit, settlement, found);
}

/** Like `applyFallback`, for `callSync`. A fallback that returns a promise has failed. */
export function applyFallbackSync<T>(circuit: Circuit, settlement: Settlement<T>, fallbacks: unknown): Settlement<T> {
  const found = applicable(circuit, settlement, fallbacks, { signal: undefined, timeoutMs: null, within: serving });
  if (found === undefined) return settlement;
  for (const fallback of found.list) {
    try {
      const value = fallback();
      if (!hasMethods(value, 'then')) return succeeded(circuit, found, value as T);
      ignoreRejection(value);
      found.errors.push(new TypeError('A fallback of `callSync()` must not return a promise. Use `call()`.'));
    } catch (error) {
      found.errors.push(error);
    }
  }
  return failed(circuit, settlement, found);
}

function succeeded<T>({ emitter, name, recorder }: Circuit, { error }: Applicable, value: T): Settlement<T> {
  recorder.fallbacksServed += 1;
  emitter?.emit('fallback', { name, error, served: true });
  return withValue('success', value);
}

function failed<T>(
  { emitter, name, recorder }: Circuit, { status, by }: Settlement<T>, { error, errors }: Applicable,
): Settlement<T> {
  recorder.fallbacksFailed += 1;
  emitter?.emit('fallback', { name, error, served: false });
  return withError(status, by, new CircuitBreakerFallbackError(name, error, errors));
}
