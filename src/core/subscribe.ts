import type { Emitter } from './emitter.ts';
import { hasMethods, safeGet, tryOrUndefined } from './untrusted.ts';
import { aBoolean, assertNone, listenerProblems, type Requirement, requireOptions } from './validation.ts';

/** The options of `on()`. */
export interface ListenerOptions {
  /** Unsubscribes before the first event is received. Default false. */
  readonly once?: boolean | undefined;
  /** Unsubscribes when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

export const aSignal: Requirement = {
  rule: 'an AbortSignal',
  fits: (value) =>
    aBoolean.fits(safeGet(value, 'aborted')) && hasMethods(value, 'addEventListener', 'removeEventListener'),
};

const RULES = { once: aBoolean, signal: aSignal };

/**
 * Validates a subscription and subscribes. Returns a function that unsubscribes.
 * @param name the name and the title of what is subscribed to.
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function subscribe<Events extends object, Name extends keyof Events & string>(
  emitter: Emitter<Events>,
  [event, listener, options]: readonly [Name, (event: Events[Name]) => unknown, ListenerOptions | undefined],
  names: readonly string[],
  name: string,
  title?: string,
): () => void {
  assertNone(name, listenerProblems(event, listener, names), title);
  const { once, signal } = options === undefined ? {} : requireOptions(name, options, RULES, title) as ListenerOptions;
  if (safeGet(signal, 'aborted') === true) return () => {};
  const off: () => void = emitter.on(event, once !== true ? listener : (each) => {
    off();
    return listener(each);
  }, () => tryOrUndefined(() => signal?.removeEventListener('abort', off)));
  tryOrUndefined(() => signal?.addEventListener('abort', off));
  return off;
}
