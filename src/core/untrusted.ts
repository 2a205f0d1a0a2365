/** Values that user code passes at run time: errors, results, listeners' return values. Nothing here throws. */

/** Reads a property, even if its getter throws. */
export function safeGet(value: unknown, key: PropertyKey): unknown {
  return isPrimitive(value) ? undefined : tryOrUndefined(() => (value as Record<PropertyKey, unknown>)[key]);
}

/** Reads a property that isn't inherited, so that a polluted prototype adds none. */
export function ownValue(value: unknown, key: string): unknown {
  return tryOrUndefined(() => Object.hasOwn(value as object, key)) === true ? safeGet(value, key) : undefined;
}

/** Whether a value has these methods. */
export function hasMethods(value: unknown, ...methods: readonly string[]): boolean {
  return methods.every((method) => typeof safeGet(value, method) === 'function');
}

/** Reads `code`. A constant key is several times faster than a variable one. */
export function codeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as { readonly code?: unknown }).code;
  } catch {
    return undefined;
  }
}

/** Reads `name`, as `codeOf` reads `code`. */
export function nameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as { readonly name?: unknown }).name;
  } catch {
    return undefined;
  }
}

/** Returns what `run` returns, or undefined if it throws. */
export function tryOrUndefined<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** The platform's own `then`, because promises may override it. */
const then = /* @__PURE__ */ (() => Promise.prototype.then)();

/** True if the value can't be a promise or a thenable. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

/** Waits for a value, a promise or a thenable. `Promise.resolve` makes sure that a thenable settles only once. */
export function safeThen<T>(result: unknown, onValue: (value: never) => T, onError: (error: unknown) => T): Promise<T> {
  let settled: Promise<unknown>;
  try {
    settled = Promise.resolve(result);
  } catch (error) {
    settled = Promise.reject(error);
  }
  return then.call(settled, onValue as (value: unknown) => T, onError) as Promise<T>;
}

/** Like `safeThen`, for what `run` returns. If it throws, `onError` is called at once. */
export function safeCall<T>(
  run: () => unknown, onValue: (value: never) => T, onError: (error: unknown) => T,
): T | Promise<T> {
  try {
    return safeThen(run(), onValue, onError);
  } catch (error) {
    return onError(error);
  }
}

const ignore = (): void => {};

/** Prevents an unhandled rejection of a promise that isn't used. */
export function ignoreRejection(value: unknown): void {
  if (!isPrimitive(value)) safeThen(value, ignore, ignore);
}

/** Describes a received value in a few words, for an error message. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (hasMethods(value, 'then')) return 'a promise';
  // A revoked proxy throws.
  return tryOrUndefined(() => Array.isArray(value)) === true ? 'an array' : 'an object';
}
