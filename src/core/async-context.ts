interface Scope {
  runInAsyncScope<T>(run: () => T): T;
}

interface Builtins {
  getBuiltinModule?(id: 'node:async_hooks'): { readonly AsyncResource: new (type: string) => Scope } | undefined;
}

/** The context in which this module was loaded. Undefined on platforms without `node:async_hooks`. */
const atLoad = /* @__PURE__ */ (() => {
  const { process } = globalThis as { readonly process?: Builtins };
  const hooks = process?.getBuiltinModule?.('node:async_hooks');
  return hooks && new hooks.AsyncResource('CircuitBreakerTimers');
})();

/** Starts what outlives a request, so that it doesn't keep the async context of that request. */
export function outsideRequests<T>(start: () => T): T {
  return atLoad === undefined ? start() : atLoad.runInAsyncScope(start);
}
