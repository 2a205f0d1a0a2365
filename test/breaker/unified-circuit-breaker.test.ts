import { describe, expect, it } from 'vitest';
import type { CircuitEvents } from '../../src/index.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const never = () => new Promise<never>(() => {});

describe('a breaker', () => {
  it('has its name, and is closed at first', () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders-db' });

    expect([breaker.name, breaker.state, breaker.override, breaker.retryAfterMs, breaker.canExecute()]).toEqual(['orders-db', 'closed', null, 0, true]);
  });

  it('is not followed by its options when they change later', async () => {
    const config = { name: 'orders', failureThreshold: 1 };
    const breaker = new UnifiedCircuitBreaker(config);
    config.failureThreshold = 100;
    config.name = 'other';

    await fail(breaker);

    expect([breaker.state, breaker.name]).toEqual(['open', 'orders']);
  });

  it('reads without changing anything', async () => {
    const { breaker, clock, events } = breakerWith();
    await succeed(breaker);
    clock.advance(5);
    const snapshot = breaker.snapshot();
    events.length = 0;

    for (let turn = 0; turn < 3; turn += 1) void [breaker.state, breaker.override, breaker.retryAfterMs, breaker.canExecute(), breaker.getStatus(), breaker.getMetrics(), breaker.explain()];

    expect([breaker.snapshot(), events]).toEqual([snapshot, []]);
  });
});

describe('listeners', () => {
  it('are called in the order in which they came, with the event', async () => {
    const { breaker } = silentBreakerWith();
    const seen: unknown[] = [];
    breaker.on('failure', (event) => seen.push(['first', event]));
    breaker.on('failure', (event) => seen.push(['second', event.error]));

    await fail(breaker);

    expect(seen).toEqual([
      ['first', { name: 'orders', error: BOOM, durationMs: 0 }],
      ['second', BOOM],
    ]);
  });

  it('are removed by what on gives, each by itself', async () => {
    const { breaker } = silentBreakerWith();
    const seen: string[] = [];
    const listener = () => seen.push('called');
    const offs = [breaker.on('success', listener), breaker.on('success', listener)];
    await succeed(breaker);

    offs[0]?.();
    offs[0]?.();
    await succeed(breaker);
    offs[1]?.();
    await succeed(breaker);

    expect(seen).toHaveLength(3);
  });

  it.each([
    ['statechange', () => {}, "Expected `event` to be 'stateChange' or 'success' or 'failure' or 'ignored' or 'rejected' or 'timeout' or 'slow' or 'fallback' or 'healthCheck' or 'override' or 'reset' or 'leaseExpired' or 'slotFreed', got \"statechange\""],
    ['failure', 'log', 'Expected `listener` to be a function, got "log"'],
  ])('of %s are refused when there is no such event, or they are no functions', (event, listener, problem) => {
    const { breaker } = silentBreakerWith();

    expect(() => breaker.on(event as keyof CircuitEvents, listener as () => void)).toThrow(problem);
  });

  it('find the new state in place, and may call the breaker', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const seen: unknown[] = [];
    breaker.on('failure', () => seen.push(['failure', breaker.state, breaker.getMetrics().circuitOpenedCount]));
    breaker.on('stateChange', ({ to }) => {
      seen.push([to, breaker.state]);
      if (to === 'open') breaker.reset();
    });

    await fail(breaker);

    expect(seen).toEqual([
      ['failure', 'open', 1],
      ['open', 'open'],
      ['closed', 'closed'],
    ]);
    expect(breaker.state).toBe('closed');
  });

  it('all see one event before the events that it causes', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const seen: string[] = [];
    breaker.on('stateChange', ({ to }) => {
      seen.push(`first ${to}`);
      if (to === 'open') breaker.forceClose();
    });
    breaker.on('stateChange', ({ to }) => seen.push(`second ${to}`));
    breaker.on('override', () => seen.push('override'));

    await fail(breaker);

    expect(seen).toEqual(['first open', 'second open', 'override']);
  });

  it.each([
    ['throws', () => { throw BOOM; }],
    ['rejects', async () => { throw BOOM; }],
  ])('that %s change no result, keep no other listener from it, and are reported', async (_what, listener) => {
    const { breaker, internalErrors, clock } = silentBreakerWith({ failureThreshold: 1 });
    const seen: string[] = [];
    breaker.on('failure', listener);
    breaker.on('failure', () => seen.push('second'));
    breaker.on('stateChange', listener);

    const error = new RangeError('from the dependency');
    expect(await errorOf(breaker.call(() => Promise.reject(error)))).toBe(error);
    await clock.advanceAsync(0);

    expect([seen, breaker.state]).toEqual([['second'], 'open']);
    expect(internalErrors).toEqual([
      { source: 'listener', error: BOOM },
      { source: 'listener', error: BOOM },
    ]);
  });

  it('do not suffer when onInternalError throws too', async () => {
    const { breaker } = silentBreakerWith({ onInternalError: () => { throw new Error('worse'); } });
    breaker.on('success', () => { throw BOOM; });

    expect(await breaker.call(() => 'fine')).toBe('fine');
  });
});

describe('the order of events', () => {
  it('through one outage is that of what happened', async () => {
    const { breaker, clock, events } = breakerWith({ failureThreshold: 2, successThreshold: 1, timeoutMs: 1_000, slowCallThresholdMs: 500 });
    await fail(breaker);
    const slow = hang(breaker);
    clock.advance(1_000);
    await slow.settled;
    await fail(breaker);
    clock.advance(60_000);
    await succeed(breaker);
    breaker.reset();

    expect(kindsOf(events)).toEqual(['failure', 'timeout', 'failure', 'slow', 'stateChange', 'rejected', 'slotFreed', 'stateChange', 'success', 'stateChange', 'reset']);
    expect(events.flatMap((event) => (event.type === 'stateChange' ? [`${event.from} ${event.to} ${event.reason}`] : []))).toEqual([
      'closed open consecutive_failures',
      'open half_open wait_elapsed',
      'half_open closed probes_succeeded',
    ]);
  });

  it('names the breaker in each of them', async () => {
    const { breaker, clock, events } = breakerWith({ timeoutMs: 1_000, fallback: 'cached', ignoreErrors: RangeError });
    await succeed(breaker);
    await fail(breaker);
    await fail(breaker, 1, new RangeError('ignored'));
    hang(breaker);
    clock.advance(1_000);
    breaker.trip();
    await fail(breaker);
    breaker.forceOpen();
    breaker.reset();

    expect(new Set(events.map(({ name }) => name))).toEqual(new Set(['orders']));
    expect(new Set(kindsOf(events))).toEqual(new Set(['success', 'failure', 'fallback', 'ignored', 'timeout', 'stateChange', 'rejected', 'override', 'reset']));
  });
});

describe('dispose', () => {
  it('rejects later calls', async () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(error).toMatchObject({ name: 'CircuitBreakerDisposedError', code: 'ERR_CIRCUIT_DISPOSED', breakerName: 'orders', message: 'Circuit breaker "orders" is disposed; create a new one' });
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('leaves nothing to be had or done', () => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 });
    breaker.dispose();

    breaker.recordFailure(BOOM);
    breaker.recordSuccess(5);
    breaker.trip();
    breaker.forceOpen();
    breaker.reset();
    const off = breaker.on('success', () => {});
    off();

    expect([breaker.tryAcquire(), breaker.canExecute(), breaker.state, breaker.override]).toEqual([null, false, 'closed', null]);
    expect([events, breaker.getMetrics().totalCalls, breaker.getMetrics().stateChanges]).toEqual([[], 0, 0]);
  });

  it('lets running calls finish as they would, and change nothing but the totals', async () => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 });
    const calls = [hang(breaker), hang(breaker)] as const;
    breaker.dispose();

    calls[0].operation.resolve('fine');
    calls[1].operation.reject(BOOM);

    expect([await calls[0].settled, await calls[1].settled]).toEqual([{ status: 'success', value: 'fine' }, { status: 'failure', error: BOOM }]);
    expect([breaker.state, events]).toEqual(['closed', []]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, successfulCalls: 1, failedCalls: 1, inFlight: 0, windowCount: 0, consecutiveFailures: 0 });
  });

  it('lets running calls time out', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const received = errorOf(breaker.call(never));
    breaker.dispose();

    clock.advance(1_000);

    expect(await received).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
    expect(breaker.getMetrics()).toMatchObject({ timeouts: 1, failedCalls: 1, inFlight: 0 });
  });

  it('leaves a half-open circuit as it is, whatever its leases do', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, healthCheck: { check: () => true }, successThreshold: 1 });
    breaker.trip();
    clock.advance(60_000);
    const [first, second] = [hang(breaker), hang(breaker)];
    breaker.dispose();
    first.operation.resolve('fine');
    await first.settled;
    clock.advance(60_001);

    second.operation.resolve('late');
    await second.settled;

    expect([breaker.state, clock.timers]).toEqual(['half_open', 0]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, successfulCalls: 2, failedCalls: 0, inFlight: 0 });
  });

  it('leaves no timer when nothing is running', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    await succeed(breaker);
    const before = clock.timers;

    breaker.dispose();

    expect([before, clock.timers]).toEqual([1, 0]);
  });

  it('leaves no timer once the last running call has ended', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const call = hang(breaker);
    breaker.dispose();
    const during = [clock.timers, clock.holdingTimers];

    call.operation.resolve('fine');
    await call.settled;

    expect([during, clock.timers]).toEqual([[1, 1], 0]);
  });

  it('may be called again', () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();

    expect(() => breaker.dispose()).not.toThrow();
  });

  it('is what using does', async () => {
    const kept: UnifiedCircuitBreaker[] = [];
    {
      using breaker = silentBreakerWith().breaker;
      kept.push(breaker);
    }

    expect(kept[0]?.canExecute()).toBe(false);
    await expect(kept[0]?.call(() => 'fine')).rejects.toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
  });

  it('still answers questions', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    breaker.dispose();

    expect([breaker.state, breaker.getStatus().state, breaker.snapshot().state]).toEqual(['open', 'open', 'open']);
  });
});
