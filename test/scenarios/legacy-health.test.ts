import { expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/names/core.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { canonicalWith } from '../support/legacy.ts';
import { succeed } from '../support/outcomes.ts';

/** Returns a legacy breaker that waits 60 s and asks every 30 s. The last answer repeats. */
function checked(...answers: readonly string[]) {
  const { clock, ...runtime } = testRuntime();
  let asked = 0;
  const checkHealth = async () => ({ status: answers[Math.min((asked += 1), answers.length) - 1] as string });
  const parts = { ...runtime, clock, healthChecker: { checkHealth } };
  return { clock, breaker: new CircuitBreaker({ name: 'orders', recoveryTimeout: 60 }, parts), times: () => asked };
}

it('74: asks only while open, at the interval, and keeps the answer', async () => {
  let asked = 0;
  const check = () => {
    asked += 1;
    return 'degraded' as const;
  };
  const { breaker, clock } = canonicalWith({ healthCheck: { check, intervalMs: 100 } });
  await succeed(breaker);
  await clock.advanceAsync(200);
  const whileClosed = asked;
  breaker.trip();
  await clock.advanceAsync(200);

  expect([whileClosed, asked]).toEqual([0, 2]);
  expect(breaker.getStatus().health).toMatchObject({ lastHealthStatus: 'degraded', healthCheckIntervalMs: 100 });
});

it.each([
  [['unhealthy'], false],
  [['UNHEALTHY'], false],
  [['critical'], false],
  [['degraded'], true],
  [['unknown'], true],
  [['unhealthy', 'healthy'], true],
])('75: after the answers %o, asking at the end of the wait returns %s', async (answers, acceptable) => {
  const { breaker, clock } = checked(...answers);
  breaker.forceOpen();
  await clock.advanceAsync(60_000);

  expect(breaker.canExecute()).toBe(acceptable);
});

it('76: asks no more after cleanup, and leaves no timer', async () => {
  const { breaker, clock, times } = checked('degraded');
  breaker.forceOpen();
  await clock.advanceAsync(30_000);
  breaker.cleanup();
  await clock.advanceAsync(300_000);

  expect([times(), clock.timers]).toEqual([1, 0]);
});

it('77, 78: has asked nothing when it is new, and recovers after the wait', async () => {
  const { breaker, clock, times } = checked('degraded');
  const before = [times(), breaker.breaker.getStatus().health.lastHealthStatus];
  breaker.forceOpen();
  await clock.advanceAsync(60_000);

  expect([before, await breaker.call(() => 'back'), breaker.state, times()]).toEqual([[0, null], 'back', 'closed', 2]);
});
