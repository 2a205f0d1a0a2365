import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ManagerSnapshot } from '../../src/index.ts';
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

const WAITS = { recoveryTimeoutMs: 10_000, failureThreshold: 2 };
/** Options that allow no wait as long as those of `WAITS`. */
const SHORT = { recoveryTimeoutMs: 1, maxBackoffMs: 5, maxRetryAfterMs: 5 };

/** A manager with something to remember, and its snapshot. */
async function used() {
  const made = managerWith(WAITS);
  const { manager, clock } = made;
  manager.createCircuitBreaker('orders').trip({ reason: 'pager' });
  manager.createCircuitBreaker('stock').forceOpen('deploy');
  await fail(manager.createCircuitBreaker('search'));
  await fail(manager.keyed('tenants').for('acme'), 2);
  manager.keyed('tenants').for('free');
  clock.advance(2_500);
  return { ...made, saved: manager.snapshot() };
}

/** A snapshot whose waits no other option allows. */
const withoutDrawnWaits = (saved: ManagerSnapshot): ManagerSnapshot => ({
  ...saved,
  breakers: saved.breakers.map((each) => ({ ...each, drawnWaitMs: 0 })),
});

describe('a snapshot of a manager', () => {
  it('contains every registered and keyed breaker that differs from a new one', async () => {
    const { version, breakers, keyed } = (await used()).saved;

    const states = breakers.map(({ name, state }) => `${name} ${state}`);
    const keys = keyed.map((each) => [each.group, ...each.keys.map(({ key, breaker }) => `${key} ${breaker.state}`)]);

    expect([version, ...states]).toEqual([1, 'orders open', 'stock closed', 'search closed']);
    expect(keys).toEqual([['tenants', 'acme open']]);
  });

  it('is equal after it was restored, before and after the breakers are created', async () => {
    const { saved, clock } = await used();
    const next = managerWith({ clock, ...WAITS }).manager;

    next.restore(JSON.parse(JSON.stringify(saved)));
    expect(next.snapshot()).toEqual(saved);
    for (const name of ['orders', 'stock', 'search']) next.createCircuitBreaker(name);
    const group = next.keyed('tenants');
    expect(group.size).toBe(0);
    for (const key of ['acme', 'free']) group.for(key);

    expect(next.snapshot()).toEqual(saved);
    expect(next.getCircuitBreaker('orders')).toMatchObject({ state: 'open', retryAfterMs: 7_500 });
    expect(next.getCircuitBreaker('stock')?.override).toEqual({ state: 'open', reason: 'deploy' });
  });

  it('restores registered breakers at once, and makes their calls in flight stale', async () => {
    const { saved } = await used();
    const next = managerWith({ recoveryTimeoutMs: 10_000 });
    const orders = next.manager.createCircuitBreaker('orders', { timeoutMs: null });
    const tenant = next.manager.keyed('tenants').for('acme');
    const call = hang(orders);

    next.manager.restore(saved);
    call.operation.resolve('late');

    expect(await call.settled).toEqual({ status: 'success', value: 'late' });
    expect([orders.state, tenant.state, orders.getMetrics().staleOutcomes]).toEqual(['open', 'open', 1]);
  });

  const empty = { version: 1, breakers: [], keyed: [] };
  it.each<[title: string, broken: (saved: ManagerSnapshot) => unknown, problem: string]>([
    ['nothing', () => null, '`version` must be 1. Received undefined.'],
    [
      'a text that was not parsed',
      (saved) => JSON.stringify(saved),
      '`saved` must be a snapshot. Received a string. Call `JSON.parse` first.',
    ],
    [
      'a breaker that is no snapshot',
      () => ({ ...empty, breakers: [{}] }),
      '`breakers[0]` must be a snapshot. Received an object.',
    ],
    [
      'a breaker that was not parsed',
      ({ breakers: [breaker] }) => ({ ...empty, breakers: [JSON.stringify(breaker)] }),
      '`breakers[0]` must be a snapshot. Received a string. Call `JSON.parse` first.',
    ],
    ['another version', () => ({ ...empty, version: 2 }), '`version` must be 1. Received 2.'],
    [
      'no lists',
      () => ({ version: 1 }),
      '`breakers` must be a list. Received undefined. `keyed` must be a list. Received undefined.',
    ],
    ['no breaker', () => ({ ...empty, breakers: [5] }), '`breakers[0]` must be a snapshot. Received 5.'],
    [
      'a group without a name',
      () => ({ ...empty, keyed: [{ keys: [] }] }),
      '`keyed[0].group` must be a string. Received undefined.',
    ],
    [
      'a key without a breaker',
      () => ({ ...empty, keyed: [{ group: 'a', keys: [{ key: 'b' }] }] }),
      '`keyed[0].keys[0].breaker` must be a snapshot. Received undefined.',
    ],
    [
      'a breaker of another key',
      ({ breakers: [breaker] }) => ({ ...empty, keyed: [{ group: 'a', keys: [{ key: 'b', breaker }] }] }),
      '`keyed[0].keys[0].breaker.name` must be "a:b". Received the string "orders".',
    ],
    [
      'a breaker twice',
      (saved) => ({ ...saved, breakers: [...saved.breakers, ...saved.breakers.slice(0, 1)] }),
      'Each name must appear once. Received a breaker called "orders" twice.',
    ],
    [
      'a group twice',
      (saved) => ({ ...saved, keyed: [...saved.keyed, ...saved.keyed] }),
      'Each name must appear once. Received a group called "tenants" twice.',
    ],
  ])('is rejected and changes nothing when it has %s', async (_title, broken, problem) => {
    const { saved } = await used();
    const { manager } = managerWith();

    expect(() => manager.restore(broken(saved))).toThrow(`Circuit breaker manager: ${problem}`);
    expect(manager.snapshot()).toEqual(empty);
  });

  it('changes nothing when one part of it does not fit a registered breaker', async () => {
    const { saved } = await used();
    const { manager } = managerWith();
    const search = manager.createCircuitBreaker('search');
    manager.createCircuitBreaker('orders', SHORT);

    expect(() => manager.restore(withoutDrawnWaits(saved))).toThrow(
      'Circuit breaker manager: `remainingWaitMs` of "orders" must be at most 5, the longest wait. Received 7500.',
    );
    expect(search.getMetrics().consecutiveFailures).toBe(0);
  });

  it('is dropped with a warning when it does not fit the options of a later breaker', async () => {
    const { saved } = await used();
    const { manager } = managerWith();
    manager.restore(withoutDrawnWaits(saved));

    expect(manager.createCircuitBreaker('orders', SHORT).state).toBe('closed');
    expect(warnings).toEqual([expect.stringContaining("A saved state doesn't fit the options and was dropped.")]);
    expect(() => manager.createCircuitBreaker('stock', { timeoutMs: 0 })).toThrow('`timeoutMs` must be');
  });

  it('is ignored when a breaker is created with a snapshot of its own', async () => {
    const { saved } = await used();
    const { manager } = managerWith({ recoveryTimeoutMs: 10_000 });
    manager.restore(saved);
    const restore = { ...saved.breakers[0], state: 'closed', remainingWaitMs: 0, drawnWaitMs: 0 };

    expect(manager.createCircuitBreaker('orders', { restore }).state).toBe('closed');
  });
});
