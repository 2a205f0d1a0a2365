import { describe, expect, it } from 'vitest';
import type { KeyedOptions } from '../../src/manager/keyed-options.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, fail, hang, succeed } from '../support/outcomes.ts';

interface Request {
  readonly tenant: string;
}

/** A group by tenant; waits of 10 s, without jitter. */
function tenants(options: Partial<KeyedOptions<Request>> = {}) {
  const made = managerWith({ recoveryTimeoutMs: 10_000, jitter: false, failureThreshold: 1, timeoutMs: null });
  const keyed = made.manager.keyed<Request>('tenants', { by: ({ tenant }) => tenant, ...options });
  const of = (tenant: string) => keyed.for({ tenant });
  return { ...made, keyed, of, keys: () => [...keyed].map(([key]) => key) };
}

describe('keyed breakers', () => {
  it('give each key a breaker of its own, and the same one again', async () => {
    const { keyed, of, manager } = tenants();

    expect(await keyed.call({ tenant: 'acme' }, () => 1)).toBe(1);
    expect(await keyed.call({ tenant: 'free' }, () => Promise.reject(BOOM), { fallback: 'none' })).toBe('none');

    expect([of('acme').state, of('free').state, of('acme').name]).toEqual(['closed', 'open', 'tenants:acme']);
    expect(of('acme')).toBe(of('acme'));
    expect([keyed.size, keyed.get('acme') === of('acme'), keyed.get('nobody'), keyed.name]).toEqual([2, true, null, 'tenants']);
    expect(manager.keyed('tenants')).toBe(keyed);
  });

  it('take strings as their own keys, any string', () => {
    const { manager } = managerWith();
    const hosts = manager.keyed('hosts');

    for (const key of ['', '__proto__', 'constructor', 'a:b']) expect(hosts.for(key)).toBe(hosts.for(key));
    expect([...hosts].map(([key]) => key)).toEqual(['', '__proto__', 'constructor', 'a:b']);
  });

  it.each([undefined, null, 5, {}, Promise.resolve('a')])('refuse %o as a key, and say where to look', (key) => {
    expect(() => tenants({ by: () => key as never }).of('acme')).toThrow(TypeError);
    expect(() => managerWith().manager.keyed('hosts').for(key as never)).toThrow('Expected a key of the keyed breakers "hosts" to be a string');
  });

  it('let `by` throw, and have no breaker for it', () => {
    const { keyed, of } = tenants({
      by: () => {
        throw BOOM;
      },
    });

    expect(() => of('acme')).toThrow(BOOM);
    expect(keyed.size).toBe(0);
  });

  it('are made by the template, its base and the manager; a template that cannot be is refused at once', () => {
    const { manager } = managerWith({ baseConfigs: { http: { timeoutMs: 5 } }, failureThreshold: 7 });

    expect(manager.keyed('hosts', { base: 'http', successThreshold: 1 }).for('a').getStatus().config).toMatchObject({ timeoutMs: 5, failureThreshold: 7, successThreshold: 1 });
    expect(() => manager.keyed('wrong', { minRequestsThreshold: 9, slidingWindowSize: 5 })).toThrow('Expected `minRequestsThreshold` to be at most `slidingWindowSize`');
    expect(() => manager.keyed('wrong', { maxKeys: 0, idleMs: 0, by: 5 } as never)).toThrow('Expected `by` to be a function, got 5; Expected `maxKeys` to be a whole number, 1 to 1000000, got 0; Expected `idleMs` to be milliseconds, 1 to Infinity, got 0');
    expect(manager.keyed('wrong').size).toBe(0);
  });

  it('are told by the manager: in its summary, its events, its resets', async () => {
    const { manager, of, events } = tenants();
    await fail(of('acme'));
    of('free').forceOpen();
    of('gone').forceClose();
    of('fine');

    expect(manager.getHealthSummary().keyed['tenants']).toEqual({
      totalCircuitBreakers: 4,
      healthyCircuitBreakers: 2,
      unhealthyCircuitBreakers: 2,
      overallHealth: 'degraded',
      conditions: { closed: 1, half_open: 0, open: 1, ready_to_probe: 0, forced_open: 1, forced_closed: 1 },
    });
    expect(manager.getHealthSummary().overallHealth).toBe('healthy');
    expect(events.filter(({ type }) => type === 'added')).toHaveLength(4);
    manager.resetAll();
    expect(of('acme').state).toBe('closed');
  });

  it('have no timers, however many there are', async () => {
    const { of, clock } = tenants({ maxKeys: 100 });
    for (let key = 0; key < 500; key += 1) await succeed(of(String(key)));

    expect(clock.timers).toBe(0);
  });

  it('make another in place of one that its holder has disposed', () => {
    const { of, keyed } = tenants();
    const old = of('acme');
    old.dispose();

    expect(of('acme')).not.toBe(old);
    expect([of('acme').canExecute(), keyed.size]).toEqual([true, 1]);
  });

  it('can be removed one by one, whatever their state', () => {
    const { of, keyed } = tenants();
    of('acme').forceOpen();

    expect([keyed.remove('acme'), keyed.remove('acme'), keyed.size]).toEqual([true, false, 0]);
  });
});

describe('making room', () => {
  it('takes the key unused for longest', () => {
    const { of, keys, events } = tenants({ maxKeys: 3 });
    for (const key of ['a', 'b', 'c', 'a', 'd', 'b', 'e']) of(key);

    expect(keys().toSorted()).toEqual(['b', 'd', 'e']);
    expect(events.filter(({ type }) => type === 'evicted')).toEqual([
      { type: 'evicted', name: 'tenants:b', keyed: { group: 'tenants', key: 'b' }, reason: 'full', despite: null },
      { type: 'evicted', name: 'tenants:c', keyed: { group: 'tenants', key: 'c' }, reason: 'full', despite: null },
      { type: 'evicted', name: 'tenants:a', keyed: { group: 'tenants', key: 'a' }, reason: 'full', despite: null },
    ]);
  });

  it('spares what is forced, waits open, or has calls in flight, as long as another can go', async () => {
    const { of, keys } = tenants({ maxKeys: 4 });
    of('forced').forceClose();
    of('open').trip();
    const call = hang(of('busy'));
    for (const key of ['a', 'b', 'c']) of(key);
    expect(keys()).toEqual(['forced', 'open', 'busy', 'c']);

    call.operation.resolve('done');
    await call.settled;
    of('d');
    expect(keys()).toEqual(['forced', 'open', 'c', 'd']);
  });

  it('takes an open key whose wait is over, in the order of use', () => {
    const { of, keys, clock } = tenants({ maxKeys: 2 });
    of('open').trip();
    clock.advance(9_999);
    of('a');
    of('b');
    expect(keys()).toEqual(['open', 'b']);

    clock.advance(1);
    of('c');
    expect(keys()).toEqual(['b', 'c']);
  });

  it('takes the open key with the nearest deadline when none can go, wherever deadlines have moved', () => {
    const { of, keys, events } = tenants({ maxKeys: 3 });
    of('a').trip({ forMs: 5_000 });
    of('b').trip({ forMs: 6_000 });
    of('c').trip({ forMs: 7_000 });
    of('a').trip({ forMs: 9_000 });

    of('d').trip({ forMs: 8_000 });
    expect(keys()).toEqual(['a', 'c', 'd']);
    of('e').forceOpen();

    expect(keys()).toEqual(['a', 'd', 'e']);
    expect(events.flatMap((event) => (event.type === 'evicted' ? [event.despite] : []))).toEqual(['waiting', 'waiting']);
  });

  it('then takes the key with calls in flight that was unused for longest; they finish on it undisturbed', async () => {
    const { of, keyed, keys, events } = tenants({ maxKeys: 2 });
    const evicted = of('a');
    const call = hang(evicted);
    const other = hang(of('b'));

    of('c').forceOpen();
    call.operation.resolve('done');

    expect(keys()).toEqual(['b', 'c']);
    expect(await call.settled).toEqual({ status: 'success', value: 'done' });
    expect(evicted.getMetrics()).toMatchObject({ successfulCalls: 1, inFlight: 0 });
    expect(of('a')).not.toBe(evicted);
    expect(events.flatMap((event) => (event.type === 'evicted' ? [event.despite] : []))).toEqual(['in_flight', 'in_flight']);
    expect(keyed.size).toBe(2);
    other.operation.resolve('done');
  });

  it('gives an unlisted breaker when all keys are forced, and never has too many', async () => {
    const { of, keyed, events, keys } = tenants({ maxKeys: 2 });
    for (const key of ['a', 'b']) of(key).forceOpen();

    const unlisted = of('c');
    await fail(unlisted);

    expect([keyed.size, keys(), unlisted.state, of('c') === unlisted]).toEqual([2, ['a', 'b'], 'open', false]);
    expect(events.filter(({ type }) => type === 'unlisted')).toHaveLength(2);
    of('a').release();
    expect([of('c') === of('c'), keyed.size]).toEqual([true, 2]);
  });

  it('stops the health check of an evicted breaker, which keeps working and is heard no more', async () => {
    let checks = 0;
    const check = (): boolean => {
      checks += 1;
      return false;
    };
    const { of, clock, events } = tenants({ maxKeys: 1, healthCheck: { check, intervalMs: 100 } });
    const evicted = of('a');
    evicted.trip();
    of('b');
    events.length = 0;
    await clock.advanceAsync(1_000);

    evicted.reset();
    await fail(evicted);

    expect([checks, evicted.state, events, clock.timers]).toEqual([0, 'open', [], 0]);
  });

  it('counts a state change as a use', async () => {
    const { of, keys, clock } = tenants({ maxKeys: 2, successThreshold: 1 });
    const open = of('open');
    open.trip();
    of('a');
    clock.advance(10_000);
    await succeed(open);

    of('b');

    expect(keys()).toEqual(['open', 'b']);
  });

  it('lets listeners ask for keys, and never has too many', () => {
    const { of, keyed, manager } = tenants({ maxKeys: 2 });
    manager.on('evicted', ({ keyed: { key } }) => void (key === 'a' && of('again')));
    manager.on('added', ({ keyed: place }) => void (place?.key === 'b' && of('more')));
    for (const key of ['a', 'b', 'c', 'd']) {
      of(key);
      expect(keyed.size).toBeLessThanOrEqual(2);
    }
  });
});

describe('idle keys', () => {
  it('leave when new ones come, two for each at most', async () => {
    const { of, keys, clock, events } = tenants({ idleMs: 1_000 });
    for (const key of ['a', 'b', 'c']) of(key);
    clock.advance(999);
    await succeed(of('c'));
    clock.advance(1);
    of('d');

    expect(keys()).toEqual(['c', 'd']);
    expect(events.flatMap((event) => (event.type === 'evicted' ? [event.reason] : []))).toEqual(['idle', 'idle']);
  });

  it('leave at cleanupInactive, of the group or of the manager, but not while they are protected', async () => {
    const { of, keyed, manager, keys, clock } = tenants({ idleMs: 1_000 });
    of('forced').forceOpen();
    of('open').trip();
    hang(of('busy'));
    for (const key of ['a', 'b']) of(key);
    clock.advance(1_000);
    await succeed(of('b'));

    expect(keyed.cleanupInactive()).toBe(1);
    expect(keys()).toEqual(['forced', 'open', 'busy', 'b']);
    clock.advance(500);
    expect([manager.cleanupInactive(500), keys()]).toEqual([1, ['forced', 'open', 'busy']]);
  });

  it('stay for ever without idleMs', () => {
    const { of, keyed, clock } = tenants();
    of('a');
    clock.advance(1e12);
    of('b');

    expect([keyed.cleanupInactive(), keyed.size]).toEqual([0, 2]);
  });
});
