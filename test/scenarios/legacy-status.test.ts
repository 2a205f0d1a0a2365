import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/core/index.ts';
import { presets } from '../../src/presets/index.ts';
import { canonicalWith, failTimes, legacyWith, play } from '../support/legacy.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, deferred, errorOf, hang } from '../support/outcomes.ts';

/** LEGACY 5.I. */
describe('metrics and status in the earlier code base', () => {
  it('79: the status has the canonical keys', () => {
    const keys = Object.keys(canonicalWith().breaker.getStatus());

    expect(keys).toEqual(expect.arrayContaining(['name', 'state', 'isHealthy', 'metrics', 'config', 'health', 'slidingWindowSize', 'lastStateChange']));
  });

  it('80: its metrics have the total, the success rate, the error rate, and the adaptive threshold where thresholds adapt', async () => {
    const { breaker } = canonicalWith({ adaptiveThreshold: true });
    await play(breaker, 'SSSF');

    expect(breaker.getStatus().metrics).toMatchObject({ totalCalls: 4, successRate: 0.75, currentErrorRate: 0.25, adaptive: { failureThreshold: 5 } });
  });

  it('81: the average response time is the mean of what calls took', async () => {
    const { breaker, clock } = canonicalWith();
    for (const ms of [120, 60]) {
      const call = hang(breaker);
      clock.advance(ms);
      call.operation.resolve('fine');
      await call.settled;
    }

    expect(breaker.getMetrics().averageResponseTimeMs).toBe(90);
  });

  it('87: a listener that throws at every event changes no move and no result, and is reported', async () => {
    const { manager, clock, internalErrors } = managerWith();
    const breaker = new CircuitBreaker({ name: 'orders', failureThreshold: 2, recoveryTimeout: 10 }, { manager, clock });
    const broken = new TypeError("'CircuitBreakerMetrics' object has no attribute 'slow_requests'");
    for (const event of ['stateChange', 'success', 'failure', 'rejected'] as const) {
      breaker.breaker.on(event, () => {
        throw broken;
      });
    }
    const failing = (): never => {
      throw BOOM;
    };

    expect(breaker.callSync(() => 'fine')).toBe('fine');
    expect(() => breaker.callSync(failing)).toThrow(BOOM);
    expect(() => breaker.callSync(failing)).toThrow(BOOM);
    expect(() => breaker.callSync(failing)).toThrow("Circuit breaker 'orders' is OPEN");
    clock.advance(10_000);
    expect(breaker.callSync(() => 'back')).toBe('back');
    expect(breaker.state).toBe('closed');
    expect(new Set(internalErrors)).toEqual(new Set([broken]));
  });

  it('89: whatever goes wrong, the message is of the operation or of the circuit, and never of its own figures', async () => {
    const { breaker, clock } = legacyWith({ failureThreshold: 2, timeoutSeconds: 1 });
    const timedOut = errorOf(breaker.call(() => deferred().promise));
    await clock.advanceAsync(1_000);
    const errors = [await timedOut, await errorOf(breaker.call(() => Promise.reject(BOOM))), await errorOf(breaker.call(() => 1))];

    expect(errors.map((error) => (error as Error).message)).toEqual(['Call through circuit "orders" took longer than 1000 ms', 'boom', "Circuit breaker 'orders' is OPEN"]);
  });

  it('90: the kinds of failures are counted by name', async () => {
    const { breaker } = legacyWith();
    await failTimes(breaker, 2);
    await failTimes(breaker, 1, new TypeError('no'));

    expect(breaker.getMetrics().failureTypes).toEqual({ Error: 2, TypeError: 1 });
  });

  it('91: getMetrics() has the calls, the failures and the openings, and the status the state', async () => {
    const { breaker } = canonicalWith({ failureThreshold: 2 });
    await play(breaker, 'SFF');

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 3, failedCalls: 2, circuitOpenedCount: 1 });
    expect(breaker.getStatus().state).toBe('open');
  });

  it('92: success rate and error rate add up to 1 while the window holds all calls', async () => {
    const { breaker } = canonicalWith({ slidingWindowSize: 100 });
    for (const word of ['SSSF', 'SFS', 'SSSSFS']) {
      await play(breaker, word);
      const { successRate, currentErrorRate } = breaker.getMetrics();
      expect(successRate + currentErrorRate).toBeCloseTo(1, 12);
    }
  });

  it('93: an entry of a dashboard has calls, failures, state and slow requests', async () => {
    const { breaker } = legacyWith();
    await play(breaker, 'SF');
    const { state, metrics } = breaker.getStatus();

    expect({ state, total: metrics.totalCalls, failed: metrics.failedCalls, slow: metrics.slowRequests }).toEqual({ state: 'closed', total: 2, failed: 1, slow: 0 });
  });

  it('94: what can be exported as text holds names of errors, and never their messages', async () => {
    const { manager } = managerWith(presets.canonical);
    const breaker = manager.createCircuitBreaker('orders');
    await failTimes(breaker, 3, new RangeError('secret of the customer'));
    const exported = JSON.stringify([manager.getAllStatus(), manager.getHealthSummary(), manager.snapshot()]);

    expect(exported).toContain('RangeError');
    expect(exported).not.toContain('secret of the customer');
  });

  it('95: a call costs no turn before its operation runs, no timer after it has ended, and no time', async () => {
    const { breaker, clock } = legacyWith();
    const order: string[] = [];
    const called = breaker.call(() => order.push('run'));
    order.push('returned');
    await called;

    expect([order, clock.holdingTimers, clock.now()]).toEqual([['run', 'returned'], 0, 0]);
  });

  it('95: calls without a timeout start no timer at all', () => {
    const { breaker, clock } = canonicalWith({ timeoutMs: null });
    for (let call = 0; call < 100; call += 1) hang(breaker);

    expect(clock.timers).toBe(0);
  });

  it('96: of 100 throw-away breakers nothing is left: neither in the registry nor as timers', async () => {
    // LEGACY 5.I flags the registry that kept them; DESIGN, section 4: removal and private breakers.
    const { manager, clock } = managerWith();
    for (let index = 0; index < 100; index += 1) {
      const breaker = new CircuitBreaker({ name: `throw-away-${index}` }, { manager, clock, healthChecker: { checkHealth: () => ({ status: 'degraded' }) } });
      breaker.forceOpen();
      breaker.cleanup();
    }

    expect([manager.size, clock.timers]).toEqual([0, 0]);
  });

  it('96: breakers that nobody removed leave the registry when they have been idle', () => {
    const { manager, clock } = managerWith();
    for (let index = 0; index < 100; index += 1) void new CircuitBreaker({ name: `throw-away-${index}` }, { manager, clock });
    clock.advance(60_000);

    expect([manager.size, manager.cleanupInactive(60_000), manager.size]).toEqual([100, 100, 0]);
  });
});
