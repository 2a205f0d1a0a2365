import { describe, expect, it } from 'vitest';
import type { UnifiedCircuitBreaker, UnifiedCircuitBreakerManager, UnifiedCircuitConfig } from '../../src/index.ts';
import { adaptiveConcurrency } from '../../src/limit/adaptive-concurrency.ts';
import { cusum } from '../../src/trip/cusum.ts';
import type { TripEvidence } from '../../src/trip/trip-policy.ts';
import { managerWith, wholeSnapshot } from '../support/manager.ts';
import { fail, succeed } from '../support/outcomes.ts';

type Changes = Parameters<UnifiedCircuitBreakerManager['reconfigure']>[1];

/** How evidence shows after something was done to a live breaker. */
interface Evidence {
  readonly config: Partial<UnifiedCircuitConfig>;
  readonly collect: (breaker: UnifiedCircuitBreaker) => Promise<unknown>;
  readonly show: (breaker: UnifiedCircuitBreaker) => unknown;
}

/** How many failures open the circuit from here. */
async function failuresUntilOpen(breaker: UnifiedCircuitBreaker): Promise<number> {
  for (let failures = 0; ; failures += 1) {
    if (breaker.state === 'open') return failures;
    await fail(breaker);
  }
}

async function noise(breaker: UnifiedCircuitBreaker, calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) await (call % 10 === 0 ? fail(breaker) : succeed(breaker));
}

const baselineOf = (breaker: UnifiedCircuitBreaker): number | undefined =>
  breaker.getMetrics().adaptive?.baselineErrorRate;

const EVIDENCE: Readonly<Record<string, Evidence>> = {
  'the window': {
    config: { failureThreshold: null, slidingWindowSize: 40 },
    collect: (breaker) => fail(breaker, 10),
    show: (breaker) => breaker.getMetrics().windowCount,
  },
  'consecutive failures': {
    config: { failureThreshold: 10, errorRateThreshold: null },
    collect: (breaker) => fail(breaker, 7),
    show: failuresUntilOpen,
  },
  'the sum of a detector': {
    config: { detector: cusum() },
    collect: (breaker) => fail(breaker, 12),
    show: failuresUntilOpen,
  },
  'the sum of a detector, with adaptive thresholds': {
    config: { detector: cusum(), adaptiveThreshold: true },
    collect: (breaker) => fail(breaker, 12),
    show: failuresUntilOpen,
  },
  'the usual failure rate': {
    config: { adaptiveThreshold: true },
    collect: (breaker) => noise(breaker, 500),
    show: baselineOf,
  },
  'a begun sample of the usual failure rate': {
    config: { adaptiveThreshold: true },
    collect: (breaker) => noise(breaker, 90),
    show: async (breaker) => (await noise(breaker, 10), baselineOf(breaker)),
  },
  'the learned limit': {
    config: { maxConcurrent: adaptiveConcurrency({ ceiling: 50 }), tripPolicy: () => ({ shouldTrip: () => null }) },
    collect: (breaker) => fail(breaker, 20, { status: 503 }),
    show: (breaker) => breaker.getMetrics().concurrencyLimit,
  },
};

type Act = (manager: UnifiedCircuitBreakerManager, pristine: unknown) => void;

/** What the evidence shows where nothing was done, where nothing was collected, and where `act` was done. */
async function compare({ config, collect, show }: Evidence, act: Act): Promise<'kept' | 'forgotten' | 'neither'> {
  const shown: unknown[] = [];
  for (const [collects, acts] of [[true, false], [false, false], [true, true]]) {
    const { manager } = managerWith({});
    const breaker = manager.createCircuitBreaker('orders', config);
    const pristine: unknown = wholeSnapshot(manager);
    if (collects) await collect(breaker);
    if (acts) act(manager, pristine);
    shown.push(await show(breaker));
  }
  const [full, empty, now] = shown;
  expect(full).not.toEqual(empty);
  if (Object.is(now, full)) return 'kept';
  return Object.is(now, empty) ? 'forgotten' : 'neither';
}

const reconfiguring = (changes: Changes): Act => (manager) => manager.reconfigure('orders', changes);

describe('reconfigure', () => {
  const cases: readonly (readonly [evidence: string, changes: Changes, expected: string])[] = [
    ...Object.keys(EVIDENCE).flatMap((evidence) =>
      [{ tags: { team: 'a' } }, { timeoutMs: 50 }, { recoveryTimeoutMs: 900 }, { slowCallThresholdMs: 70 },
        { mode: 'observe' as const }].map((changes) => [evidence, changes, 'kept'] as const)),
    ['the window', { errorRateThreshold: 0.9 }, 'kept'],
    ['the window', { slidingWindowSize: 30 }, 'kept'],
    ['the window', { adaptiveThreshold: true }, 'kept'],
    ['the window', { slidingWindowMs: 1_000 }, 'forgotten'],
    ['consecutive failures', { minRequestsThreshold: 5 }, 'kept'],
    ['consecutive failures', { slidingWindowMs: 1_000 }, 'kept'],
    ['the sum of a detector', { detector: cusum() }, 'kept'],
    ['the sum of a detector', { minRequestsThreshold: 5 }, 'kept'],
    ['the sum of a detector', { slidingWindowSize: 30 }, 'kept'],
    ['the sum of a detector', { slowCallRateThreshold: 0.9 }, 'kept'],
    ['the sum of a detector', { adaptiveThreshold: true }, 'kept'],
    ['the sum of a detector, with adaptive thresholds', { adaptiveThreshold: { ceiling: 3 } }, 'kept'],
    ['the sum of a detector, with adaptive thresholds', { adaptiveThreshold: false }, 'kept'],
    ['the usual failure rate', { adaptiveThreshold: { ceiling: 3 } }, 'kept'],
    ['the usual failure rate', { failureThreshold: 5, errorRateThreshold: 0.6, detector: cusum() }, 'kept'],
    ['a begun sample of the usual failure rate', { adaptiveThreshold: { ceiling: 3 } }, 'kept'],
    ['a begun sample of the usual failure rate', { failureThreshold: 50 }, 'kept'],
    ['the learned limit', { maxConcurrent: adaptiveConcurrency({ ceiling: 50 }) }, 'kept'],
    ['the learned limit', { maxConcurrent: adaptiveConcurrency({ ceiling: 500 }) }, 'kept'],
  ];
  it.each(cases.map((each) => [each[0], JSON.stringify(each[1]), each[2], each] as const))(
    'with evidence in %s, and %s: it is %s',
    async (_evidence, _changes, expected, [evidence, changes]) => {
      expect(await compare(EVIDENCE[evidence] as Evidence, reconfiguring(changes))).toBe(expected);
    },
  );

  it('keeps a detector as near to opening as before when its threshold changes', async () => {
    const { manager } = managerWith({});
    const breaker = manager.createCircuitBreaker('orders', { detector: cusum(), errorRateThreshold: 0.5 });
    await fail(breaker, 12);
    manager.reconfigure('orders', { errorRateThreshold: 0.9 });

    // 12 failures are 6 of the bound of 8.15. At 0.9, the bound is 2.27 and each failure adds 0.1:
    // (1 − 6 / 8.15) · 22.7 = 5.99.
    expect(await failuresUntilOpen(breaker)).toBe(6);
  });

  it('keeps a limit that was never lowered at its ceiling, and a lowered one below the new ceiling', async () => {
    const { manager } = managerWith({});
    const config = EVIDENCE['the learned limit']?.config as UnifiedCircuitConfig;
    const breaker = manager.createCircuitBreaker('orders', config);
    const limits = [50, 90, 30].map((ceiling) => {
      manager.reconfigure('orders', { maxConcurrent: adaptiveConcurrency({ ceiling }) });
      return breaker.getMetrics().concurrencyLimit;
    });

    expect(limits).toEqual([50, 90, 30]);
  });

  it('opens by a detector although tags change every ten calls', async () => {
    const { manager } = managerWith({});
    const breaker = manager.createCircuitBreaker('orders', { detector: cusum() });
    for (let round = 0; round < 2; round += 1) {
      await fail(breaker, 10);
      manager.reconfigure('orders', { tags: { round: String(round) }, detector: cusum() });
    }

    expect(breaker.state).toBe('open');
  });
});

describe('reconfigure, with detectors and limiters of your own', () => {
  it('keeps the memory of a detector while it and its threshold stay, and otherwise calls inherit()', async () => {
    const log: string[] = [];
    let made = 0;
    const create = () => {
      const name = String((made += 1));
      return {
        name,
        idle: false,
        add: () => (log.push(name), false),
        clear: () => {},
        inherit: (before: object) => void log.push(`${name} after ${(before as { name: string }).name}`),
      };
    };
    const { manager } = managerWith({});
    const breaker = manager.createCircuitBreaker('orders', { detector: { reason: 'own', create } });
    for (const changes of [{ minRequestsThreshold: 5 }, { adaptiveThreshold: true }, { errorRateThreshold: 0.9 }]) {
      await fail(breaker);
      manager.reconfigure('orders', changes);
    }
    await fail(breaker);

    // Each change validates with one more detector, which is not used.
    const names = [...new Set(log.filter((entry) => !entry.includes('after')))];
    expect(log).toEqual([names[0], names[0], names[0], `${names[1]} after ${names[0]}`, names[1]]);
  });

  it('passes the replaced limit to another limiter, and makes a limit from nothing for a reset', () => {
    const seen: unknown[] = [];
    const limiter = (current: number) => ({
      create: (before?: { readonly current: number }) => {
        seen.push(before?.current);
        return { current, succeeded: () => {}, failed: () => {} };
      },
    });
    const { manager } = managerWith({});
    const breaker = manager.createCircuitBreaker('orders', { maxConcurrent: limiter(3) });
    manager.reconfigure('orders', { maxConcurrent: limiter(4) });
    breaker.reset();

    expect(seen).toEqual([undefined, 3, undefined]);
  });
});

describe('restore, to a live breaker', () => {
  const restoring: Act = (manager, pristine) => manager.restore(pristine);
  it.each([
    ['the window', 'forgotten'],
    ['consecutive failures', 'forgotten'],
    ['the sum of a detector', 'forgotten'],
    ['the sum of a detector, with adaptive thresholds', 'forgotten'],
    ['a begun sample of the usual failure rate', 'forgotten'],
    ['the usual failure rate', 'kept'],
    ['the learned limit', 'kept'],
  ])('with evidence in %s: it is %s', async (evidence, expected) => {
    expect(await compare(EVIDENCE[evidence] as Evidence, restoring)).toBe(expected);
  });

  it('takes consecutive failures from the snapshot and clears a trip policy, once', async () => {
    let clears = 0;
    const seen: TripEvidence[] = [];
    const tripPolicy = () => ({
      shouldTrip: (each: TripEvidence) => (seen.push(each), null),
      clear: () => void (clears += 1),
    });
    const { manager } = managerWith({});
    const breaker = manager.createCircuitBreaker('orders', { tripPolicy });
    await fail(breaker, 3);
    const saved: unknown = wholeSnapshot(manager);
    await succeed(breaker);
    manager.restore(saved);
    await fail(breaker);

    expect([clears, seen.at(-1)?.consecutiveFailures, seen.at(-1)?.windowCalls]).toEqual([1, 4, 1]);
  });
});

describe('reset', () => {
  it.each(Object.keys(EVIDENCE))('forgets the evidence in %s', async (evidence) => {
    const resetting: Act = (manager) => manager.getCircuitBreaker('orders')?.reset();
    expect(await compare(EVIDENCE[evidence] as Evidence, resetting)).toBe('forgotten');
  });
});

describe('the latest health answer', () => {
  it.each<[string, Act, string | null]>([
    ['reconfigure() keeps it', reconfiguring({ tags: { team: 'a' } }), 'degraded'],
    ['restore() forgets it', (manager, pristine) => manager.restore(pristine), null],
    ['reset() forgets it', (manager) => manager.getCircuitBreaker('orders')?.reset(), null],
  ])('%s', async (_title, act, expected) => {
    const { manager, clock } = managerWith({});
    const healthCheck = { check: () => 'degraded' as const, intervalMs: 1_000 };
    const breaker = manager.createCircuitBreaker('orders', { adaptiveThreshold: true, healthCheck });
    const pristine: unknown = wholeSnapshot(manager);
    await clock.advanceAsync(1_000);
    act(manager, pristine);

    expect(breaker.getStatus().health.lastHealthStatus).toBe(expected);
  });
});
