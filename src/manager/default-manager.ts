import { describe, peek } from '../core/untrusted.ts';
import { VERSION } from '../core/version.ts';
import { UnifiedCircuitBreakerManager } from './unified-circuit-breaker-manager.ts';

/** Where every copy of the package in this process looks. */
const PLACE = 'unified-circuit-breaker.manager';

interface Registration {
  readonly version: string;
  readonly manager: UnifiedCircuitBreakerManager;
}

/**
 * The manager of this process, made when first asked for: one, also when the package is loaded twice. After its `dispose()` there is a new one.
 *
 * @throws Error when the other copy is of another major version, or when something else has taken its place.
 */
export function getUnifiedCircuitBreakerManager(): UnifiedCircuitBreakerManager {
  const registry = globalThis as unknown as Record<symbol, unknown>;
  const found = registry[Symbol.for(PLACE)];
  if (found !== undefined) {
    const { manager } = checked(found);
    if (!manager.disposed) return manager;
  }
  const manager = new UnifiedCircuitBreakerManager();
  const registration: Registration = Object.freeze({ version: VERSION, manager });
  Object.defineProperty(registry, Symbol.for(PLACE), { value: registration, configurable: true, enumerable: false, writable: false });
  return manager;
}

function checked(found: unknown): Registration {
  const version = peek(found, 'version');
  if (typeof version !== 'string' || typeof peek(peek(found, 'manager'), 'createCircuitBreaker') !== 'function') {
    throw new Error(`Expected globalThis[Symbol.for('${PLACE}')] to be the manager of this process, got ${describe(found)}; something else has taken its place`);
  }
  if (majorOf(version) !== majorOf(VERSION)) {
    throw new Error(`unified-circuit-breaker ${VERSION} cannot share breakers with version ${version}, which is loaded in the same process; install one major version of it`);
  }
  return found as Registration;
}

function majorOf(version: string): string {
  return version.split('.')[0] as string;
}
