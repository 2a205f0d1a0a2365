import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { breakerOf, circuitBreaker, getUnifiedCircuitBreakerManager, reconfigure, UnifiedCircuitBreaker, withBreaker }
  from '../../src/index.ts';
import { resetProcessManager } from '../../src/testing/index.ts';
import { managerWith } from '../support/manager.ts';

const answer = async (): Promise<number> => 1;
const codes: string[] = [];

beforeEach(() => {
  resetProcessManager();
  vi.spyOn(process, 'emitWarning').mockImplementation((...[, options]) => {
    codes.push((options as { code: string }).code);
  });
});
afterEach(() => {
  resetProcessManager();
  codes.length = 0;
  vi.restoreAllMocks();
});

describe('reconfigure and callers that name their options', () => {
  it('live together in a strict manager', async () => {
    const { manager, events } = managerWith({ strict: true });
    const order = () => manager.callWithCircuitBreaker('orders', answer, { config: { timeoutMs: 1_000 } });
    await order();
    manager.reconfigure('orders', { timeoutMs: 300 });

    await expect(order()).resolves.toBe(1);
    expect(withBreaker(answer, { name: 'orders', timeoutMs: 1_000, manager }).breaker.name).toBe('orders');
    expect(events.filter(({ type }) => type === 'configConflict')).toEqual([]);
    expect(() => manager.createCircuitBreaker('orders', { timeoutMs: 300 })).toThrow('`timeoutMs` is 1000, not 300');
  });

  it('live together for groups, whose template and keys change', () => {
    const { manager, events } = managerWith({ strict: true });
    const group = manager.keyed('payments', { timeoutMs: 1_000 });
    const [acme, free] = [group.for('acme'), group.for('free')];
    reconfigure(free, { failureThreshold: 3 });

    expect(() => manager.reconfigure('payments', {})).toThrow('Use `keyed("payments").reconfigure()`.');
    group.reconfigure({ timeoutMs: 300, maxKeys: 2 });

    expect(manager.keyed('payments', { timeoutMs: 1_000 })).toBe(group);
    const timeouts = [acme, free, group.for('new')].map((each) => each.getStatus().config.timeoutMs);
    expect(timeouts).toEqual([300, 300, 300]);
    expect([free.getStatus().config.failureThreshold, group.size]).toEqual([3, 2]);
    expect(events).toContainEqual({ type: 'reconfigured', name: 'payments', options: ['timeoutMs', 'maxKeys'] });
    expect(() => group.reconfigure({ healthCheck: { check: () => true } })).toThrow("`healthCheck` can't be changed.");
    group.reconfigure({ maxKeys: 1 });
    expect(group.size).toBe(1);
  });

  it('work for a breaker made with new', () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 1_000, failureThreshold: 3 });
    breaker.trip();

    reconfigure(breaker, { timeoutMs: 300 });

    expect(breaker.getStatus().config).toMatchObject({ timeoutMs: 300, failureThreshold: 3 });
    expect(breaker.state).toBe('open');
    expect(() => reconfigure({} as UnifiedCircuitBreaker, {})).toThrow('`breaker` must be a UnifiedCircuitBreaker');
  });
});

describe('one name', () => {
  it('is one circuit for functions, although clean-up removed it', async () => {
    const { manager, clock } = managerWith();
    const list = withBreaker(answer, { name: 'orders', manager });
    await list();
    await clock.advanceAsync(3_600_000);
    expect(manager.cleanupInactive(3_600_000)).toBe(1);
    const get = withBreaker(answer, { name: 'orders', manager });

    list.breaker.trip();

    expect(list.breaker).toBe(get.breaker);
    expect(manager.getHealthSummary().overallHealth).toBe('degraded');
    await expect(list()).rejects.toThrow('orders');
  });

  it('works after the default manager was disposed, for functions, methods and groups', async () => {
    class Orders {
      @circuitBreaker({ name: 'orders' })
      async get(): Promise<number> {
        return 1;
      }
    }
    const list = withBreaker(answer, { name: 'list' });
    const pay = withBreaker(async (_tenant: string) => 1, { name: 'payments', by: (tenant) => tenant });
    await pay('acme');
    getUnifiedCircuitBreakerManager().dispose();

    expect(await Promise.all([list(), new Orders().get(), pay('acme')])).toEqual([1, 1, 1]);
    const manager = getUnifiedCircuitBreakerManager();
    expect(manager.getCircuitBreakerNames().toSorted()).toEqual(['list', 'orders']);
    expect(manager.getCircuitBreaker('orders')).toBe(breakerOf(new Orders().get));
    expect(pay.breakers).toBe(manager.keyed('payments'));
  });

  it('makes nothing after its own manager was disposed', async () => {
    const { manager } = managerWith();
    const list = withBreaker(answer, { name: 'orders', manager });
    const group = manager.keyed('payments');
    const acme = group.for('acme');
    manager.dispose();

    await expect(list()).rejects.toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
    await expect(acme.call(answer)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
    for (const key of ['acme', 'new']) {
      expect(() => group.for(key)).toThrow(expect.objectContaining({ code: 'ERR_CIRCUIT_DISPOSED' }));
    }
  });

  it('warns once of a second circuit made with new, and not of managed ones', () => {
    getUnifiedCircuitBreakerManager().createCircuitBreaker('orders');
    managerWith().manager.createCircuitBreaker('orders');
    withBreaker(async function orders() {});
    expect(codes).toEqual([]);

    for (let made = 0; made < 3; made += 1) new UnifiedCircuitBreaker({ name: 'orders' });

    expect(codes).toEqual(['UCB_SECOND_CIRCUIT']);
  });

  it('can be given to a breaker made with new', () => {
    const { manager, events } = managerWith();
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 1_000 });

    manager.add(breaker);
    manager.add(breaker);

    expect(manager.createCircuitBreaker('orders', { timeoutMs: 1_000 })).toBe(breaker);
    expect(events).toEqual([{ type: 'added', name: 'orders', keyed: undefined }]);
    manager.reconfigure('orders', { timeoutMs: 300 });
    expect(breaker.getStatus().config.timeoutMs).toBe(300);
    const other = new UnifiedCircuitBreaker({ name: 'orders' });
    expect(() => manager.add(other)).toThrow('Another breaker has this name.');
    expect(() => managerWith().manager.add(breaker)).toThrow('It is registered elsewhere.');
    other.dispose();
    expect(() => managerWith().manager.add(other)).toThrow('It is disposed.');
  });

  it('keeps a saved state for a breaker that is added later', () => {
    const before = managerWith().manager;
    before.createCircuitBreaker('orders').trip({ reason: 'pager' });
    const { manager } = managerWith();
    manager.restore(JSON.parse(JSON.stringify(before.snapshot())));
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });

    manager.add(breaker);

    expect(breaker.state).toBe('open');
  });
});

describe('one switch', () => {
  it('forces and releases all breakers, keyed and later ones included', () => {
    const { manager } = managerWith();
    const early = manager.createCircuitBreaker('early');
    const group = manager.keyed('payments', { maxKeys: 1 });
    const key = group.for('acme');

    manager.forceAll('open', 'maintenance');
    const late = [manager.createCircuitBreaker('late'), group.for('unlisted'), manager.keyed('other').for('key')];

    const reasons = [early, key, ...late].map(({ override }) => override?.reason);
    expect(reasons).toEqual(Array.from({ length: 5 }, () => 'maintenance'));
    manager.releaseAll();
    const released = [early, key, manager.createCircuitBreaker('last')];
    expect(released.map(({ override }) => override)).toEqual([null, null, null]);
    expect(() => manager.forceAll('shut' as 'open')).toThrow("`state` must be 'open' or 'closed'");
  });

  it.each([
    ['off', ['off', 'off'], 1],
    ['observe', ['observe', 'observe'], 1],
    ['of', ['enforce', 'off'], 1],
    ['', ['enforce', 'off'], 0],
  ])('CIRCUIT_BREAKER_MODE=%s wins over code and is read once', async (mode, modes, warnings) => {
    vi.stubEnv('CIRCUIT_BREAKER_MODE', mode);
    vi.resetModules();
    const emitWarning = vi.mocked(process.emitWarning).mockReset();
    const fresh = await import('../../src/index.ts');
    const manager = new fresh.UnifiedCircuitBreakerManager({ strict: true });

    const made = [manager.keyed('g').for('key'), new fresh.UnifiedCircuitBreaker({ name: 'own', mode: 'off' })];
    vi.unstubAllEnvs();
    manager.createCircuitBreaker('a', { mode: 'enforce' });

    expect(made.map((each) => each.getStatus().config.mode)).toEqual(modes);
    expect(manager.createCircuitBreaker('a', { mode: 'enforce' }).name).toBe('a');
    expect(emitWarning).toHaveBeenCalledTimes(warnings);
  });
});

it('tells a health check which key it asks for, and names unhealthy keys', async () => {
  const asked: unknown[] = [];
  const { manager, clock } = managerWith();
  const check = (_signal: AbortSignal, breaker: object): boolean => asked.push(breaker) > 0;
  const group = manager.keyed('hosts', { healthCheck: { check, intervalMs: 100 } });
  for (let key = 0; key < 30; key += 1) group.for(`h${key}`).forceOpen();
  group.remove('h0');
  group.for('h0').trip();
  await clock.advanceAsync(100);

  expect(asked).toEqual([{ name: 'hosts:h0', key: 'h0' }]);
  expect(manager.getHealthSummary().keyed['hosts']?.unhealthyKeys.length).toBe(20);
});

it('warns once at the hundredth unregistered breaker of a label', () => {
  const wrap = () => withBreaker(async function perRequest() {});
  for (let made = 0; made < 99; made += 1) wrap();
  expect(codes).toEqual([]);

  for (let made = 0; made < 200; made += 1) wrap();

  expect(codes).toEqual(['UCB_MANY_PRIVATE']);
  expect(getUnifiedCircuitBreakerManager().size).toBe(0);
});

it('compares a repeated configuration without reading each option again', () => {
  const { manager } = managerWith();
  let reads = 0;
  const by = { get timeoutMs() { return (reads += 1) > 0 ? 1_000 : 0; } };
  manager.createCircuitBreaker('orders', by);
  manager.createCircuitBreaker('orders', by);
  const before = reads;

  manager.createCircuitBreaker('orders', by);

  expect(reads - before).toBe(1);
});
