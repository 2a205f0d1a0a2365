import { describe, expect, it } from 'vitest';
import { Emitter } from '../../src/core/emitter.ts';
import { HalfOpenState, Probe } from '../../src/core/half-open.ts';
import type { ManagerSnapshot } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { managerWith } from '../support/manager.ts';
import { fail, succeed } from '../support/outcomes.ts';
import { snapshotWith } from '../support/snapshots.ts';

const WALL = 1_700_000_000_000;
const HOUR = 3_600_000;

/** A snapshot of the keys of one group, each open. */
const savedKeys = (...keys: readonly string[]): ManagerSnapshot => ({
  version: 1,
  breakers: [],
  keyed: [{ group: 'tenants', keys: keys.map((key) => ({ key, breaker: snapshotWith({ name: `tenants:${key}` }) })) }],
});

const keysOf = ({ keyed }: ManagerSnapshot): readonly string[] =>
  keyed.flatMap(({ keys }) => keys.map(({ key }) => key));

/** A half-open circuit that counts how often anybody looks at the end of one of its probes. */
function crowd(count: number) {
  const rules = { halfOpenMaxCalls: count, successThreshold: 1, halfOpenMaxFailures: count, halfOpenLeaseMs: null };
  const before = { since: 0, openings: 1, saturated: false, waitMs: 1_000, healthShortened: false };
  const state = new HalfOpenState(before);
  const looks = { count: 0 };
  const add = (now: number): void => {
    const probe = new Probe(now, null, rules);
    const { endsAt } = probe;
    Object.defineProperty(probe, 'endsAt', { get: () => ((looks.count += 1), endsAt) });
    state.add(probe);
  };
  return { state, rules, looks, add };
}

describe('a snapshot of a manager', () => {
  it('leaves out breakers that are like new ones', async () => {
    const { manager } = managerWith();
    await succeed(manager.createCircuitBreaker('orders'));
    await succeed(manager.keyed('tenants').for('acme'));

    expect(manager.snapshot()).toEqual({ version: 1, breakers: [], keyed: [] });
  });

  it('stays bounded over restarts with other keys each', async () => {
    let saved: unknown;
    for (let day = 0; day < 20; day += 1) {
      const { manager } = managerWith();
      if (saved !== undefined) manager.restore(saved);
      const group = manager.keyed('tenants', { maxKeys: 10 });
      for (let key = 0; key < 10; key += 1) await fail(group.for(`${day}-${key}`));
      saved = JSON.parse(JSON.stringify(manager.snapshot()));
    }

    expect(keysOf(saved as ManagerSnapshot)).toEqual(Array.from({ length: 10 }, (_, key) => `19-${key}`));
  });

  it('counts restored keys towards maxKeys, the oldest first out', () => {
    const { manager, clock } = managerWith();
    clock.jumpWall(WALL);
    manager.restore(savedKeys('a', 'b', 'c'));
    const group = manager.keyed('tenants', { maxKeys: 3 });
    group.for('d').trip();

    expect(keysOf(manager.snapshot())).toEqual(['b', 'c', 'd']);
  });

  it('drops what is older than its wait and all that would be forgiven', () => {
    const { manager, clock } = managerWith();
    clock.jumpWall(WALL);
    manager.restore({
      ...savedKeys('acme'),
      breakers: [snapshotWith(), snapshotWith({ name: 'forced', override: { state: 'open', reason: 'deploy' } })],
    });
    const namesAfter = (ms: number): readonly string[] => {
      clock.jumpWall(ms);
      const saved = manager.snapshot();
      return [...saved.breakers.map(({ name }) => name), ...keysOf(saved)];
    };

    expect(namesAfter(3 * HOUR)).toEqual(['orders', 'forced', 'acme']);
    expect(namesAfter(5_000)).toEqual(['forced']);
  });
});

describe('time down', () => {
  it.each([
    [0, 8],
    [4_000 + 60_000, 7],
    [4_000 + 3 * 60_000, 5],
    [7 * 24 * HOUR, 0],
  ])('of %d ms leaves %d of eight openings, one less for each minute after the wait', (ms, left) => {
    const { clock, breaker } = breakerWith({ name: 'orders', recoveryTimeoutMs: 1_000 });
    clock.jumpWall(WALL + ms);
    const restored = breakerWith({ name: 'orders', clock, recoveryTimeoutMs: 1_000,
      restore: snapshotWith({ openings: 8 }) });

    expect([breaker.state, restored.breaker.snapshot().openings]).toEqual(['closed', left]);
  });
});

describe('probes', () => {
  it('are not looked at again for each that takes the slot of one that hangs', () => {
    const { state, rules, looks, add } = crowd(1_000);
    for (let probe = 0; probe < 1_000; probe += 1) add(0);
    looks.count = 0;
    let admitted = 0;
    while (state.hasSlot(30_000, rules) && admitted < 5_000) {
      add(30_000);
      admitted += 1;
    }

    expect(admitted).toBe(1_000);
    expect(looks.count).toBeLessThan(10_000);
  });

  it('that expire together are sorted once', () => {
    const { breaker, clock } = breakerWith({ halfOpenMaxCalls: 1_000, halfOpenMaxFailures: 999, timeoutMs: null });
    breaker.trip({ forMs: 1_000 });
    clock.advance(1_000);
    for (let probe = 0; probe < 1_000; probe += 1) breaker.tryAcquire();
    clock.advance(100_000);
    let expired = 0;
    breaker.on('leaseExpired', () => void (expired += 1));
    breaker.tryAcquire();

    expect([expired, breaker.state]).toEqual([1_000, 'open']);
  });
});

describe('a listener', () => {
  it('that causes its own event without end is stopped, and reported once', () => {
    const { breaker, internalErrors } = breakerWith({ failureThreshold: null, minRequestsThreshold: 100_000 });
    let heard = 0;
    breaker.on('failure', () => {
      heard += 1;
      breaker.recordFailure(new Error('again'));
    });
    breaker.recordFailure(new Error('first'));

    expect(heard).toBe(10_002);
    expect(internalErrors.map(({ error }) => String(error))).toEqual([
      'Error: A listener causes `failure` without end. Events were dropped after 10000.',
    ]);
  });

  it('that causes two of its own events each time is stopped, too, and later events arrive', () => {
    const { breaker } = breakerWith({ failureThreshold: null });
    let heard = 0;
    const off = breaker.on('failure', () => {
      heard += 1;
      for (let twice = 0; twice < 2; twice += 1) breaker.recordFailure(new Error('again'));
    });
    breaker.recordFailure(new Error('first'));
    off();
    const stopped = heard;
    breaker.on('failure', () => void (heard += 1));
    breaker.recordFailure(new Error('later'));

    expect([stopped < 10_010, heard - stopped]).toEqual([true, 1]);
  });

  it('may cause any number of events itself', () => {
    const emitter = new Emitter<{ start: null; each: number }>(() => {});
    let heard = 0;
    emitter.on('start', () => {
      for (let index = 0; index < 50_000; index += 1) emitter.emit('each', index);
    });
    emitter.on('each', () => void (heard += 1));
    emitter.emit('start', null);

    expect(heard).toBe(50_000);
  });

  it('that overflows the stack at any depth leaves the emitter working', () => {
    const emitter = new Emitter<{ ping: number }>(() => {});
    const dive = (depth: number): void => {
      emitter.batch(() => {
        emitter.emit('ping', depth);
        dive(depth + 1);
      });
    };
    const off = emitter.on('ping', function recurse(): void {
      recurse();
    });
    expect(() => dive(0)).toThrow(RangeError);
    off();
    let heard = 0;
    emitter.on('ping', () => void (heard += 1));
    emitter.emit('ping', 0);

    expect(heard).toBe(1);
  });
});

describe('a listener that changes the circuit while a call is being admitted', () => {
  /** A breaker whose only probe has expired, so that the next call reports it. */
  function expiring() {
    const made = breakerWith({ halfOpenMaxCalls: 1, halfOpenMaxFailures: 1, timeoutMs: null, halfOpenLeaseMs: 1_000 });
    made.breaker.trip({ forMs: 1_000 });
    made.clock.advance(1_000);
    made.breaker.tryAcquire();
    made.clock.advance(120_000);
    return made;
  }
  /** A breaker whose next call is a probe. */
  function ready() {
    const made = breakerWith({ timeoutMs: null });
    made.breaker.trip({ forMs: 1_000 });
    made.clock.advance(1_000);
    return made;
  }

  it.each([
    ['leaseExpired', expiring, 'disposes', 'ERR_CIRCUIT_DISPOSED'],
    ['leaseExpired', expiring, 'forces it open', 'ERR_CIRCUIT_OPEN'],
    ['leaseExpired', expiring, 'trips it', 'ERR_CIRCUIT_OPEN'],
    ['stateChange', ready, 'disposes', 'ERR_CIRCUIT_DISPOSED'],
    ['stateChange', ready, 'forces it open', 'ERR_CIRCUIT_OPEN'],
    ['stateChange', ready, 'trips it', 'ERR_CIRCUIT_OPEN'],
  ] as const)('in %s of %o and %s: the operation does not run', async (event, make, change, code) => {
    const { breaker } = make();
    const off = breaker.on(event, () => {
      off();
      if (change === 'disposes') breaker.dispose();
      else if (change === 'trips it') breaker.trip({ forMs: 5_000 });
      else breaker.forceOpen('deploy');
    });
    let runs = 0;
    const error: unknown = await breaker.call(() => Promise.resolve((runs += 1))).catch((thrown: unknown) => thrown);

    expect(runs).toBe(0);
    expect(error).toMatchObject({ code });
    expect(breaker.getMetrics().inFlight).toBeLessThanOrEqual(1);
  });

  it('in stateChange and resets it: the call runs as one of a closed circuit', async () => {
    const { breaker } = ready();
    breaker.on('stateChange', ({ to }) => to === 'half_open' && breaker.reset());

    expect(await breaker.call(() => Promise.resolve(1))).toBe(1);
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, staleOutcomes: 0, windowCount: 1 });
  });
});
