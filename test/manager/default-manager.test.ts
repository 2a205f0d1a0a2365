import { afterEach, expect, it } from 'vitest';
import { VERSION } from '../../src/core/version.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';

const PLACE = Symbol.for('unified-circuit-breaker.manager');
const registry = globalThis as unknown as Record<symbol, unknown>;

afterEach(() => delete registry[PLACE]);

it('is one for the process, made when first asked for', () => {
  expect(registry[PLACE]).toBe(undefined);

  const manager = getUnifiedCircuitBreakerManager();

  expect(getUnifiedCircuitBreakerManager()).toBe(manager);
  expect(registry[PLACE]).toEqual({ version: VERSION, manager });
  expect(Object.keys(globalThis)).not.toContain(PLACE);
});

it('is another one after it was disposed', () => {
  const manager = getUnifiedCircuitBreakerManager();
  manager.dispose();

  expect(getUnifiedCircuitBreakerManager()).not.toBe(manager);
  expect(getUnifiedCircuitBreakerManager().createCircuitBreaker('orders').canExecute()).toBe(true);
});

it('is that of another copy of the same major version', () => {
  const manager = new UnifiedCircuitBreakerManager();
  registry[PLACE] = { version: `${VERSION.split('.')[0] ?? ''}.99.7`, manager };

  expect(getUnifiedCircuitBreakerManager()).toBe(manager);
});

it('is not shared with another major version, and says so', () => {
  registry[PLACE] = { version: '77.1.0', manager: new UnifiedCircuitBreakerManager() };

  expect(() => getUnifiedCircuitBreakerManager()).toThrow(
    `unified-circuit-breaker ${VERSION} cannot share breakers with version 77.1.0, which is loaded in the same process; install one major version of it`,
  );
});

it.each([null, 5, 'manager', {}, { version: VERSION }, { version: VERSION, manager: {} }])('does not take %o for a manager', (found) => {
  registry[PLACE] = found;

  expect(() => getUnifiedCircuitBreakerManager()).toThrow("Expected globalThis[Symbol.for('unified-circuit-breaker.manager')] to be the manager of this process");
});
