/** Reads a property of anything, whatever traps it holds. */
export function peek(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** The `code` of anything. A key known to the engine is read several times faster than one that varies. */
export function codeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as { readonly code?: unknown }).code;
  } catch {
    return undefined;
  }
}

/** The `name` of anything. */
export function nameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as { readonly name?: unknown }).name;
  } catch {
    return undefined;
  }
}

/** What user code gives, or undefined when it throws. */
export function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

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

/** What arrived, in a few words, for an error message. Never throws. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (typeof peek(value, 'then') === 'function') return 'a promise';
  return isArray(value) ? 'an array' : 'an object';
}

/** `Array.isArray` throws for a revoked proxy. */
function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
