import { describe, safeGet } from '../core/untrusted.ts';
import { VERSION } from '../core/version.ts';
import { warn } from './warn.ts';
import { MANAGED } from './breaker-factory.ts';
import { UnifiedCircuitBreakerManager } from './unified-circuit-breaker-manager.ts';

/** Where every copy of the package in this process looks. */
const KEY = 'unified-circuit-breaker.manager';

interface Registration {
  readonly version: string;
  readonly manager: UnifiedCircuitBreakerManager;
  /** Every copy of the package calls it for each new breaker. */
  readonly created?: (name: string, config: unknown) => void;
}

/**
 * Returns the process-wide default manager, and creates it on the first call. All copies of the package that are loaded
 * in the process share it. After its `dispose()` there is a new one.
 * @throws Error if a copy with another major version is loaded, or if other code uses its place.
 */
export function getUnifiedCircuitBreakerManager(): UnifiedCircuitBreakerManager {
  const registry = globalThis as unknown as Record<symbol, unknown>;
  const found = registry[Symbol.for(KEY)];
  if (found !== undefined) {
    const { manager } = checked(found);
    if (!manager.disposed) return manager;
  }
  const manager = new UnifiedCircuitBreakerManager();
  const registration: Registration = Object.freeze({ version: VERSION, manager, created: nameWatch(manager) });
  Object.defineProperty(registry, Symbol.for(KEY), { value: registration, configurable: true });
  return manager;
}

/** Warns once of each registered name that gets a second circuit, because a constructor doesn't look names up. */
function nameWatch(manager: UnifiedCircuitBreakerManager): NonNullable<Registration['created']> {
  const warned = new Set<string>();
  return (name, config) => {
    if (manager.getCircuitBreaker(name) === null || warned.has(name) || safeGet(config, MANAGED) === true) return;
    warned.add(name);
    warn(
      `Circuit breaker "${name}": A breaker with this name is registered, and \`new\` made a second circuit. `
        + 'Use `createCircuitBreaker()` of the manager, or choose another name.',
      'UCB_SECOND_CIRCUIT',
    );
  };
}

function checked(found: unknown): Registration {
  const version = safeGet(found, 'version');
  const create = safeGet(safeGet(found, 'manager'), 'createCircuitBreaker');
  if (typeof version !== 'string' || typeof create !== 'function') {
    throw new Error(
      `globalThis[Symbol.for('${KEY}')] must be the process-wide default manager. Received ${describe(found)}.`,
    );
  }
  if (version.split('.')[0] !== VERSION.split('.')[0]) {
    const problem = `can't share breakers with version ${version}, which is loaded in the same process`;
    throw new Error(`unified-circuit-breaker ${VERSION} ${problem}. Install one major version.`);
  }
  return found as Registration;
}
