import { afterEach, beforeEach, expect, it } from 'vitest';
import { VERSION } from '../../src/core/version.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';

const PLACE = Symbol.for('unified-circuit-breaker.manager');
const registry = globalThis as unknown as Record<symbol, unknown>;

beforeEach(() => delete registry[PLACE]);
afterEach(() => delete registry[PLACE]);

it('returns one manager per process, and a new one after its disposal', () => {
  expect(registry[PLACE]).toBe(undefined);

  const manager = getUnifiedCircuitBreakerManager();

  expect(getUnifiedCircuitBreakerManager()).toBe(manager);
  expect(registry[PLACE]).toMatchObject({ version: VERSION, manager });
  manager.dispose();
  expect(getUnifiedCircuitBreakerManager()).not.toBe(manager);
  expect(getUnifiedCircuitBreakerManager().createCircuitBreaker('orders').canExecute()).toBe(true);
});

it('returns the manager of another copy with an equal major version', () => {
  const manager = new UnifiedCircuitBreakerManager();
  registry[PLACE] = { version: `${VERSION.split('.')[0] ?? ''}.99.7`, manager };

  expect(getUnifiedCircuitBreakerManager()).toBe(manager);
});

it('throws when a copy with another major version is loaded', () => {
  registry[PLACE] = { version: '77.1.0', manager: new UnifiedCircuitBreakerManager() };

  expect(() => getUnifiedCircuitBreakerManager()).toThrow(
    `unified-circuit-breaker ${VERSION} can't share breakers with version 77.1.0, which is loaded in the same ` +
      'process. Install one major version.',
  );
});

it.each([null, 5, 'manager', {}, { version: VERSION }, { version: VERSION, manager: {} }])(
  'throws when %o is in its place',
  (found) => {
    registry[PLACE] = found;

    expect(() => getUnifiedCircuitBreakerManager()).toThrow(
      "globalThis[Symbol.for('unified-circuit-breaker.manager')] must be the process-wide default manager. Received ",
    );
  },
);
