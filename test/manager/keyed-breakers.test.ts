import { describe, expect, it } from 'vitest';
import type { KeyedOptions } from '../../src/manager/keyed/keyed-options.ts';
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

/** What protected the evicted keys. */
function despites(events: ReturnType<typeof managerWith>['events']) {
  return events.flatMap((event) => (event.type === 'evicted' ? [event.despite] : []));
}

describe('keyed breakers', () => {
  it('keep one breaker per key', async () => {
    const { keyed, of, manager } = tenants();

    expect(await keyed.call({ tenant: 'acme' }, () => 1)).toBe(1);
    expect(await keyed.call({ tenant: 'free' }, () => Promise.reject(BOOM), { fallback: 'none' })).toBe('none');

    expect([of('acme').state, of('free').state, of('acme').name]).toEqual(['closed', 'open', 'tenants:acme']);
    expect(of('acme')).toBe(of('acme'));
    expect([keyed.size, keyed.get('acme') === of('acme'), keyed.get('unknown')]).toEqual([2, true, null]);
    expect(keyed.name).toBe('tenants');
    expect(manager.keyed('tenants')).toBe(keyed);
  });

  it('use strings as keys without `by`', () => {
    const { manager } = managerWith();
    const hosts = manager.keyed('hosts');

    for (const key of ['', '__proto__', 'constructor', 'a:b']) expect(hosts.for(key)).toBe(hosts.for(key));
    expect([...hosts].map(([key]) => key)).toEqual(['', '__proto__', 'constructor', 'a:b']);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [{}, 'an object'],
    [Promise.resolve('a'), 'a promise'],
  ])('throw and name the option to check when a key is %o', (key, shown) => {
    const problem = `A key must be a string. Received ${shown}.`;
    const hosts = managerWith().manager.keyed('hosts');

    expect(() => tenants({ by: () => key as never }).of('acme')).toThrow(
      new TypeError(`Keyed breakers "tenants": ${problem} Check \`by\`.`),
    );
    expect(() => hosts.for(key as never)).toThrow(
      new TypeError(`Keyed breakers "hosts": ${problem} Pass the option \`by\`.`),
    );
  });

  it('create no breaker when `by` throws', () => {
    const { keyed, of } = tenants({ by: () => { throw BOOM; } });

    expect(() => of('acme')).toThrow(BOOM);
    expect(keyed.size).toBe(0);
  });

  it('use the options of the group, its base and the manager', () => {
    const { manager } = managerWith({ baseConfigs: { http: { timeoutMs: 5 } }, failureThreshold: 7 });
    const breaker = manager.keyed('hosts', { base: 'http', successThreshold: 1 }).for('a');

    expect(breaker.getStatus().config).toMatchObject({ timeoutMs: 5, failureThreshold: 7, successThreshold: 1 });
  });

  it.each([
    [
      'contradict each other',
      { minRequestsThreshold: 9, slidingWindowSize: 5 },
      '`minRequestsThreshold` must be at most `slidingWindowSize` (5). Received 9. ' +
        'The window can never hold that many calls.',
    ],
    [
      'are invalid',
      { maxKeys: 0, idleMs: 0, by: 5 },
      '`maxKeys` must be a whole number (1 to 1000000). Received 0. ' +
        '`idleMs` must be a number of milliseconds (1 or more). Received 0. `by` must be a function. Received 5.',
    ],
    ['have a snapshot', { restore: {} }, 'Unknown option `restore`.'],
    ['name an unknown base', { base: 'htp' }, 'Unknown base configuration `htp`. Did you mean `http`?'],
  ])('throw before the first key when their options %s', (_title, options, problem) => {
    const { manager } = managerWith({ baseConfigs: { http: {} } });

    expect(() => manager.keyed('hosts', options as never)).toThrow(
      expect.objectContaining({ message: `Keyed breakers "hosts": ${problem}` }) as Error,
    );
    expect(manager.keyed('hosts').size).toBe(0);
  });

  it('are part of the summary, events and resets of the manager', async () => {
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
      conditions: {
        closed: 1, half_open: 0, open: 1, ready_to_probe: 0, forced_open: 1, forced_closed: 1, full: 0, disposed: 0,
      },
      unhealthyKeys: ['acme', 'free'],
    });
    expect(manager.getHealthSummary().overallHealth).toBe('healthy');
    expect(events.filter(({ type }) => type === 'added')).toHaveLength(4);
    manager.resetAll();
    expect(of('acme').state).toBe('closed');
  });

  it('have no timers', async () => {
    const { of, clock } = tenants({ maxKeys: 100 });
    for (let key = 0; key < 500; key += 1) await succeed(of(String(key)));

    expect(clock.timers).toBe(0);
  });

  it('replace a breaker that was disposed', () => {
    const { of, keyed } = tenants();
    const old = of('acme');
    old.dispose();

    expect(of('acme')).not.toBe(old);
    expect([of('acme').canExecute(), keyed.size]).toEqual([true, 1]);
  });

  it('can be removed whatever their state', () => {
    const { of, keyed } = tenants();
    of('acme').forceOpen();

    expect([keyed.remove('acme'), keyed.remove('acme'), keyed.size]).toEqual([true, false, 0]);
  });
});

describe('eviction', () => {
  it.each([
    ['the keys that were not used, in turn', 'abcadbe', 'bde', 'bca'],
    ['the least recently used key when all were used', 'abcbcad', 'acd', 'b'],
  ])('evicts %s', (_title, uses, kept, evicted) => {
    const { of, keys, events } = tenants({ maxKeys: 3 });
    for (const key of uses) of(key);

    expect(keys().toSorted().join('')).toBe(kept);
    const place = (key: string) => ({ name: `tenants:${key}`, keyed: { group: 'tenants', key } });
    expect(events.filter(({ type }) => type === 'evicted')).toEqual(
      [...evicted].map((key) => ({ type: 'evicted', reason: 'full', despite: null, ...place(key) })),
    );
  });

  it('keeps keys that are forced, wait or have calls in flight while another is free', async () => {
    const { of, keys } = tenants({ maxKeys: 4 });
    of('forced').forceClose();
    of('open').trip();
    const call = hang(of('busy'));
    for (const key of ['a', 'b', 'c']) of(key);
    expect(keys()).toEqual(['forced', 'open', 'busy', 'c']);

    call.operation.resolve('done');
    await call.settled;
    of('d');
    expect(keys().toSorted()).toEqual(['c', 'd', 'forced', 'open']);
  });

  it('evicts an open key when its wait is over', () => {
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

  it('evicts the open key whose wait ends first when all are protected', () => {
    const { of, keys, events } = tenants({ maxKeys: 3 });
    of('a').trip({ forMs: 5_000 });
    of('b').trip({ forMs: 6_000 });
    of('c').trip({ forMs: 7_000 });
    of('a').trip({ forMs: 9_000 });

    of('d').trip({ forMs: 8_000 });
    expect(keys().toSorted()).toEqual(['a', 'c', 'd']);
    of('e').forceOpen();

    expect(keys().toSorted()).toEqual(['a', 'd', 'e']);
    expect(despites(events)).toEqual(['waiting', 'waiting']);
  });

  it('evicts the least recently used busy key when all are busy, and its calls finish', async () => {
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
    expect(despites(events)).toEqual(['in_flight', 'in_flight']);
    expect(keyed.size).toBe(2);
    other.operation.resolve('done');
  });

  it('returns an unregistered breaker when all keys are forced', async () => {
    const { of, keyed, events, keys } = tenants({ maxKeys: 2 });
    for (const key of ['a', 'b']) of(key).forceOpen();

    const unlisted = of('c');
    await fail(unlisted);

    expect([keyed.size, keys(), unlisted.state, of('c') === unlisted]).toEqual([2, ['a', 'b'], 'open', false]);
    expect(events.filter(({ type }) => type === 'unlisted')).toHaveLength(2);
    of('a').release();
    expect([of('c') === of('c'), keyed.size]).toEqual([true, 2]);
  });

  it('examines at most 32 keys, and the next ones for the next key', () => {
    const { of, keys, events } = tenants({ maxKeys: 65 });
    for (let key = 0; key < 65; key += 1) of(`k${key}`);
    for (let key = 0; key < 64; key += 1) of(`k${key}`).trip({ forMs: 10_000 + ((key * 7) % 64) });

    of('x');
    of('y');
    of('z');

    expect(['k0', 'k55', 'k64'].map((key) => keys().includes(key))).toEqual([false, false, false]);
    expect(despites(events)).toEqual(['waiting', 'waiting', null]);
  });

  it('stops the health check of an evicted breaker, which keeps working and emits no events', async () => {
    let checks = 0;
    const check = (): boolean => ((checks += 1), false);
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

  it('lets listeners ask for keys, and never exceeds maxKeys', () => {
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
  it('are evicted when a key is added, two at most', async () => {
    const { of, keys, clock, events } = tenants({ idleMs: 1_000 });
    for (const key of ['a', 'b', 'c', 'd']) of(key);
    clock.advance(999);
    await succeed(of('d'));
    clock.advance(1);
    events.length = 0;

    for (const key of ['e', 'f', 'g']) of(key);

    expect(keys()).toEqual(['d', 'e', 'f', 'g']);
    const seen = events.map((event) => (event.type === 'evicted' ? event.reason : event.type)).join(' ');
    expect(seen).toMatch(/^(?!.*idle idle idle).*$/);
    expect(seen.match(/idle/g)).toHaveLength(3);
  });

  it('are removed by cleanupInactive() of the group or manager, unless they are protected', async () => {
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

  it('stay without idleMs', () => {
    const { of, keyed, clock } = tenants();
    of('a');
    clock.advance(1e12);
    of('b');

    expect([keyed.cleanupInactive(), keyed.size]).toEqual([0, 2]);
  });
});
