import { tryOrUndefined } from './untrusted.ts';

/** Properties that belong to a function itself. */
const NOT_COPIED: ReadonlySet<PropertyKey> = /* @__PURE__ */ new Set(['prototype', 'arguments', 'caller']);

/** What `reflect-metadata` adds to `Reflect`. It keeps metadata by function, so they are no properties. */
interface Metadata {
  getMetadataKeys?(fn: object): unknown[];
  getMetadata(key: unknown, fn: object): unknown;
  defineMetadata(key: unknown, value: unknown, fn: object): void;
}

type Wrapper = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Copies name, length, other properties and metadata of `fn` to its wrapper. Returns the wrapper. Decorators that ran
 * before have written to `fn`, later ones write to the wrapper.
 */
export function copyFunctionProperties<F extends object>(wrapper: Wrapper, fn: F): F {
  for (const key of tryOrUndefined(() => Reflect.ownKeys(fn)) ?? []) {
    if (NOT_COPIED.has(key)) continue;
    tryOrUndefined(() => {
      Object.defineProperty(wrapper, key, { ...Object.getOwnPropertyDescriptor(fn, key), configurable: true });
    });
  }
  const metadata = Reflect as unknown as Metadata;
  for (const key of tryOrUndefined(() => metadata.getMetadataKeys?.(fn)) ?? []) {
    tryOrUndefined(() => metadata.defineMetadata(key, metadata.getMetadata(key, fn), wrapper));
  }
  return wrapper as unknown as F;
}
