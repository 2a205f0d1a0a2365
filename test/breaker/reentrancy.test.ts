import { describe, expect, it } from 'vitest';
import { isCircuitBreakerError, UnifiedCircuitBreaker } from '../../src/index.ts';
import type { CircuitEvents, InternalErrorSource, Settled, StateChangeEvent } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM } from '../support/outcomes.ts';

/** Where the breaker calls user code. */
const CALLBACKS = [
  'operation',
  'operation, later',
  'stream source',
  'abort handler of an operation',
  'isFailure',
  'ignoreErrors',
  'fallback',
  'health check',
  'abort handler of a health check',
  'shouldTrip',
  'clear',
  'backoff',
  'random',
  'onInternalError',
] as const;
const EVENTS = [
  'stateChange',
  'success',
  'failure',
  'ignored',
  'rejected',
  'timeout',
  'slow',
  'healthCheck',
  'override',
  'reset',
  'leaseExpired',
  'slotFreed',
] as const satisfies readonly (keyof CircuitEvents)[];
type Place = (typeof CALLBACKS)[number] | (typeof EVENTS)[number];

/** What user code may do there. */
const ACTIONS: Readonly<Record<string, (breaker: UnifiedCircuitBreaker, clock: FakeClock) => unknown>> = {
  'makes a call': (breaker) => void breaker.tryCall(() => Promise.resolve('inner')),
  'makes a failing call': (breaker) => void breaker.tryCall(() => { throw BOOM; }),
  'makes a call that hangs': (breaker) => void breaker.tryCall(() => new Promise(() => {}), { timeoutMs: 700 }),
  'makes a synchronous call': (breaker) => { try { breaker.callSync(() => 'inner'); } catch { /* rejected */ } },
  'takes a permit and gives it back': (breaker) => breaker.tryAcquire()?.ignore(),
  'records a failure': (breaker) => breaker.recordFailure(BOOM),
  'records a success': (breaker) => breaker.recordSuccess(3),
  resets: (breaker) => breaker.reset(),
  trips: (breaker) => breaker.trip({ reason: 'inner', forMs: 1_000 }),
  'forces it open and releases it': (breaker) => { breaker.forceOpen('inner'); breaker.release(); },
  'forces it closed for the rest': (breaker) => breaker.forceClose('inner'),
  disposes: (breaker) => breaker.dispose(),
  'lets time pass': (_breaker, clock) => clock.advance(400),
  'lets much time pass': (_breaker, clock) => clock.advance(5_000),
  'listens and leaves': (breaker) => breaker.on('stateChange', () => {})(),
  reads: (breaker) => [breaker.canExecute(), breaker.getStatus(), breaker.explain(), breaker.snapshot(), breaker.retryAfterMs],
};

/** How often user code does it: enough to be everywhere, and few enough to come to an end. */
const MOST = 12;

/** A breaker whose user code, at one place, does one thing. */
function reentrant(place: Place, action: (breaker: UnifiedCircuitBreaker, clock: FakeClock) => unknown) {
  const clock = new FakeClock();
  const reported: InternalErrorSource[] = [];
  const changes: StateChangeEvent[] = [];
  let left = MOST;
  let depth = 0;
  const act = (here: Place): void => {
    if (here !== place || left === 0 || depth > 2) return;
    left -= 1;
    depth += 1;
    try {
      action(breaker, clock);
    } finally {
      depth -= 1;
    }
  };
  const breaker: UnifiedCircuitBreaker = new UnifiedCircuitBreaker(
    {
      name: 'orders',
      clock,
      timeoutMs: 500,
      recoveryTimeoutMs: 1_000,
      maxBackoffMs: 1_000,
      halfOpenLeaseMs: 300,
      slowCallThresholdMs: 100,
      maxConcurrent: 20,
      maxAbandonedMs: 2_000,
      successThreshold: 1,
      isFailure: () => (act('isFailure'), false),
      ignoreErrors: (error) => (act('ignoreErrors'), error === 'ignore me'),
      backoff: () => { act('backoff'); if (place === 'onInternalError') throw BOOM; return 1_000; },
      random: () => (act('random'), 0.5),
      healthCheck: {
        intervalMs: 150,
        timeoutMs: 100,
        check: (signal) => {
          act('health check');
          signal.addEventListener('abort', () => act('abort handler of a health check'));
          return place === 'abort handler of a health check' ? new Promise<boolean>(() => {}) : 'unknown';
        },
      },
      onInternalError: (_error, { source }) => { reported.push(source); act('onInternalError'); },
    },
    { tripPolicy: { shouldTrip: ({ consecutiveFailures }) => (act('shouldTrip'), consecutiveFailures >= 3 ? 'three' : null), clear: () => act('clear') } },
  );
  breaker.on('stateChange', (event) => void changes.push(event));
  for (const event of EVENTS) breaker.on(event, () => act(event));
  /** How often user code has acted; from then on it is still. */
  const stop = (): number => {
    const acted = MOST - left;
    left = 0;
    return acted;
  };
  return { breaker, clock, reported, changes, act, stop };
}

/** A life with everything in it: successes, failures, time-outs, aborts, rejections, fallbacks, streams, probes, leases. */
async function live({ breaker, clock, act }: ReturnType<typeof reentrant>): Promise<Settled<unknown>[]> {
  const calls: Promise<Settled<unknown>>[] = [];
  const call = (operation: () => unknown, options?: Parameters<UnifiedCircuitBreaker['call']>[1]) =>
    void calls.push(breaker.tryCall(() => { act('operation'); return operation(); }, options));
  const later = async (end: () => unknown) => { await undefined; act('operation, later'); return end(); };
  const hung = () => void calls.push(breaker.tryCall(({ signal }) => { signal.addEventListener('abort', () => act('abort handler of an operation')); return new Promise(() => {}); }));
  const throwing = (error: unknown) => () => { throw error; };
  const streaming = async (): Promise<Settled<unknown>> => {
    try {
      for await (const item of breaker.stream(async function* source() { act('stream source'); yield 'item'; act('stream source'); yield 'more'; })) void item;
      return { status: 'success', value: 'streamed' };
    } catch (error) {
      return { status: 'failure', error };
    }
  };
  for (let round = 0; round < 3; round += 1) {
    call(() => later(() => 'fine'));
    call(() => 'sync');
    call(throwing('ignore me'));
    calls.push(streaming());
    hung();
    const controller = new AbortController();
    call(() => later(() => new Promise(() => {})), { signal: controller.signal });
    controller.abort('caller left');
    call(() => later(throwing(BOOM)), { fallback: () => { act('fallback'); return 'spare'; } });
    await clock.advanceAsync(120);
    call(() => later(throwing(BOOM)));
    call(throwing(BOOM));
    call(throwing(BOOM));
    await clock.advanceAsync(600);
    call(() => 'rejected', { fallback: () => { act('fallback'); return 'spare'; } });
    breaker.forceClose('drill');
    call(() => later(() => 'covered'));
    await clock.advanceAsync(300);
    breaker.release();
    hung();
    await clock.advanceAsync(1_500);
    const permit = breaker.tryAcquire();
    await clock.advanceAsync(350);
    call(() => later(() => 'back'));
    permit?.success();
    await clock.advanceAsync(2_500);
    if (round === 1) breaker.reset();
  }
  await clock.advanceAsync(60_000);
  return Promise.all(calls);
}

describe('user code that calls the breaker while the breaker calls it', () => {
  const cases = [...CALLBACKS, ...EVENTS].flatMap((place) => Object.keys(ACTIONS).map((action) => [place, action] as const));

  it.each(cases)('%s %s: every call settles, the totals balance, events stay in order and nothing is left running', async (place, action) => {
    const life = reentrant(place, ACTIONS[action] as (breaker: UnifiedCircuitBreaker) => unknown);
    const { breaker, clock, reported, changes } = life;

    const settled = await live(life);

    expect(life.stop()).toBeGreaterThan(0);
    const expected = [BOOM, 'ignore me', 'caller left'] as const;
    expect(settled.filter((end) => 'error' in end && !(expected as readonly unknown[]).includes(end.error) && !isCircuitBreakerError(end.error))).toEqual([]);
    const { totalCalls, rejectedCalls, successfulCalls, failedCalls, ignoredCalls, inFlight } = breaker.getMetrics();
    expect(inFlight).toBe(0);
    expect(totalCalls).toBe(rejectedCalls + successfulCalls + failedCalls + ignoredCalls);
    expect(clock.holdingTimers).toBe(0);
    expect(reported.filter((source) => source !== 'backoff')).toEqual([]);
    expect(changes.map(({ from }) => from)).toEqual(['closed', ...changes.map(({ to }) => to)].slice(0, -1));

    breaker.release();
    expect(breaker.state).toBe(action === 'disposes' ? breaker.state : (changes.at(-1)?.to ?? 'closed'));
    let told = 0;
    breaker.on('reset', () => { told += 1; });
    breaker.reset();
    const after = await breaker.tryCall(() => 'works');
    expect([told, after.status]).toEqual(action === 'disposes' ? [0, 'rejected'] : [1, 'success']);
    breaker.dispose();
    expect(clock.timers).toBe(0);
  });
});
