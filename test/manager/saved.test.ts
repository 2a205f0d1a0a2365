import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { managerWith } from '../support/manager.ts';
import { fail, hang } from '../support/outcomes.ts';

const warnings: string[] = [];

beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation((message) => void warnings.push(String(message)));
});

afterEach(() => {
  warnings.length = 0;
  vi.restoreAllMocks();
});

/** A manager with something to remember. */
async function worn() {
  const made = managerWith({ recoveryTimeoutMs: 10_000, failureThreshold: 2 });
  const { manager, clock } = made;
  manager.createCircuitBreaker('orders').trip({ reason: 'pager' });
  manager.createCircuitBreaker('stock').forceOpen('deploy');
  await fail(manager.createCircuitBreaker('search'));
  manager.createPrivateCircuitBreaker('getOrder').trip();
  await fail(manager.keyed('tenants').for('acme'), 2);
  manager.keyed('tenants').for('free');
  clock.advance(2_500);
  return made;
}

describe('a snapshot of a manager', () => {
  it('holds every named and keyed breaker, and no private one', async () => {
    const { manager } = await worn();
    const { version, breakers, keyed } = manager.snapshot();

    expect([version, breakers.map(({ name, state }) => [name, state])]).toEqual([
      1,
      [
        ['orders', 'open'],
        ['stock', 'closed'],
        ['search', 'closed'],
      ],
    ]);
    expect(keyed.map(({ group, keys }) => [group, keys.map(({ key, breaker }) => [key, breaker.state])])).toEqual([
      [
        'tenants',
        [
          ['acme', 'open'],
          ['free', 'closed'],
        ],
      ],
    ]);
  });

  it('is the same straight after it was restored: before the breakers are made, and after', async () => {
    const { manager, clock } = await worn();
    const saved = JSON.parse(JSON.stringify(manager.snapshot())) as unknown;
    const next = managerWith({ clock, recoveryTimeoutMs: 10_000, failureThreshold: 2 }).manager;

    next.restore(saved);
    expect(next.snapshot()).toEqual(saved);
    for (const name of ['orders', 'stock', 'search']) next.createCircuitBreaker(name);
    const group = next.keyed('tenants');
    expect(group.size).toBe(0);
    for (const key of ['acme', 'free']) group.for(key);

    expect(next.snapshot()).toEqual(saved);
    expect(next.getCircuitBreaker('orders')).toMatchObject({ state: 'open', retryAfterMs: 7_500 });
    expect(next.getCircuitBreaker('stock')?.override).toEqual({ state: 'open', reason: 'deploy' });
  });

  it('moves breakers that are listed already, at once; their calls in flight become stale', async () => {
    const { manager } = await worn();
    const saved: unknown = manager.snapshot();
    const next = managerWith({ recoveryTimeoutMs: 10_000 });
    const orders = next.manager.createCircuitBreaker('orders', { timeoutMs: null });
    const tenant = next.manager.keyed('tenants').for('acme');
    const call = hang(orders);

    next.manager.restore(saved);
    call.operation.resolve('late');

    expect(await call.settled).toEqual({ status: 'success', value: 'late' });
    expect([orders.state, tenant.state, orders.getMetrics().staleOutcomes]).toEqual(['open', 'open', 1]);
  });

  it.each([
    ['nothing', null, 'Expected `version` to be 1, got undefined'],
    ['another version', { version: 2, breakers: [], keyed: [] }, 'Expected `version` to be 1, got 2'],
    ['no lists', { version: 1 }, 'Expected `breakers` to be a list, got undefined; Expected `keyed` to be a list, got undefined'],
    ['no breaker', { version: 1, breakers: [5], keyed: [] }, 'Expected `breakers[0]` to be a snapshot, got 5'],
    ['a group without a name', { version: 1, breakers: [], keyed: [{ keys: [] }] }, 'Expected `keyed[0].group` to be a string, got undefined'],
    ['a key without a breaker', { version: 1, breakers: [], keyed: [{ group: 'a', keys: [{ key: 'b' }] }] }, 'Expected `keyed[0].keys[0].breaker` to be a snapshot, got undefined'],
  ])('with %s is refused', (_title, saved, problem) => {
    const { manager } = managerWith();
    const before = manager.snapshot();

    expect(() => manager.restore(saved)).toThrow(problem);
    expect(manager.snapshot()).toEqual(before);
  });

  it('is refused whole when one part of it does not fit a listed breaker', async () => {
    const { manager } = await worn();
    const saved = manager.snapshot();
    const next = managerWith();
    const search = next.manager.createCircuitBreaker('search');
    next.manager.createCircuitBreaker('orders', { recoveryTimeoutMs: 1, maxBackoffMs: 5, maxRetryAfterMs: 5 });
    const broken = { ...saved, breakers: saved.breakers.map((each) => ({ ...each, drawnWaitMs: 0 })) };

    expect(() => next.manager.restore(broken)).toThrow('orders: Expected `restore.remainingWaitMs` to be at most 5, the longest wait, got 7500');
    expect(search.getMetrics().consecutiveFailures).toBe(0);
  });

  it.each([
    ['a breaker', (saved: { breakers: object[]; keyed: object[] }) => ({ ...saved, breakers: [...saved.breakers, ...saved.breakers.slice(0, 1)] }), 'got a breaker called "orders" twice'],
    ['a group', (saved: { breakers: object[]; keyed: object[] }) => ({ ...saved, keyed: [...saved.keyed, ...saved.keyed] }), 'got a group called "tenants" twice'],
  ])('that names %s twice is refused', async (_title, broken, problem) => {
    const { manager } = await worn();

    expect(() => managerWith().manager.restore(broken(manager.snapshot() as never))).toThrow(problem);
  });

  it('that does not fit the options of a breaker made later is left out, with a warning', async () => {
    const { manager } = await worn();
    const saved = manager.snapshot();
    const next = managerWith().manager;
    next.restore({ ...saved, breakers: saved.breakers.map((each) => ({ ...each, drawnWaitMs: 0 })) });

    const orders = next.createCircuitBreaker('orders', { recoveryTimeoutMs: 1, maxBackoffMs: 5, maxRetryAfterMs: 5 });

    expect(orders.state).toBe('closed');
    expect(warnings).toEqual([expect.stringContaining('A saved state does not fit the options any more and was left out.')]);
    expect(() => next.createCircuitBreaker('stock', { timeoutMs: 0 })).toThrow('Expected `timeoutMs`');
  });

  it('loses to a snapshot that is given with a breaker', async () => {
    const { manager } = await worn();
    const next = managerWith({ recoveryTimeoutMs: 10_000 }).manager;
    next.restore(manager.snapshot());
    const own = { ...manager.snapshot().breakers[0], state: 'closed', remainingWaitMs: 0, drawnWaitMs: 0 };

    expect(next.createCircuitBreaker('orders', {}, { restore: own }).state).toBe('closed');
  });
});
