import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/core/index.ts';
import { canonicalWith } from '../support/legacy.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { succeed } from '../support/outcomes.ts';

/** A legacy breaker that waits 60 s and asks every 30 s; the last answer holds for ever. */
function checkedLegacy(answers: readonly string[]) {
  const runtime = testRuntime();
  let asked = 0;
  const checkHealth = async (): Promise<{ readonly status: string }> => ({ status: answers[Math.min((asked += 1), answers.length) - 1] as string });
  const breaker = new CircuitBreaker({ name: 'orders', recoveryTimeout: 60 }, { ...runtime, healthChecker: { checkHealth } });
  return { ...runtime, breaker, times: () => asked };
}

/** LEGACY 5.H. */
describe('health checks in the earlier code base', () => {
  it('74: with a check every 0.1 s, it is asked twice in the 0.2 s after an opening, and its answer is kept; while closed nobody asks', async () => {
    let asked = 0;
    const check = (): 'degraded' => {
      asked += 1;
      return 'degraded';
    };
    const { breaker, clock } = canonicalWith({ healthCheck: { check, intervalMs: 100 } });
    await succeed(breaker);
    await clock.advanceAsync(200);
    const whileClosed = asked;
    breaker.trip();
    await clock.advanceAsync(200);

    expect([whileClosed, asked, breaker.getStatus().health]).toEqual([0, 2, { status: 'unhealthy', hasHealthChecker: true, lastHealthStatus: 'degraded', healthCheckIntervalMs: 100 }]);
  });

  it.each([
    [['unhealthy'], false],
    [['UNHEALTHY'], false],
    [['critical'], false],
    [['degraded'], true],
    [['unknown'], true],
    [['unhealthy', 'healthy'], true],
  ])('75: after the answers %o, asking at the end of the wait gives %s', async (answers, acceptable) => {
    const { breaker, clock } = checkedLegacy(answers);
    breaker.forceOpen();
    await clock.advanceAsync(60_000);

    expect(breaker.canExecute()).toBe(acceptable);
  });

  it('76: after cleanup nobody asks any more, and no timer is left', async () => {
    const { breaker, clock, times } = checkedLegacy(['degraded']);
    breaker.forceOpen();
    await clock.advanceAsync(30_000);
    breaker.cleanup();
    await clock.advanceAsync(300_000);

    expect([times(), clock.timers]).toEqual([1, 0]);
  });

  it('77: at construction nothing has been asked, and the last answer is null', () => {
    const { breaker, times } = checkedLegacy(['healthy']);

    expect([times(), breaker.breaker.getStatus().health.lastHealthStatus]).toEqual([0, null]);
  });

  it('78: a circuit with a check recovers when the wait is over, and the check has been asked meanwhile', async () => {
    const { breaker, clock, times } = checkedLegacy(['degraded']);
    breaker.forceOpen();
    await clock.advanceAsync(60_000);

    expect(await breaker.call(() => 'back')).toBe('back');
    expect([breaker.state, times()]).toEqual(['closed', 2]);
  });
});
