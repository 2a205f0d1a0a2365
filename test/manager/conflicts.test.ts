import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { managerWith } from '../support/manager.ts';

const warnings: { message: string; code: string; type: string }[] = [];

beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    warnings.push({ message: String(message), ...(options as { code: string; type: string }) });
  });
});

afterEach(() => {
  warnings.length = 0;
  vi.restoreAllMocks();
});

/** What a second configuration leads to. */
function conflictOf(first: object, second: object, options: object = {}) {
  const { manager, events } = managerWith(options);
  const breaker = manager.createCircuitBreaker('orders', first);
  const before = breaker.getStatus().config;
  expect(manager.createCircuitBreaker('orders', second)).toBe(breaker);
  expect(breaker.getStatus().config).toEqual(before);
  return events.flatMap((event) => (event.type === 'configConflict' ? event.differences : []));
}

describe('a second configuration for a name', () => {
  it('leaves the first in force, and says so once, with both values of each option', () => {
    expect(conflictOf({ timeoutMs: 2_000, failureThreshold: 3 }, { timeoutMs: 3_000, failureThreshold: 3, jitter: false })).toEqual([
      { option: 'jitter', first: 'equal', second: 'none' },
      { option: 'timeoutMs', first: 2_000, second: 3_000 },
    ]);
    expect(warnings).toEqual([
      {
        message:
          'A second configuration of circuit "orders" differs, and the first stands: jitter is "equal", not "none"; timeoutMs is 2000, not 3000. Leave the options out, use reconfigure(), or take another name',
        code: 'UCB_CONFIG_CONFLICT',
        type: 'CircuitBreakerWarning',
      },
    ]);
  });

  it('is warned of once, told each time, and another one is warned of too', () => {
    const { manager, events } = managerWith();
    manager.createCircuitBreaker('orders', { timeoutMs: 1 });

    for (const timeoutMs of [2, 2, 3, 2]) manager.createCircuitBreaker('orders', { timeoutMs });

    expect(warnings).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'configConflict')).toHaveLength(4);
  });

  it('is warned of ten times at most', () => {
    const { manager } = managerWith();
    manager.createCircuitBreaker('orders', { timeoutMs: 1 });

    for (let timeoutMs = 2; timeoutMs < 20; timeoutMs += 1) manager.createCircuitBreaker('orders', { timeoutMs });

    expect(warnings).toHaveLength(10);
  });

  it.each([
    ['names nothing', { timeoutMs: 2_000 }, {}],
    ['says the same', { timeoutMs: 2_000, tags: { team: 'a' } }, { tags: { team: 'a' }, timeoutMs: 2_000 }],
    ['names a default', {}, { failureThreshold: 10, timeoutMs: 30_000, mode: 'enforce' }],
    ['names what a default has adapted to', { minRequestsThreshold: 300 }, { slidingWindowSize: 300 }],
    ['says the same in another way', { jitter: true, timeoutMs: null }, { jitter: 'equal', timeoutMs: Number.POSITIVE_INFINITY }],
    ['leaves out what the first names', { timeoutMs: 2_000, failureThreshold: 3 }, { timeoutMs: 2_000 }],
    ['has other functions', { classify: () => 'success', backoff: () => 5 }, { classify: () => 'failure', backoff: () => 6 }],
    ['has another function in a list', { ignoreErrors: [404, () => true] }, { ignoreErrors: [404, () => false] }],
    ['has another health check at the same interval', { healthCheck: { check: () => true } }, { healthCheck: { check: () => false, intervalMs: 30_000, timeoutMs: 5_000 } }],
    ['has another clock, randomness and handler', {}, { clock: { now: () => 0, wall: () => 0, after: () => ({}) }, random: () => 0, onInternalError: () => {} }],
  ])('is no contradiction when it %s', (_title, first, second) => {
    expect(conflictOf(first, second)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['a status in a list', { ignoreErrors: [404] }, { ignoreErrors: [404, 410] }, ['ignoreErrors']],
    ['the order of a list', { fallbackOn: ['rejected', 'failure'] }, { fallbackOn: ['failure', 'rejected'] }, ['fallbackOn']],
    ['a tag', { tags: { team: 'a' } }, { tags: { team: 'b' } }, ['tags']],
    ['the interval of a health check', { healthCheck: { check: () => true } }, { healthCheck: { check: () => true, intervalMs: 5 } }, ['healthCheck']],
    ['a function where there was none', {}, { classify: () => 'success' }, ['classify']],
    ['a fallback', { fallback: { id: 1, of: [1, 2] } }, { fallback: { id: 1, of: [1, 3] } }, ['fallback']],
    ['null for a number', { failureThreshold: 3 }, { failureThreshold: null }, ['failureThreshold']],
  ])('is a contradiction when it changes %s', (_title, first, second, options) => {
    expect(conflictOf(first, second).map(({ option }) => option)).toEqual(options);
    expect(warnings).toHaveLength(1);
  });

  it('names the options of its base', () => {
    expect(conflictOf({}, { base: 'http' }, { baseConfigs: { http: { timeoutMs: 5 } } })).toEqual([{ option: 'timeoutMs', first: 30_000, second: 5 }]);
  });

  it('is an error where the manager is strict, and an invalid one always is', () => {
    const { manager } = managerWith({ strict: true });
    const breaker = manager.createCircuitBreaker('orders', { timeoutMs: 1 });

    expect(() => manager.createCircuitBreaker('orders', { timeoutMs: 2 })).toThrow(expect.objectContaining({ code: 'ERR_CIRCUIT_CONFIG', breakerName: 'orders' }) as Error);
    expect(() => managerWithOrders().createCircuitBreaker('orders', { timeoutMs: 0 })).toThrow('Expected `timeoutMs`');
    expect([manager.createCircuitBreaker('orders', { timeoutMs: 1 }), warnings]).toEqual([breaker, []]);
  });

  it('of keyed breakers is treated alike', () => {
    const { manager, events } = managerWith();
    const group = manager.keyed('tenants', { maxKeys: 5, timeoutMs: 1 });

    expect(manager.keyed('tenants', { maxKeys: 5, by: () => 'a', timeoutMs: 1, failureThreshold: 10 })).toBe(group);
    expect(manager.keyed('tenants', { maxKeys: 6, idleMs: 5 })).toBe(group);
    expect(events.flatMap((event) => (event.type === 'configConflict' ? event.differences : []))).toEqual([
      { option: 'by', first: undefined, second: expect.any(Function) as unknown },
      { option: 'maxKeys', first: 5, second: 6 },
      { option: 'idleMs', first: Number.POSITIVE_INFINITY, second: 5 },
    ]);
    expect(warnings[0]?.message).toContain('A second configuration of the keyed breakers "tenants" differs');
  });

  it('is warned of on the console where there is no process', () => {
    const seen = vi.spyOn(console, 'warn').mockReturnValue();
    vi.stubGlobal('process', undefined);
    try {
      conflictOf({ timeoutMs: 1 }, { timeoutMs: 2 });
    } finally {
      vi.unstubAllGlobals();
    }

    expect(seen.mock.calls.flat().join('')).toMatch(/^\[UCB_CONFIG_CONFLICT\] A second configuration/);
  });
});

function managerWithOrders() {
  const { manager } = managerWith();
  manager.createCircuitBreaker('orders');
  return manager;
}
