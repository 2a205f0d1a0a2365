import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker, UnifiedCircuitBreakerManager } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';
import { finish, problemsOf, readyToProbe } from '../support/calls.ts';
import { errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('a full bulkhead', () => {
  it('is named by explain(), the status and the summary', () => {
    const manager = new UnifiedCircuitBreakerManager({ clock: new FakeClock() });
    const breaker = manager.createCircuitBreaker('orders', { maxConcurrent: 2 });
    hang(breaker);
    hang(breaker);

    expect(breaker.explain()).toContain('Circuit breaker "orders" is closed: ');
    expect(breaker.explain()).toContain(' 2 of 2 slots (`maxConcurrent`) are taken, so the next call is rejected.');
    const status = { isHealthy: false, state: 'closed', retryAfterMs: 100, health: { status: 'degraded' } };
    expect(breaker.getStatus()).toMatchObject(status);
    expect(manager.getHealthSummary()).toMatchObject({
      healthyCircuitBreakers: 0, overallHealth: 'degraded', conditions: { closed: [], full: ['orders'] },
    });
  });

  it('tells how many slots operations hold whose calls have ended', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 2, timeoutMs: 1_000, maxAbandonedMs: 9_000 });
    hang(breaker);
    await clock.advanceAsync(1_000);
    hang(breaker);

    expect(breaker.explain()).toContain('2 of 2 slots (`maxConcurrent`) are taken, 1 by operations whose calls have');
  });

  it('tells no probe to come while the wait is over', async () => {
    const { breaker } = readyToProbe(silentBreakerWith({ maxConcurrent: 1, timeoutMs: null }));
    breaker.forceClose();
    hang(breaker);
    breaker.release();

    expect(breaker.explain()).not.toContain('as a probe');
    expect([breaker.canExecute(), breaker.retryAfterMs]).toEqual([false, 100]);
  });

  it('estimates when a slot is free by the usual duration of calls', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, trackLatency: true });
    for (let call = 0; call < 20; call += 1) {
      const running = hang(breaker);
      clock.advance(400);
      await finish(running);
    }
    hang(breaker);

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(error).toMatchObject({ code: 'ERR_BULKHEAD_FULL', retryAfterMs: breaker.retryAfterMs });
    expect(breaker.retryAfterMs).toBeGreaterThanOrEqual(375);
    expect(breaker.retryAfterMs).toBeLessThanOrEqual(425);
  });

  it.each([
    [9_000, 8_000],
    [infinite, infinite],
  ])('of abandoned operations says when the first loses its slot: maxAbandonedMs %s', async (most, left) => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000, maxAbandonedMs: most });
    hang(breaker);
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(left);
    expect(breaker.getStatus().retryAfterMs).toBe(left === infinite ? null : left);
  });
});

describe('what a disposed breaker shows', () => {
  it('is that it admits no call', () => {
    const manager = new UnifiedCircuitBreakerManager();
    const breaker = manager.createCircuitBreaker('orders');
    breaker.dispose();

    expect([breaker.canExecute(), breaker.retryAfterMs, breaker.getStatus().isHealthy]).toEqual([
      false, undefined, false,
    ]);
    expect(manager.getHealthSummary().conditions.disposed).toEqual(['orders']);
  });
});

describe('the figures of calls that run although the state would reject them', () => {
  it('go on in mode observe while the circuit is open', async () => {
    const { breaker } = silentBreakerWith({ mode: 'observe', failureThreshold: 2 });
    await succeed(breaker);
    await fail(breaker, 2);
    await fail(breaker, 5);
    await succeed(breaker, 2);

    expect(breaker.state).toBe('open');
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 10, currentErrorRate: 0.7 });
  });

  it('go on while forced closed, and decide nothing after the release', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 2, slidingWindowMs: 10_000, timeoutMs: null });
    breaker.forceClose();
    await fail(breaker, 7);
    await succeed(breaker, 3);
    const forced = breaker.getMetrics();
    breaker.release();

    expect(forced).toMatchObject({ windowCount: 10, currentErrorRate: 0.7, consecutiveFailures: 0 });
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 0, currentErrorRate: 0 });
    expect(breaker.state).toBe('closed');
  });

  it('forget what is older than a window of time', async () => {
    const { breaker, clock } = silentBreakerWith({ slidingWindowMs: 10_000, timeoutMs: null });
    breaker.forceClose();
    await fail(breaker, 7);
    clock.advance(20_000);

    expect(breaker.getMetrics().windowCount).toBe(0);
  });

  it('are those of the rules in explain(), because these are what a release leaves', async () => {
    const { breaker } = silentBreakerWith();
    breaker.forceClose('drill');
    await fail(breaker, 7);

    expect(breaker.explain()).toContain('it is closed: 0 consecutive failures, failure rate 0% in the last 0 calls.');
  });

  it('follow a new size of the window', async () => {
    const manager = new UnifiedCircuitBreakerManager({ clock: new FakeClock() });
    const breaker = manager.createCircuitBreaker('orders', { minRequestsThreshold: 2 });
    breaker.forceClose();
    await fail(breaker, 7);
    manager.reconfigure('orders', { slidingWindowSize: 3 });

    expect(breaker.getMetrics()).toMatchObject({ windowCount: 3, currentErrorRate: 1 });
  });
});

describe('a restored snapshot', () => {
  it('of another state is told as a change of state, and as restored', () => {
    const source = silentBreakerWith().breaker;
    source.trip();
    source.forceOpen('deploy');
    const snapshot = source.snapshot();
    const { breaker, events } = breakerWith();
    const manager = new UnifiedCircuitBreakerManager({ clock: new FakeClock(), jitter: false });
    const live = manager.createCircuitBreaker('orders', { recoveryTimeoutMs: 60_000 });
    const seen: string[] = [];
    live.on('stateChange', ({ from, to, reason, retryAfterMs }) => {
      seen.push(`${from} ${to} ${reason} ${retryAfterMs} ${live.state}`);
    });
    live.on('override', ({ override }) => void seen.push(`override ${override?.reason}`));
    manager.on('restore', ({ name, snapshot: { state } }) => void seen.push(`restore ${name} ${state}`));

    manager.restore({ version: 1, breakers: [snapshot], keyed: [] });

    expect(seen).toEqual(['closed open restore 60000 open', 'override deploy', 'restore orders open']);
    expect(live.getMetrics()).toMatchObject({ stateChanges: 1, circuitOpenedCount: 0 });
    expect([breaker.state, events]).toEqual(['closed', []]);
  });

  it('of the same state is told once', () => {
    const manager = new UnifiedCircuitBreakerManager({ clock: new FakeClock() });
    const live = manager.createCircuitBreaker('orders');
    live.trip();
    const kinds: string[] = [];
    for (const name of ['stateChange', 'override', 'restore'] as const) live.on(name, () => void kinds.push(name));

    manager.restore(manager.snapshot());

    expect(kinds).toEqual(['restore']);
    expect([live.state, live.getMetrics().stateChanges]).toEqual(['open', 1]);
  });

  it('of a new breaker is its first state, and no change', () => {
    const source = silentBreakerWith().breaker;
    source.trip();
    const { breaker, events } = breakerWith({ restore: source.snapshot() });

    expect([breaker.state, breaker.getMetrics().stateChanges, kindsOf(events)]).toEqual(['open', 0, []]);
  });
});

describe('rejections', () => {
  it('are counted by what rejected them, until reset()', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: null, halfOpenMaxCalls: 1 });
    const first = hang(breaker);
    await breaker.tryCall(() => 'full');
    await finish(first);
    breaker.forceOpen();
    await breaker.tryCall(() => 'forced');
    breaker.release();
    breaker.trip();
    await breaker.tryCall(() => 'open');
    await breaker.tryCall(() => 'open');

    const rejections = { open: 2, half_open_full: 0, bulkhead: 1, forced: 1 };
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 4, rejections });
    breaker.reset();
    expect(breaker.getMetrics().rejections).toEqual({ open: 0, half_open_full: 0, bulkhead: 0, forced: 0 });
  });
});

describe('printing', () => {
  it('shows name, state and key figures of a breaker', async () => {
    const { breaker } = silentBreakerWith();
    await succeed(breaker);
    await fail(breaker);

    expect(inspect(breaker, { breakLength: infinite })).toBe(
      "UnifiedCircuitBreaker { name: 'orders', state: 'closed', retryAfterMs: 0, windowCount: 2, "
      + 'currentErrorRate: 0.5, inFlight: 0 }',
    );
    breaker.forceOpen('deploy');
    expect(inspect(breaker)).toContain("override: 'deploy'");
  });

  it('shows what is unusual in a manager', () => {
    const manager = new UnifiedCircuitBreakerManager();
    manager.createCircuitBreaker('orders').trip();
    manager.createCircuitBreaker('stock');

    expect(inspect(manager, { breakLength: infinite })).toBe(
      "UnifiedCircuitBreakerManager { breakers: 2, overallHealth: 'degraded', open: [ 'orders' ] }",
    );
    expect(inspect(manager.keyed('tenants'))).toBe("KeyedBreakers { name: 'tenants', size: 0 }");
  });

  it('as JSON shows the status of a breaker, and the summary of a manager or a group', () => {
    const manager = new UnifiedCircuitBreakerManager({ clock: new FakeClock() });
    const group = manager.keyed('tenants');
    const breaker = group.for('acme');

    expect(JSON.parse(JSON.stringify({ breaker, group, manager }))).toEqual({
      breaker: breaker.getStatus(),
      group: group.getHealthSummary(),
      manager: manager.getHealthSummary(),
    });
  });
});

describe('events that a manager passes on', () => {
  it('have the tags and the place of their breaker', async () => {
    const manager = new UnifiedCircuitBreakerManager({ tags: { team: 'shop' }, failureThreshold: 1 });
    const seen: unknown[] = [];
    for (const name of ['success', 'stateChange'] as const) {
      manager.on(name, ({ name: breaker, tags, keyed }) => void seen.push([name, breaker, tags, keyed]));
    }
    await succeed(manager.createCircuitBreaker('orders', { tags: { kind: 'http' } }));
    await fail(manager.keyed('tenants').for('acme'));

    expect(seen).toEqual([
      ['success', 'orders', { team: 'shop', kind: 'http' }, undefined],
      ['stateChange', 'tenants:acme', { team: 'shop' }, { group: 'tenants', key: 'acme' }],
    ]);
  });
});

describe('a subscription', () => {
  const kinds = [
    ['breaker', () => new UnifiedCircuitBreaker({ name: 'orders' })],
    ['manager', () => new UnifiedCircuitBreakerManager().createCircuitBreaker('orders')],
  ] as const;

  it.each(kinds)('of a %s with once ends before the first event is received', (_kind, create) => {
    const breaker = create();
    let seen = 0;
    breaker.on('reset', () => {
      seen += 1;
      breaker.reset();
    }, { once: true });
    breaker.reset();
    breaker.reset();

    expect(seen).toBe(1);
  });

  it('ends when its signal aborts, and leaves nothing on the signal', () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
    const manager = new UnifiedCircuitBreakerManager();
    manager.createCircuitBreaker('stock');
    const { signal, abort } = controllerOf();
    let seen = 0;
    breaker.on('reset', () => void (seen += 1), { signal });
    manager.on('reset', () => void (seen += 1), { signal });
    breaker.reset();
    manager.resetAll();
    abort();
    breaker.reset();
    manager.resetAll();

    expect([seen, getEventListeners(signal, 'abort').length]).toEqual([2, 0]);
  });

  it('takes its listener off a signal that lives on', () => {
    const { signal } = controllerOf();
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
    const manager = new UnifiedCircuitBreakerManager();
    breaker.on('reset', () => {}, { signal })();
    breaker.on('reset', () => {}, { signal, once: true });
    breaker.on('failure', () => {}, { signal });
    manager.on('failure', () => {}, { signal });
    breaker.reset();
    const running = getEventListeners(signal, 'abort').length;
    breaker.dispose();
    manager.dispose();
    breaker.on('failure', () => {}, { signal });

    expect([running, getEventListeners(signal, 'abort').length]).toEqual([2, 0]);
  });

  it('with an aborted signal receives nothing', () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
    let seen = 0;
    breaker.on('reset', () => void (seen += 1), { signal: AbortSignal.abort() })();
    breaker.reset();

    expect(seen).toBe(0);
  });

  it('with invalid options names all of them', () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
    const options = { once: 1, signal: {}, passive: true } as never;

    expect(problemsOf(() => breaker.on('reset', () => {}, options))).toEqual([
      '`once` must be true or false. Received 1.',
      expect.stringContaining('`signal` must be an AbortSignal.'),
      'Unknown option `passive`.',
    ]);
  });
});

function controllerOf(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
