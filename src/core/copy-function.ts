import { tryOrUndefined } from './untrusted.ts';

/** Properties that belong to a function itself. */
const NOT_COPIED: ReadonlySet<PropertyKey> = /* @__PURE__ */ new Set(['prototype', 'arguments', 'caller']);

type Wrapper = (this: unknown, ...args: unknown[]) => unknown;

/** Copies name, length and other properties of `fn` to its wrapper. Returns the wrapper. */
export function copyFunctionProperties<F extends object>(wrapper: Wrapper, fn: F): F {
  for (const key of tryOrUndefined(() => Reflect.ownKeys(fn)) ?? []) {
    if (NOT_COPIED.has(key)) continue;
    tryOrUndefined(() => {
      Object.defineProperty(wrapper, key, { ...Object.getOwnPropertyDescriptor(fn, key), configurable: true });
    });
  }
  return wrapper as unknown as F;
}
