import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/breaker/unified-circuit-breaker.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';
import { problemsOf } from '../support/calls.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

describe('createCircuitBreaker', () => {
  it('creates one breaker per name', () => {
    const { manager } = managerWith();
    const orders = manager.createCircuitBreaker('orders', { timeoutMs: 2_000 });

    expect(manager.createCircuitBreaker('orders')).toBe(orders);
    expect(manager.createCircuitBreaker('orders', { timeoutMs: 2_000, name: 'orders' })).toBe(orders);
    expect(manager.getCircuitBreaker('orders')).toBe(orders);
    expect(manager.getCircuitBreaker('others')).toBe(null);
    expect([orders.name, manager.size]).toEqual(['orders', 1]);
  });

  it.each(['', '__proto__', 'constructor', 'toString', 'a'.repeat(60), '\ud800', 'ä b/c'])(
    'accepts any string as a name: %j',
    async (name) => {
      const { manager } = managerWith();
      const breaker = manager.createCircuitBreaker(name);
      await succeed(breaker);

      expect(manager.getCircuitBreaker(name)).toBe(breaker);
      expect(Object.hasOwn(manager.getAllStatus(), name)).toBe(true);
      expect(manager.getHealthSummary().circuitBreakerNames).toEqual([name]);
      manager.getCircuitBreaker(name)?.trip();
      expect(manager.snapshot().breakers.map((each) => each.name)).toEqual([name]);
      expect(manager.removeCircuitBreaker(name)).toBe(true);
    },
  );

  it.each<[title: string, name: unknown, config: object, message: string]>([
    ['no name', undefined, {}, 'Circuit breaker manager: `name` must be a string. Received undefined.'],
    [
      'options instead of a name',
      { name: 'orders' },
      {},
      'Circuit breaker manager: `name` must be a string. Received an object. Pass the name as the first argument.',
    ],
    [
      'another name in the configuration',
      'stock',
      { name: 'orders' },
      'Circuit breaker "stock": `name` must be "stock", the name that the breaker is created under. ' +
        'Received the string "orders".',
    ],
    [
      'several invalid options',
      'orders',
      { timeoutMs: 0, failureTreshold: 3 },
      'Circuit breaker "orders": `timeoutMs` must be a number of milliseconds (1 or more), or null. Received 0. ' +
        'Unknown option `failureTreshold`. Did you mean `failureThreshold`?',
    ],
    [
      'an unknown base with a similar name',
      'orders',
      { base: 'htp' },
      'Circuit breaker "orders": Unknown base configuration `htp`. Did you mean `http`?',
    ],
    [
      'an unknown base',
      'orders',
      { base: 'database' },
      'Circuit breaker "orders": Unknown base configuration `database`. Add it with `addBaseConfig()`.',
    ],
  ])('throws and creates nothing when it receives %s', (_title, name, config, message) => {
    const { manager } = managerWith({ baseConfigs: { http: {} } });

    expect(() => manager.createCircuitBreaker(name as string, config)).toThrow(
      expect.objectContaining({ code: 'ERR_CIRCUIT_CONFIG', message }) as Error,
    );
    expect(manager.size).toBe(0);
  });

  it('throws when another way to a breaker or a group receives options instead of a name', async () => {
    const { manager } = managerWith();
    const options = { name: 'orders' } as never;
    const problem = '`name` must be a string. Received an object. Pass the name as the first argument.';

    expect(problemsOf(() => manager.keyed(options))).toEqual([problem]);
    expect(await errorOf(manager.callWithCircuitBreaker(options, () => 5))).toMatchObject({ problems: [problem] });
    expect(manager.size).toBe(0);
  });

  it('replaces a breaker that was disposed', () => {
    const { manager, events } = managerWith();
    const old = manager.createCircuitBreaker('orders');
    old.dispose();

    const next = manager.createCircuitBreaker('orders', { timeoutMs: 1 });

    expect([next === old, manager.getCircuitBreaker('orders') === next]).toEqual([false, true]);
    expect(events.map(({ type }) => type)).toEqual(['added', 'removed', 'added']);
  });
});

describe('the options of a breaker', () => {
  it('come from the library, the manager, the base and the breaker, in this order', () => {
    const { manager } = managerWith({
      timeoutMs: 5_000,
      failureThreshold: 7,
      baseConfigs: { http: { timeoutMs: 3_000, successThreshold: 1 } },
    });
    manager.addBaseConfig('db', { timeoutMs: 900 });
    const config = (name: string, given: object) => manager.createCircuitBreaker(name, given).getStatus().config;

    expect(config('a', {})).toMatchObject({ timeoutMs: 5_000, failureThreshold: 7, successThreshold: 3 });
    expect(config('b', { base: 'http' })).toMatchObject({ timeoutMs: 3_000, failureThreshold: 7, successThreshold: 1 });
    expect(config('c', { base: 'http', timeoutMs: 1_000 })).toMatchObject({ timeoutMs: 1_000, successThreshold: 1 });
    expect(config('d', { base: 'db' })).toMatchObject({ timeoutMs: 900 });
  });

  it.each([{ timeoutMs: 2 }, {}])('accept an equal base again, and reject %o with its name', (other) => {
    const { manager } = managerWith({ baseConfigs: { http: { timeoutMs: 1, tags: { kind: 'http' } } } });
    manager.addBaseConfig('http', { timeoutMs: 1, tags: { kind: 'http' } });

    expect(() => manager.addBaseConfig('http', { ...other, tags: { kind: 'http' } })).toThrow(
      'Base configuration "http": Another configuration has this name. Choose another one.',
    );
    expect(() => manager.addBaseConfig('http', { timeoutMs: 1 })).toThrow('Another configuration has this name.');
  });

  it.each([
    [{ strict: 'yes' }, 'Circuit breaker manager: `strict` must be true or false. Received the string "yes".'],
    [{ timeoutMs: -1 }, '`timeoutMs` must be a number of milliseconds (1 or more), or null. Received -1.'],
    [{ name: 'x' }, 'Unknown option `name`.'],
    [{ restore: {} }, 'Unknown option `restore`.'],
    [{ baseConfigs: { http: { restore: {} } } }, 'Base configuration "http": Unknown option `restore`.'],
    [{ healthCheck: {} }, '`healthCheck.check` must be a function. Received undefined.'],
  ])('of a manager are validated in the constructor: %o', (options, problem) => {
    expect(() => new UnifiedCircuitBreakerManager(options as never)).toThrow(problem);
  });

  it('join tags, which select breakers', () => {
    const { manager } = managerWith({ tags: { app: 'shop' }, baseConfigs: { http: { tags: { kind: 'http' } } } });
    const orders = manager.createCircuitBreaker('orders', { base: 'http', tags: { team: 'orders' } });
    manager.createCircuitBreaker('stock', { tags: { app: 'stock' } });

    expect(orders.getStatus().tags).toEqual({ app: 'shop', kind: 'http', team: 'orders' });
    expect(manager.getCircuitBreakerNames({ tags: { kind: 'http', app: 'shop' } })).toEqual(['orders']);
    expect(Object.keys(manager.getAllStatus({ tags: { app: 'stock' } }))).toEqual(['stock']);
    expect(manager.getHealthSummary({ tags: { app: 'stock' } }).circuitBreakerNames).toEqual(['stock']);
    expect(manager.getCircuitBreakerNames({ tags: { toString: 'x' } })).toEqual([]);
    expect(manager.getCircuitBreakerNames({})).toEqual(['orders', 'stock']);
  });

  it('are returned by optionsFor(), which creates no breaker', () => {
    const { manager } = managerWith({ timeoutMs: 5_000, baseConfigs: { http: { ignoreErrors: 404 } } });

    const options = manager.optionsFor('orders', { base: 'http', failureThreshold: 3 });

    expect(options).toMatchObject({ name: 'orders', timeoutMs: 5_000, ignoreErrors: 404, failureThreshold: 3 });
    expect([Object.hasOwn(options, 'base'), manager.size]).toEqual([false, 0]);
    expect(new UnifiedCircuitBreaker(options).getStatus().config.timeoutMs).toBe(5_000);
  });
});

describe('callWithCircuitBreaker', () => {
  it('creates the breaker with its options, and passes the options of the call', async () => {
    const { manager } = managerWith();
    const options = { config: { failureThreshold: 1 }, fallback: 'none' };

    expect(await manager.callWithCircuitBreaker('orders', () => 1)).toBe(1);
    expect(await manager.callWithCircuitBreaker('stock', () => Promise.reject(BOOM), options)).toBe('none');
    expect(manager.getCircuitBreaker('orders')?.getMetrics().totalCalls).toBe(1);
    expect(manager.getCircuitBreaker('stock')?.state).toBe('open');
  });

  it('rejects instead of throwing when the options are invalid', async () => {
    const { manager } = managerWith();
    const error = await errorOf(manager.callWithCircuitBreaker('orders', () => 1, { config: { timeoutMs: 0 } }));

    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_CONFIG' });
  });
});

describe('the registry', () => {
  it('is iterated in the order of creation', () => {
    const { manager } = managerWith();
    for (const name of ['c', 'a', 'b']) manager.createCircuitBreaker(name);

    expect([...manager].map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    expect(manager.getCircuitBreakerNames()).toEqual(['c', 'a', 'b']);
  });

  it('no longer emits events of a removed breaker, which keeps working', async () => {
    const { manager, events } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', { failureThreshold: 1 });

    expect([manager.removeCircuitBreaker('orders'), manager.removeCircuitBreaker('orders')]).toEqual([true, false]);
    await fail(breaker);

    expect(breaker.state).toBe('open');
    expect(events.map(({ type }) => type)).toEqual(['added', 'removed']);
    expect(manager.createCircuitBreaker('orders')).not.toBe(breaker);
  });

  it('stops the health check of a removed breaker', async () => {
    const { manager, clock } = managerWith({ recoveryTimeoutMs: 10_000 });
    let checks = 0;
    const check = (): boolean => ((checks += 1), false);
    const breaker = manager.createCircuitBreaker('orders', { healthCheck: { check, intervalMs: 100 } });
    breaker.trip();
    await clock.advanceAsync(100);

    manager.removeCircuitBreaker('orders');
    await clock.advanceAsync(1_000);
    breaker.reset();
    breaker.trip();
    await clock.advanceAsync(1_000);

    expect([checks, clock.timers]).toEqual([1, 0]);
  });

  it('resets one breaker, those with a tag, or all including keyed ones', async () => {
    const { manager } = managerWith({ failureThreshold: 1 });
    const orders = manager.createCircuitBreaker('orders', { tags: { team: 'a' } });
    const breakers = [orders, manager.createCircuitBreaker('stock'), manager.keyed('tenants').for('acme')];
    const states = () => breakers.map(({ state }) => state);
    for (const breaker of breakers) await fail(breaker);

    expect([manager.resetCircuitBreaker('orders'), manager.resetCircuitBreaker('unknown')]).toEqual([true, false]);
    expect(states()).toEqual(['closed', 'open', 'open']);
    await fail(orders);
    manager.resetAll({ tags: { team: 'a' } });
    expect(states()).toEqual(['closed', 'open', 'open']);
    manager.resetAll();
    expect(states()).toEqual(['closed', 'closed', 'closed']);
  });
});

describe('cleanupInactive', () => {
  it('removes breakers that were neither asked for nor called', async () => {
    const { manager, clock } = managerWith();
    for (const name of ['asked', 'called', 'idle']) manager.createCircuitBreaker(name);
    clock.advance(600);
    manager.createCircuitBreaker('asked');
    await succeed(manager.getCircuitBreaker('called') as UnifiedCircuitBreaker);
    clock.advance(400);

    expect(manager.cleanupInactive(1_000)).toBe(1);
    expect(manager.getCircuitBreakerNames()).toEqual(['asked', 'called']);
  });

  it('keeps forced, waiting and busy breakers, and removes them later', async () => {
    const { manager, clock } = managerWith({ recoveryTimeoutMs: 5_000, jitter: false, timeoutMs: null });
    const forced = manager.createCircuitBreaker('forced');
    forced.forceOpen();
    manager.createCircuitBreaker('open').trip();
    const call = hang(manager.createCircuitBreaker('busy'));
    clock.advance(4_999);
    expect(manager.cleanupInactive(1_000)).toBe(0);

    clock.advance(1);
    forced.release();
    call.operation.resolve('done');
    await call.settled;
    expect(manager.cleanupInactive(1_000)).toBe(2);
    clock.advance(1_000);

    expect([manager.cleanupInactive(1_000), manager.size]).toEqual([1, 0]);
  });

  it('notices calls of a breaker that reads no clock', async () => {
    const { manager, clock } = managerWith({ timeoutMs: null, trackLatency: false });
    const breaker = manager.createCircuitBreaker('lean');
    clock.advance(1_000);
    await succeed(breaker);

    expect(manager.cleanupInactive(1_000)).toBe(0);
    clock.advance(1_000);
    expect(manager.cleanupInactive(1_000)).toBe(1);
  });

  it.each([0, -1, Number.NaN, '5', undefined])('throws when idleMs is %o', (idleMs) => {
    expect(() => managerWith().manager.cleanupInactive(idleMs as never)).toThrow(
      'Circuit breaker manager: `idleMs` must be a number of milliseconds (1 or more).',
    );
  });
});

describe('dispose', () => {
  it('disposes and removes every breaker, and creates no more', async () => {
    const { manager } = managerWith();
    const breakers = [manager.createCircuitBreaker('orders'), manager.keyed('tenants').for('acme')];

    manager.dispose();

    const errors = await Promise.all(breakers.map((breaker) => errorOf(breaker.call(() => 1))));
    expect(errors.map((error) => (error as { code: string }).code)).toEqual(Array(2).fill('ERR_CIRCUIT_DISPOSED'));
    expect([manager.size, manager.disposed]).toEqual([0, true]);
    expect(() => manager.createCircuitBreaker('orders')).toThrow(
      'The manager is disposed and can\'t create circuit breaker "orders". Create a new manager.',
    );
    expect(() => manager.keyed('tenants')).toThrow('The manager is disposed');
  });
});
