import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

describe('createCircuitBreaker', () => {
  it('makes a breaker once for each name', () => {
    const { manager } = managerWith();
    const orders = manager.createCircuitBreaker('orders', { timeoutMs: 2_000 });

    expect(manager.createCircuitBreaker('orders')).toBe(orders);
    expect(manager.createCircuitBreaker('orders', { timeoutMs: 2_000 })).toBe(orders);
    expect(manager.getCircuitBreaker('orders')).toBe(orders);
    expect(manager.getCircuitBreaker('others')).toBe(null);
    expect([orders.name, manager.size]).toEqual(['orders', 1]);
  });

  it.each(['', '__proto__', 'constructor', 'toString', 'a'.repeat(10_000), '\ud800', 'ä b/c'])('takes any string as a name: %j', async (name) => {
    const { manager } = managerWith();
    const breaker = manager.createCircuitBreaker(name);
    await succeed(breaker);

    expect(manager.getCircuitBreaker(name)).toBe(breaker);
    expect(Object.hasOwn(manager.getAllStatus(), name)).toBe(true);
    expect(manager.getHealthSummary().circuitBreakerNames).toEqual([name]);
    expect(manager.snapshot().breakers.map((each) => each.name)).toEqual([name]);
    expect(manager.removeCircuitBreaker(name)).toBe(true);
  });

  it.each([undefined, null, 5, {}])('refuses %o as a name', (name) => {
    expect(() => managerWith().manager.createCircuitBreaker(name as never)).toThrow(expect.objectContaining({ code: 'ERR_CIRCUIT_CONFIG' }) as Error);
  });

  it('takes a whole configuration whose name is the one given, and no other', () => {
    const { manager } = managerWith();

    expect(manager.createCircuitBreaker('orders', { name: 'orders' }).name).toBe('orders');
    expect(() => manager.createCircuitBreaker('stock', { name: 'orders' })).toThrow('Expected `name` to be "stock", the name that the breaker is created under, got "orders"');
  });

  it('lists every problem of the options, and makes nothing', () => {
    const { manager } = managerWith();

    expect(() => manager.createCircuitBreaker('orders', { timeoutMs: 0, failureTreshold: 3 } as never)).toThrow(
      expect.objectContaining({
        problems: ['Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0', 'Unknown option `failureTreshold`; did you mean `failureThreshold`?'],
      }) as Error,
    );
    expect(manager.size).toBe(0);
  });

  it('makes another in place of one that somebody has disposed', () => {
    const { manager, events } = managerWith();
    const old = manager.createCircuitBreaker('orders');
    old.dispose();

    const next = manager.createCircuitBreaker('orders', { timeoutMs: 1 });

    expect([next === old, manager.getCircuitBreaker('orders') === next]).toEqual([false, true]);
    expect(events.map(({ type }) => type)).toEqual(['added', 'removed', 'added']);
  });

  it('moves a private breaker of that name out of the way, and leaves it where the options are wrong', () => {
    const { manager } = managerWith();
    const own = manager.createPrivateCircuitBreaker('orders');

    expect(() => manager.createCircuitBreaker('orders', { timeoutMs: 0 })).toThrow('timeoutMs');
    expect(manager.getCircuitBreaker('orders')).toBe(own);
    const shared = manager.createCircuitBreaker('orders');

    expect([manager.getCircuitBreaker('orders') === shared, manager.getCircuitBreaker('orders#2') === own]).toEqual([true, true]);
    expect(manager.createPrivateCircuitBreaker('orders').name).toBe('orders#3');
  });

  it('uses the extras when it makes the breaker', async () => {
    const { manager } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', {}, { tripPolicy: { shouldTrip: () => 'mine' } });

    await fail(breaker);

    expect(breaker.explain()).toContain('"mine"');
  });
});

describe('the options of a breaker', () => {
  it('come from the library, under the manager, under a base, under its own', () => {
    const { manager } = managerWith({ timeoutMs: 5_000, failureThreshold: 7, baseConfigs: { http: { timeoutMs: 3_000, successThreshold: 1 } } });
    manager.addBaseConfig('db', { timeoutMs: 900 });

    const config = (name: string, given: object) => manager.createCircuitBreaker(name, given).getStatus().config;

    expect(config('a', {})).toMatchObject({ timeoutMs: 5_000, failureThreshold: 7, successThreshold: 3 });
    expect(config('b', { base: 'http' })).toMatchObject({ timeoutMs: 3_000, failureThreshold: 7, successThreshold: 1 });
    expect(config('c', { base: 'http', timeoutMs: 1_000 })).toMatchObject({ timeoutMs: 1_000, successThreshold: 1 });
    expect(config('d', { base: 'db' })).toMatchObject({ timeoutMs: 900 });
  });

  it('know no other base, and say which is meant', () => {
    const { manager } = managerWith({ baseConfigs: { http: {} } });

    expect(() => manager.createCircuitBreaker('orders', { base: 'htp' })).toThrow('Unknown base configuration `htp`; did you mean `http`?');
    expect(() => manager.createCircuitBreaker('orders', { base: 'database' })).toThrow('Unknown base configuration `database`; make it known by addBaseConfig()');
  });

  it('keep a base that is known: the same again is no matter, another is an error', () => {
    const { manager } = managerWith({ baseConfigs: { http: { timeoutMs: 1 } } });
    manager.addBaseConfig('http', { timeoutMs: 1 });

    expect(() => manager.addBaseConfig('http', { timeoutMs: 2 })).toThrow('Expected one base configuration of that name');
    expect(() => manager.addBaseConfig('http', {})).toThrow('Expected one base configuration of that name');
  });

  it.each([
    [{ strict: 'yes' }, 'Expected `strict` to be true or false, got "yes"'],
    [{ timeoutMs: -1 }, 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got -1'],
    [{ name: 'x' }, 'Unknown option `name`'],
    [{ baseConfigs: { http: { timeoutMs: 0 } } }, 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0'],
    [{ healthCheck: {} }, 'Expected `healthCheck.check` to be a function, got undefined'],
  ])('of a manager are checked when it is made: %o', (options, problem) => {
    expect(() => new UnifiedCircuitBreakerManager(options as never)).toThrow(problem);
  });

  it('join tags, and let tags select', () => {
    const { manager } = managerWith({ tags: { app: 'shop' }, baseConfigs: { http: { tags: { kind: 'http' } } } });
    manager.createCircuitBreaker('orders', { base: 'http', tags: { team: 'orders' } });
    manager.createCircuitBreaker('stock', { tags: { app: 'stock' } });

    expect(manager.getCircuitBreaker('orders')?.getStatus().tags).toEqual({ app: 'shop', kind: 'http', team: 'orders' });
    expect(manager.getCircuitBreakerNames({ tags: { kind: 'http', app: 'shop' } })).toEqual(['orders']);
    expect(Object.keys(manager.getAllStatus({ tags: { app: 'stock' } }))).toEqual(['stock']);
    expect(manager.getHealthSummary({ tags: { app: 'stock' } }).circuitBreakerNames).toEqual(['stock']);
    expect(manager.getCircuitBreakerNames({ tags: { toString: 'x' } })).toEqual([]);
    expect(manager.getCircuitBreakerNames({})).toEqual(['orders', 'stock']);
  });
});

describe('callWithCircuitBreaker', () => {
  it('makes the breaker, with its options, and gives the options of the call', async () => {
    const { manager } = managerWith();

    expect(await manager.callWithCircuitBreaker('orders', () => 1)).toBe(1);
    expect(await manager.callWithCircuitBreaker('stock', () => Promise.reject(BOOM), { config: { failureThreshold: 1 }, fallback: 'none' })).toBe('none');
    expect(manager.getCircuitBreaker('orders')?.getMetrics().totalCalls).toBe(1);
    expect(manager.getCircuitBreaker('stock')?.state).toBe('open');
  });

  it('rejects, and does not throw, when the options are wrong', async () => {
    expect(await errorOf(managerWith().manager.callWithCircuitBreaker('orders', () => 1, { config: { timeoutMs: 0 } }))).toMatchObject({ code: 'ERR_CIRCUIT_CONFIG' });
  });
});

describe('the list', () => {
  it('is iterated in the order in which breakers were made', () => {
    const { manager } = managerWith();
    for (const name of ['c', 'a', 'b']) manager.createCircuitBreaker(name);

    expect([...manager].map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    expect(manager.getCircuitBreakerNames()).toEqual(['c', 'a', 'b']);
  });

  it('loses a breaker that is removed, which keeps working and is heard no more', async () => {
    const { manager, events } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', { failureThreshold: 1 });

    expect([manager.removeCircuitBreaker('orders'), manager.removeCircuitBreaker('orders')]).toEqual([true, false]);
    await fail(breaker);

    expect(breaker.state).toBe('open');
    expect(events.map(({ type }) => type)).toEqual(['added', 'removed']);
    expect(manager.createCircuitBreaker('orders')).not.toBe(breaker);
  });

  it('stops the health check of a breaker that is removed, also for later openings', async () => {
    const { manager, clock } = managerWith();
    let checks = 0;
    const check = (): boolean => {
      checks += 1;
      return false;
    };
    const breaker = manager.createCircuitBreaker('orders', { healthCheck: { check, intervalMs: 100 }, recoveryTimeoutMs: 10_000 });
    breaker.trip();
    await clock.advanceAsync(100);

    manager.removeCircuitBreaker('orders');
    await clock.advanceAsync(1_000);
    breaker.reset();
    breaker.trip();
    await clock.advanceAsync(1_000);

    expect([checks, clock.timers]).toEqual([1, 0]);
  });

  it('resets one, all, or those with a tag, and keyed ones with all', async () => {
    const { manager } = managerWith({ failureThreshold: 1 });
    const [orders, stock] = [manager.createCircuitBreaker('orders', { tags: { team: 'a' } }), manager.createCircuitBreaker('stock')];
    const tenant = manager.keyed('tenants').for('acme');
    const states = () => [orders, stock, tenant].map(({ state }) => state);
    for (const breaker of [orders, stock, tenant]) await fail(breaker);

    expect([manager.resetCircuitBreaker('orders'), manager.resetCircuitBreaker('nobody')]).toEqual([true, false]);
    expect(states()).toEqual(['closed', 'open', 'open']);
    manager.resetAll({ tags: { team: 'a' } });
    expect(states()).toEqual(['closed', 'open', 'open']);
    manager.resetAll();
    expect(states()).toEqual(['closed', 'closed', 'closed']);
  });
});

describe('cleanupInactive', () => {
  it('takes off what was neither asked for nor called for so long', async () => {
    const { manager, clock } = managerWith();
    const [asked, called] = [manager.createCircuitBreaker('asked'), manager.createCircuitBreaker('called')];
    manager.createCircuitBreaker('idle');
    clock.advance(600);
    manager.createCircuitBreaker('asked');
    await succeed(called);
    clock.advance(400);

    expect(manager.cleanupInactive(1_000)).toBe(1);
    expect(manager.getCircuitBreakerNames()).toEqual(['asked', 'called']);
    expect(asked.canExecute()).toBe(true);
  });

  it('spares what is forced, waits open, or has calls in flight, and takes them when that is over', async () => {
    const { manager, clock } = managerWith({ recoveryTimeoutMs: 5_000, jitter: false, timeoutMs: null });
    const [forced, open, busy] = ['forced', 'open', 'busy'].map((name) => manager.createCircuitBreaker(name)) as [never, never, never];
    const breakers = { forced, open, busy } as unknown as Record<string, ReturnType<typeof manager.createCircuitBreaker>>;
    breakers['forced']?.forceOpen();
    breakers['open']?.trip();
    const call = hang(breakers['busy'] as never);
    clock.advance(4_999);
    expect(manager.cleanupInactive(1_000)).toBe(0);

    clock.advance(1);
    breakers['forced']?.release();
    call.operation.resolve('done');
    await call.settled;
    expect(manager.cleanupInactive(1_000)).toBe(2);
    clock.advance(1_000);

    expect(manager.cleanupInactive(1_000)).toBe(1);
    expect(manager.size).toBe(0);
  });

  it('notices calls also where no clock is read for them, from one cleaning to the next', async () => {
    const { manager, clock } = managerWith({ timeoutMs: null, trackLatency: false });
    const breaker = manager.createCircuitBreaker('lean');
    clock.advance(1_000);
    await succeed(breaker);

    expect(manager.cleanupInactive(1_000)).toBe(0);
    clock.advance(1_000);
    expect(manager.cleanupInactive(1_000)).toBe(1);
  });

  it.each([0, -1, Number.NaN, '5', undefined])('refuses %o', (idleMs) => {
    expect(() => managerWith().manager.cleanupInactive(idleMs as never)).toThrow('Expected `idleMs` to be milliseconds, 1 to Infinity');
  });
});

describe('dispose', () => {
  it('ends every breaker, empties the list, and makes no more', async () => {
    const { manager } = managerWith();
    const breakers = [manager.createCircuitBreaker('orders'), manager.keyed('tenants').for('acme')];

    manager.dispose();

    expect(await Promise.all(breakers.map((breaker) => errorOf(breaker.call(() => 1))))).toMatchObject([{ code: 'ERR_CIRCUIT_DISPOSED' }, { code: 'ERR_CIRCUIT_DISPOSED' }]);
    expect([manager.size, manager.disposed]).toEqual([0, true]);
    expect(() => manager.createCircuitBreaker('orders')).toThrow('The manager is disposed, so circuit "orders" cannot be made; make a new manager');
    expect(() => manager.keyed('tenants')).toThrow('The manager is disposed');
  });
});
