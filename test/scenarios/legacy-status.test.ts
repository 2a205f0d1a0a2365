import { expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/names/core.ts';
import { presets } from '../../src/presets/index.ts';
import { canonicalWith, failTimes, legacyWith, play } from '../support/legacy.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, deferred, errorOf, hang } from '../support/outcomes.ts';

it('79: the status has the canonical keys', () => {
  const keys = ['name', 'state', 'isHealthy', 'metrics', 'config', 'health', 'slidingWindowSize', 'lastStateChange'];

  expect(Object.keys(canonicalWith().breaker.getStatus())).toEqual(expect.arrayContaining(keys));
});

it('81: the average response time is the mean of the durations', async () => {
  const { breaker, clock } = canonicalWith();
  for (const ms of [120, 60]) {
    const call = hang(breaker);
    clock.advance(ms);
    call.operation.resolve('fine');
    await call.settled;
  }

  expect(breaker.getMetrics().averageResponseTimeMs).toBe(90);
});

it('87: listeners that throw change no move and no result, and are reported', async () => {
  const { manager, clock, internalErrors } = managerWith();
  const breaker = new CircuitBreaker({ name: 'orders', failureThreshold: 2, recoveryTimeout: 10 }, { manager, clock });
  for (const event of ['stateChange', 'success', 'failure', 'rejected'] as const) {
    breaker.breaker.on(event, () => {
      throw BOOM;
    });
  }

  expect(await play({ breaker, clock }, 'SFFS~S')).toBe('ccooc');
  expect(new Set(internalErrors)).toEqual(new Set([BOOM]));
});

it('89: messages are of the operation or of the circuit, never of its own figures', async () => {
  const { breaker, clock } = legacyWith({ failureThreshold: 2, timeoutSeconds: 1 });
  const timedOut = errorOf(breaker.call(() => deferred().promise));
  await clock.advanceAsync(1_000);
  const failed = await errorOf(breaker.call(() => Promise.reject(BOOM)));
  const errors = [await timedOut, failed, await errorOf(breaker.call(() => 1))];

  expect(errors.map((error) => (error as Error).message)).toEqual([
    'Circuit breaker "orders": the call took longer than 1000 ms.', 'boom', "Circuit breaker 'orders' is OPEN",
  ]);
});

it('94: text that can be exported has names of errors, and never their messages', async () => {
  const { manager } = managerWith(presets.canonical);
  await failTimes(manager.createCircuitBreaker('orders'), 3, new RangeError('secret of the customer'));
  const exported = JSON.stringify([manager.getAllStatus(), manager.getHealthSummary(), manager.snapshot()]);

  expect([exported.includes('RangeError'), exported.includes('secret of the customer')]).toEqual([true, false]);
});

it('95: a call runs its operation immediately, and leaves no timer and takes no time', async () => {
  const { breaker, clock } = legacyWith();
  const order: string[] = [];
  const called = breaker.call(() => order.push('run'));
  order.push('returned');
  await called;

  expect([order, clock.holdingTimers, clock.now()]).toEqual([['run', 'returned'], 0, 0]);
});

it('96: nothing is left of 100 breakers that are cleaned up', () => {
  const { manager, clock } = managerWith();
  const healthChecker = { checkHealth: () => ({ status: 'degraded' }) };
  for (let index = 0; index < 100; index += 1) {
    const breaker = new CircuitBreaker({ name: `throw-away-${index}` }, { manager, clock, healthChecker });
    breaker.forceOpen();
    breaker.cleanup();
  }

  expect([manager.size, clock.timers]).toEqual([0, 0]);
});
