/** The engine's own `then`: a promise may carry another one, which would be called in its place. */
const then = /* @__PURE__ */ (() => Promise.prototype.then)();

/** Whether a value cannot be, or pretend to be, a promise. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

/** Waits for anything: only the engine tells promises from what pretends to be one, and settles a thenable only once. */
export function follow<T>(result: unknown, onValue: (value: never) => T, onError: (error: unknown) => T): Promise<T> {
  try {
    return then.call(Promise.resolve(result), onValue as (value: unknown) => T, onError) as Promise<T>;
  } catch {
    // A promise whose `constructor` throws: `await` asks less of it, and costs more.
    return followByAwait(result, onValue as (value: unknown) => T, onError);
  }
}

async function followByAwait<T>(result: unknown, onValue: (value: unknown) => T, onError: (error: unknown) => T): Promise<T> {
  let value: unknown;
  // Never at once: whoever waits is not ready before `follow` returns.
  await undefined;
  try {
    value = await result;
  } catch (error) {
    return onError(error);
  }
  return onValue(value);
}

const ignore = (): void => {};

/** Keeps a promise that nobody wanted from becoming an unhandled rejection. */
export function disarm(value: unknown): void {
  if (!isPrimitive(value)) follow(value, ignore, ignore);
}
