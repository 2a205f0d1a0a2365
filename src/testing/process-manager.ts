/**
 * Disposes the process-wide default manager, so that each test starts with an empty one. Call it in `beforeEach`.
 * Works for every copy of the package, also after `jest.resetModules()`.
 */
export function resetProcessManager(): void {
  const registry = globalThis as unknown as Record<symbol, { readonly manager: Disposable } | undefined>;
  registry[Symbol.for('unified-circuit-breaker.manager')]?.manager.dispose();
}

interface Disposable {
  dispose(): void;
}
