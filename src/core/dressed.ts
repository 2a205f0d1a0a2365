import { quietly } from './untrusted.ts';

/** What the engine gives every function of its own. */
const OWN_TO_EACH: ReadonlySet<PropertyKey> = /* @__PURE__ */ new Set(['prototype', 'arguments', 'caller']);

/** The wrapper with the name, the length and the other properties of the function that it stands for. */
export function dressed<F extends object>(wrapper: (this: unknown, ...args: unknown[]) => unknown, fn: F): F {
  for (const key of quietly(() => Reflect.ownKeys(fn)) ?? []) {
    if (OWN_TO_EACH.has(key)) continue;
    quietly(() => Object.defineProperty(wrapper, key, { ...Object.getOwnPropertyDescriptor(fn, key), configurable: true }));
  }
  return wrapper as unknown as F;
}
