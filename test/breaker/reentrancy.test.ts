import { describe, expect, it } from 'vitest';
import { isCircuitBreakerError, UnifiedCircuitBreaker } from '../../src/index.ts';
import type { InternalErrorSource } from '../../src/core/reporter.ts';
import type { CircuitEvents, Settled } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { imbalanceOf, never, throwing, untimedPermit } from '../support/calls.ts';
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
type Action = (breaker: UnifiedCircuitBreaker, clock: FakeClock) => unknown;

/** What user code may do there. */
const ACTIONS: Readonly<Record<string, Action>> = {
  call: (breaker) => void breaker.tryCall(() => Promise.resolve('inner')),
  'failing call': (breaker) => void breaker.tryCall(throwing(BOOM)),
  'call that hangs': (breaker) => void breaker.tryCall(never, { timeoutMs: 700 }),
  'synchronous call': (breaker) => {
    try {
      breaker.callSync(() => 'inner');
    } catch {
      // It was rejected.
    }
  },
  permit: (breaker) => breaker.tryAcquire()?.ignore(),
  'recorded failure': (breaker) => breaker.recordFailure(BOOM),
  'recorded success': (breaker) => breaker.recordSuccess(3),
  reset: (breaker) => breaker.reset(),
  trip: (breaker) => breaker.trip({ reason: 'inner', forMs: 1_000 }),
  'forceOpen and release': (breaker) => {
    breaker.forceOpen('inner');
    breaker.release();
  },
  forceClose: (breaker) => breaker.forceClose('inner'),
  dispose: (breaker) => breaker.dispose(),
  'short time': (_breaker, clock) => clock.advance(400),
  'long time': (_breaker, clock) => clock.advance(5_000),
  subscription: (breaker) => breaker.on('stateChange', () => {})(),
  reading: (breaker) => [breaker.canExecute(), breaker.getStatus(), breaker.explain(), breaker.snapshot()],
};

/** How often user code does it: enough to be everywhere, and few enough to come to an end. */
const MOST = 12;

/** A breaker whose user code, at one place, does one thing. */
function reentrant(place: Place, action: Action) {
  const clock = new FakeClock();
  const reported: InternalErrorSource[] = [];
  const changes: CircuitEvents['stateChange'][] = [];
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
  const breaker: UnifiedCircuitBreaker = new UnifiedCircuitBreaker({
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
    backoff: () => {
      act('backoff');
      if (place === 'onInternalError') throw BOOM;
      return 1_000;
    },
    random: () => (act('random'), 0.5),
    healthCheck: {
      intervalMs: 150,
      timeoutMs: 100,
      check: (signal) => {
        act('health check');
        signal.addEventListener('abort', () => act('abort handler of a health check'));
        return place === 'abort handler of a health check' ? never() : 'unknown';
      },
    },
    onInternalError: (_error, { source }) => {
      reported.push(source);
      act('onInternalError');
    },
    tripPolicy: {
      shouldTrip: ({ consecutiveFailures }) => (act('shouldTrip'), consecutiveFailures >= 3 ? 'three' : null),
      clear: () => act('clear'),
    },
  });
  breaker.on('stateChange', (event) => void changes.push(event));
  for (const event of EVENTS) breaker.on(event, () => act(event));
  /** How often user code has acted. From then on it is still. */
  const stop = (): number => {
    const acted = MOST - left;
    left = 0;
    return acted;
  };
  return { breaker, clock, reported, changes, act, stop };
}

/** A life with everything in it: successes, failures, timeouts, aborts, rejections, fallbacks, streams and leases. */
async function live({ breaker, clock, act }: ReturnType<typeof reentrant>): Promise<Settled<unknown>[]> {
  const calls: Promise<Settled<unknown>>[] = [];
  const call = (operation: () => unknown, options?: Parameters<UnifiedCircuitBreaker['call']>[1]) =>
    void calls.push(breaker.tryCall(() => (act('operation'), operation()), options));
  const later = async (end: () => unknown) => {
    await undefined;
    act('operation, later');
    return end();
  };
  const hung = () =>
    void calls.push(breaker.tryCall(({ signal }) => {
      signal.addEventListener('abort', () => act('abort handler of an operation'));
      return never();
    }));
  const fallback = () => (act('fallback'), 'spare');
  const streaming = async (): Promise<Settled<unknown>> => {
    const items = breaker.stream(async function* source() {
      act('stream source');
      yield 'item';
      act('stream source');
      yield 'more';
    });
    try {
      for await (const item of items) void item;
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
    call(() => later(never), { signal: controller.signal });
    controller.abort('caller left');
    call(() => later(throwing(BOOM)), { fallback });
    await clock.advanceAsync(120);
    call(() => later(throwing(BOOM)));
    call(throwing(BOOM));
    call(throwing(BOOM));
    await clock.advanceAsync(600);
    call(() => 'rejected', { fallback });
    breaker.forceClose('drill');
    call(() => later(() => 'covered'));
    await clock.advanceAsync(300);
    breaker.release();
    hung();
    await clock.advanceAsync(1_500);
    const permit = untimedPermit(breaker);
    await clock.advanceAsync(350);
    call(() => later(() => 'back'));
    permit?.success();
    await clock.advanceAsync(2_500);
    if (round === 1) breaker.reset();
  }
  await clock.advanceAsync(60_000);
  return Promise.all(calls);
}

/** What broke when user code did one thing at one place. Nothing should. */
async function faultsOf(place: Place, action: string): Promise<string[]> {
  const life = reentrant(place, ACTIONS[action] as Action);
  const { breaker, clock, reported, changes } = life;
  const settled = await live(life);
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => void (holds || faults.push(`${action}: ${fault}`));

  check(life.stop() > 0, 'never ran');
  const expected: ReadonlySet<unknown> = new Set([BOOM, 'ignore me', 'caller left']);
  const isKnown = (error: unknown) => expected.has(error) || isCircuitBreakerError(error);
  check(settled.every((end) => !('error' in end) || isKnown(end.error)), 'a call ended with an unknown error');
  check(breaker.getMetrics().inFlight === 0, 'a call never settled');
  check(imbalanceOf(breaker) === 0, 'the totals do not balance');
  check(clock.holdingTimers === 0, 'a timer holds the process');
  check(reported.every((source) => source === 'backoff'), 'an internal error was reported');
  check(changes.every(({ from }, at) => from === (changes[at - 1]?.to ?? 'closed')), 'events are out of order');

  breaker.release();
  const disposed = action === 'dispose';
  check(disposed || breaker.state === (changes.at(-1)?.to ?? 'closed'), 'the state is not that of the last event');
  let told = 0;
  breaker.on('reset', () => void (told += 1));
  breaker.reset();
  const after = await breaker.tryCall(() => 'works');
  check(told === (disposed ? 0 : 1), 'a later event was lost');
  check(after.status === (disposed ? 'rejected' : 'success'), 'the breaker does not work any more');
  breaker.dispose();
  check(clock.timers === 0, 'a timer is left');
  return faults;
}

describe('user code that calls the breaker while the breaker calls it', () => {
  it.each([...CALLBACKS, ...EVENTS])('breaks nothing in %s, whatever it does there', async (place) => {
    const faults: string[] = [];
    for (const action of Object.keys(ACTIONS)) faults.push(...(await faultsOf(place, action)));

    expect(faults).toEqual([]);
  });
});
