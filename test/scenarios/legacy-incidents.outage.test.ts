import { afterEach, describe, expect, it, vi } from 'vitest';
import { AgentCircuitBreaker } from '../../src/compat/agents-security/index.ts';
import { GTMCircuitBreaker } from '../../src/compat/frontend/index.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import type { CircuitBreakerOpenError } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { breakerWith } from '../support/breaker.ts';
import { canonicalWith, failTimes, legacyWith, play } from '../support/legacy.ts';
import { deferred, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

afterEach(() => vi.useRealTimers());

class MissingSecretError extends Error {
  override readonly name = 'MissingSecretError';
}

/** LEGACY 6.8. */
describe('the breaker of authentication that never closed', () => {
  it.each<readonly [string, unknown]>([
    ['a missing secret', new MissingSecretError('SERVICE_SECRET')],
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a status 503', Object.assign(new Error('unavailable'), { status: 503 })],
    ['a text', 'failed'],
    ['undefined', undefined],
  ])('6.8: %s, thrown once, opens a circuit with a threshold of 1, and time and successes close it', async (_title, error) => {
    const [canonical, legacy] = [canonicalWith({ failureThreshold: 1 }), legacyWith({ failureThreshold: 1 })];
    for (const { breaker, clock } of [canonical, legacy] as const) {
      await failTimes(breaker, 1, error);
      const before = breaker.state;
      clock.advance(60_000);
      const after = await play(breaker, 'SSS');

      expect([before, after.at(-1)]).toEqual(['open', 'closed']);
    }
  });

  it('6.8: an operation that never ends does not keep it open either', async () => {
    const { breaker, clock } = canonicalWith({ failureThreshold: 1, timeoutMs: null });
    breaker.trip();
    clock.advance(60_000);
    for (let probe = 0; probe < 3; probe += 1) hang(breaker);
    const whileTheyRun = breaker.canExecute();
    clock.advance(breaker.retryAfterMs as number);
    clock.advance(breaker.retryAfterMs as number);
    await succeed(breaker, 3);

    expect([whileTheyRun, breaker.state]).toEqual([false, 'closed']);
  });

  it('6.8: a missing secret and refused credentials do not count where they are filtered, however many', async () => {
    const { breaker } = breakerWith({ ...presets.authService, ignoreErrors: [presets.authService.ignoreErrors as (error: unknown) => boolean, MissingSecretError] });
    await fail(breaker, 50, new MissingSecretError('SERVICE_SECRET'));
    await fail(breaker, 50, Object.assign(new Error('Invalid or expired token'), { status: 401 }));

    expect([breaker.state, breaker.getMetrics()]).toEqual(['closed', expect.objectContaining({ failedCalls: 0, ignoredCalls: 100 })]);
  });

  it('6.8: a rejection is answered with 503 and when to come back, never with 401', async () => {
    const { breaker } = legacyWith({ recoveryTimeout: 30 });
    breaker.forceOpen();

    const { statusCode, headers } = (await errorOf(breaker.call(() => 'user'))) as CircuitBreakerOpenError;

    expect({ statusCode, headers }).toEqual({ statusCode: 503, headers: { 'retry-after': '30' } });
  });

  it('6.8: code that asks, runs and records recovers, too: the stuck open circuit of the synchronous callers', () => {
    const { breaker, clock } = legacyWith({ failureThreshold: 1, recoveryTimeout: 30 });
    breaker.recordFailure('timeout');
    clock.advance(30_000);
    if (breaker.canExecute()) breaker.recordSuccess();

    expect(breaker.state).toBe('closed');
  });

  it('6.8: probes of an agent that end without being recorded block it for a while, and not for ever', () => {
    const runtime = testRuntime();
    const agent = new AgentCircuitBreaker('data', { failureThreshold: 1, recoveryTimeout: 60, maxHalfOpenCalls: 2 }, runtime);
    agent.recordFailure('timeout', 'too slow');
    runtime.clock.advance(60_000);
    const asked = [agent.canExecute(), agent.canExecute(), agent.canExecute()];
    for (let wait = 0; wait < 2; wait += 1) runtime.clock.advance(agent.breaker.retryAfterMs as number);
    for (let run = 0; run < 2; run += 1) if (agent.canExecute()) agent.recordSuccess();

    expect([...asked, agent.state]).toEqual([true, true, false, 'closed']);
  });

  it('6.8: half-open without probes is refused: it rejected for ever', () => {
    expect(() => canonicalWith({ halfOpenMaxCalls: 0 })).toThrow('`halfOpenMaxCalls`');
    expect(() => legacyWith({ halfOpenMaxCalls: 0 })).toThrow('`halfOpenMaxCalls`');
  });

  it('6.8: the double for tests is the breaker itself with a fake clock: it recovers as in production', async () => {
    const clock = new FakeClock();
    const breaker = new UnifiedCircuitBreaker({ name: 'auth', ...presets.authService, clock });
    await fail(breaker, 5);
    clock.advance(60_000);
    await succeed(breaker, 3);

    expect(breaker.state).toBe('closed');
  });
});

/** LEGACY 6.9 and 6.10. */
describe('waiting where there is nothing to wait for', () => {
  it.each([
    ['closed', 0],
    ['half-open', 60_000],
  ])('6.9: admission takes no turn while %s: the operation has begun when call() returns', (_state, elapsed) => {
    const { breaker, clock } = canonicalWith();
    if (elapsed > 0) breaker.trip();
    clock.advance(elapsed);
    const begun: string[] = [];
    void breaker.call(() => begun.push('call'));
    void breaker.callSync(() => begun.push('callSync'));
    using permit = breaker.tryAcquire();

    expect([begun, permit === null]).toEqual([['call', 'callSync'], false]);
  });

  it('6.10: reset, forced opening, records and status take effect at once, awaited or not', async () => {
    const { breaker } = legacyWith({ failureThreshold: 1 });
    void breaker.recordFailure();
    const states = [breaker.state];
    void breaker.reset();
    states.push(breaker.state);
    await breaker.forceOpen();
    states.push((await breaker.getStatus()).state);

    expect(states).toEqual(['open', 'closed', 'open']);
  });

  it('6.10: the fake timers of a test runner move waits, timeouts and health checks of the platform clock', async () => {
    vi.useFakeTimers();
    const check = vi.fn<() => 'degraded'>(() => 'degraded');
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', ...presets.canonical, jitter: false, timeoutMs: 1_000, failureThreshold: 1, healthCheck: { check } });
    const late = errorOf(breaker.call(() => deferred().promise));
    await vi.advanceTimersByTimeAsync(60_000);
    const states = [breaker.state, breaker.canExecute()];
    // The platform clock has fractions, so nothing is asked for at a boundary.
    await vi.advanceTimersByTimeAsync(2_000);

    expect(await late).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
    expect([...states, breaker.canExecute(), check.mock.calls.length]).toEqual(['open', false, true, 2]);
    breaker.dispose();
  });
});

/** LEGACY 6.12. */
describe('the loop in the browser', () => {
  it('6.12: an event whose failure sends the same event again is sent once in 2 s, and the circuit, which does another job, stays closed', () => {
    const { clock } = testRuntime();
    const analytics = new GTMCircuitBreaker({ clock });
    const event = { event: 'auth_required', category: 'auth', action: 'login' };
    let sent = 0;
    const send = (depth: number): void => {
      if (depth === 100 || !analytics.canSendEvent(event)) return;
      sent += 1;
      analytics.recordEventSent(event);
      send(depth + 1);
    };
    send(0);
    clock.advance(2_000);
    send(0);

    expect([sent, analytics.isOpen(), analytics.getStats().circuitBreakerState.failureCount]).toEqual([2, false, 0]);
    analytics.destroy();
  });
});
