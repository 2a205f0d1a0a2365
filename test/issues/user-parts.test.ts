import { describe, expect, it } from 'vitest';
import { adaptiveConcurrency, consecutiveFailures, cusum, errorRate, slowCallRate } from '../../src/index.ts';
import { type Detector, retry, type TripPolicy } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { managerWith, wholeSnapshot } from '../support/manager.ts';
import { BOOM, deferred, errorOf, fail } from '../support/outcomes.ts';

const throwing = (): never => {
  throw BOOM;
};

describe('a concurrency limit of the user', () => {
  it('may throw, and calls still settle', async () => {
    const limit = { current: 5, succeeded: throwing, failed: throwing };
    const { breaker, clock, internalErrors } = breakerWith({ timeoutMs: 50, maxConcurrent: { create: () => limit } });

    const fine = await breaker.call(async () => 'fine');
    const hung = breaker.tryCall(() => new Promise(() => {}));
    await clock.advanceAsync(50);

    expect(fine).toBe('fine');
    expect(await hung).toMatchObject({ error: { code: 'ERR_CIRCUIT_TIMEOUT' } });
    expect(internalErrors).toEqual([
      { error: BOOM, source: 'maxConcurrent' }, { error: BOOM, source: 'maxConcurrent' },
    ]);
  });

  it.each([0, Number.NaN, undefined])('limits nothing if its figure is %s', async (current) => {
    const limit = { current: current as number, succeeded: () => {}, failed: () => {} };
    const { breaker } = breakerWith({ maxConcurrent: { create: () => limit } });

    expect(await breaker.call(() => 'fine')).toBe('fine');
  });

  it('changes nothing if it can not be made when the breaker is reconfigured', () => {
    const { manager } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', { timeoutMs: 100 });

    expect(() => manager.reconfigure('orders', { timeoutMs: 9, maxConcurrent: { create: throwing } })).toThrow(BOOM);
    expect(breaker.getStatus().config).toMatchObject({ timeoutMs: 100, maxConcurrent: null });
  });
});

describe('a detector of the user', () => {
  const idleThrows = { get idle() { return throwing(); }, add: () => false, clear: () => {} };

  it('may throw, and calls still settle', async () => {
    const { breaker } = breakerWith({ detector: { reason: 'mine', create: () => idleThrows } });

    expect(await breaker.call(async () => 'fine')).toBe('fine');
  });

  it('may be an instance of a class', async () => {
    class Mine implements Detector {
      readonly reason = 'mine';
      readonly limit = 2;
      create() {
        let failures = 0;
        const add = (failed: boolean): boolean => (failures += failed ? 1 : 0) >= this.limit;
        return { idle: false, add, clear: () => void (failures = 0) };
      }
    }
    const { breaker } = breakerWith({ detector: new Mine() });
    await fail(breaker, 2);

    expect(breaker.explain()).toContain('of "mine"');
  });
});

it.each([
  ['maxConcurrent', { maxConcurrent: adaptiveConcurrency({ ceiling: 10 }) },
    { maxConcurrent: adaptiveConcurrency({ ceiling: 99 }) }],
  ['detector', { detector: cusum() }, { detector: cusum({ callsPerFalseTrip: 99 }) }],
])('two different values of `%s` for one name are a conflict', (option, first, second) => {
  const { manager } = managerWith({ strict: true });
  manager.createCircuitBreaker('orders', first);

  expect(() => manager.createCircuitBreaker('orders', second)).toThrow(`\`${option}\` is `);
});

it('a detector that tolerates more than 50% needs only a higher `errorRateThreshold`', () => {
  expect(breakerWith({ errorRateThreshold: 0.8, detector: cusum({ tolerated: 0.6 }) }).breaker.state).toBe('closed');
});

it.each<[string, () => TripPolicy]>([
  ['failureThreshold', () => consecutiveFailures(0)],
  ['threshold', () => errorRate({ threshold: 50, minRequestsThreshold: 1 })],
  ['minRequestsThreshold', () => slowCallRate({ threshold: 0.5, minRequestsThreshold: Number.NaN })],
])('a built-in policy checks `%s`', (option, create) => {
  expect(create).toThrow(`\`${option}\` must be `);
});

it('`restore()` makes a live breaker forget what its detector has summed up', () => {
  const { manager } = managerWith();
  const breaker = manager.createCircuitBreaker('orders', { detector: cusum(), failureThreshold: null });
  const saved: unknown = wholeSnapshot(manager);
  for (let call = 0; call < 16; call += 1) breaker.recordFailure();

  manager.restore(saved);
  breaker.recordFailure();

  expect(breaker.state).toBe('closed');
});

it('a snapshot for a disposed breaker waits for the next one with its name', () => {
  const { manager } = managerWith();
  manager.createCircuitBreaker('orders').trip();
  const saved: unknown = wholeSnapshot(manager);
  const { manager: next } = managerWith();
  next.createCircuitBreaker('orders').dispose();

  next.restore(saved);

  expect(next.createCircuitBreaker('orders').state).toBe('open');
});

it('a call that began without latency has no duration after latency is turned on', async () => {
  const { manager } = managerWith();
  const breaker = manager.createCircuitBreaker('orders', { timeoutMs: null, trackLatency: false });
  const operation = deferred();
  const durations: number[] = [];
  breaker.on('failure', ({ durationMs }) => void durations.push(durationMs));
  const call = breaker.tryCall(() => operation.promise);

  manager.reconfigure('orders', { trackLatency: true });
  operation.reject(BOOM);
  await call;

  expect(durations).toEqual([0]);
});

it('clean-up removes a breaker that has only failed and is idle', () => {
  const { manager, clock } = managerWith();
  manager.createCircuitBreaker('orders').recordFailure(BOOM);
  clock.advance(60_000);
  expect(manager.cleanupInactive(1_000)).toBe(1);
});

it('a breaker that is removed while its health check holds it waits no longer than before', async () => {
  const { manager, clock } = managerWith();
  const healthCheck = { check: () => 'unhealthy' as const, intervalMs: 1_000 };
  const breaker = manager.createCircuitBreaker('orders', { recoveryTimeoutMs: 10_000, healthCheck });
  breaker.trip();
  await clock.advanceAsync(1_500);
  const held = breaker.retryAfterMs;
  manager.removeCircuitBreaker('orders');

  expect([held, breaker.retryAfterMs]).toEqual([68_500, 8_500]);
});

it('a group of a disposed manager creates no breakers', () => {
  const { manager } = managerWith();
  const group = manager.keyed('tenants');
  manager.dispose();

  expect(() => group.for('acme')).toThrow('can\'t create circuit breaker "tenants:acme"');
});

it('a stream ends at `throw()` while it waits for an item', async () => {
  const { breaker } = breakerWith({ timeoutMs: null });
  const next = () => new Promise<never>(() => {});
  const items = breaker.stream(() => ({ [Symbol.asyncIterator]: () => ({ next }) }));
  void items.next();

  await errorOf(items.throw(BOOM));
  expect(breaker.getMetrics()).toMatchObject({ inFlight: 0 });
});

it('a retry ends with the error of the operation if the budget throws', async () => {
  const budget = { deposit: throwing, withdraw: throwing } as never;

  expect(await errorOf(retry(() => Promise.reject(BOOM), { budget, onInternalError: () => {} }))).toBe(BOOM);
});
