import { describe, expect, it, vi } from 'vitest';
import { AuthCircuitBreaker, AuthSecurityError, SecurityMonitor } from '../../../src/compat/domain/index.ts';
import type { AuthCircuitBreakerOptions, AuthCircuitBreakerParts } from '../../../src/compat/domain/index.ts';
import { LabelledFailure } from '../../../src/compat/failure-label.ts';
import { isCircuitBreakerFallbackError, isCircuitBreakerOpenError } from '../../../src/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { testRuntime } from '../support/agreement.ts';

function authWith(parts: AuthCircuitBreakerParts = {}, options: AuthCircuitBreakerOptions = {}) {
  const runtime = testRuntime();
  return { ...runtime, breaker: new AuthCircuitBreaker('login', options, { ...runtime, ...parts }) };
}

const USER = { userId: 'user-1' };
const failing = (error: unknown) => (): Promise<never> => Promise.reject(error);

describe('the AuthCircuitBreaker', () => {
  it('does not flag users for an outage, nor for its own refusals', async () => {
    const { breaker } = authWith();
    for (let attempt = 0; attempt < 20; attempt += 1) await errorOf(breaker.authenticate(failing(BOOM), USER));

    expect(breaker.state).toBe('open');
    expect(breaker.securityMonitor.isUserSuspicious('user-1')).toBe(false);
    expect(breaker.getStatus().securityMetrics).toEqual({ suspiciousUsers: 0, failureCounts: {}, attackIndicators: 0 });
  });

  it('flags a user at the fifth credential error in a row, and the circuit stays closed', async () => {
    const { breaker } = authWith();
    const wrong = failing(new LabelledFailure('InvalidCredentialsError'));
    for (let attempt = 0; attempt < 4; attempt += 1) await errorOf(breaker.authenticate(wrong, USER));
    await breaker.authenticate(() => 'token', USER);
    for (let attempt = 0; attempt < 4; attempt += 1) await errorOf(breaker.authenticate(wrong, USER));
    const before = breaker.securityMonitor.isUserSuspicious('user-1');
    await errorOf(breaker.authenticate(wrong, USER));

    expect([before, breaker.securityMonitor.isUserSuspicious('user-1'), breaker.state]).toEqual([false, true, 'closed']);
  });

  it.each(['SecurityError', 'SuspiciousActivityError'])('flags a user at once at a %s', async (name) => {
    const { breaker } = authWith();
    await errorOf(breaker.authenticate(failing(new LabelledFailure(name)), USER));

    expect(breaker.securityMonitor.isUserSuspicious('user-1')).toBe(true);
  });

  it('lets a user in again whose flag was lifted', async () => {
    const { breaker } = authWith();
    breaker.securityMonitor.flagSuspiciousUser('user-1');
    const error = await errorOf(breaker.authenticate(() => 'token', USER));

    expect([breaker.securityMonitor.unflagUser('user-1'), breaker.securityMonitor.unflagUser('user-1')]).toEqual([true, false]);
    expect(error).toEqual(new AuthSecurityError('User user-1 flagged for suspicious activity'));
    expect(await breaker.authenticate(() => 'token', USER)).toBe('token');
  });

  it('holds nothing against nobody', async () => {
    const { breaker } = authWith({}, { suspiciousActivityThreshold: 1 });
    await errorOf(breaker.authenticate(failing(new LabelledFailure('InvalidCredentialsError'))));

    expect(breaker.getStatus().securityMetrics).toMatchObject({ suspiciousUsers: 0, failureCounts: {} });
  });

  it.each([
    ['HTTPException', new LabelledFailure('HTTPException'), true],
    ['TimeoutError', new LabelledFailure('TimeoutError'), true],
    ['Error', BOOM, false],
    ['HTTPException with status 503', Object.assign(new LabelledFailure('HTTPException'), { status: 503 }), true],
    ['HTTPException with status 401', Object.assign(new LabelledFailure('HTTPException'), { status: 401 }), false],
    ['InvalidCredentialsError', new LabelledFailure('InvalidCredentialsError'), false],
  ])('at a %s lets the fallback serve: %s', async (_, error, served) => {
    const { breaker } = authWith({ fallbackHandler: async () => 'fallback' });

    expect(await breaker.authenticate(failing(error)).catch((thrown: unknown) => thrown)).toBe(served ? 'fallback' : error);
  });

  it('lets the fallback serve a timeout of its own, and while it is open, with the arguments of the operation', async () => {
    const fallbackHandler = vi.fn<(...args: readonly unknown[]) => string>(() => 'cached');
    const { breaker, clock } = authWith({ fallbackHandler });
    const slow = breaker.authenticate((password: string) => deferred<typeof password>().promise, USER, 'password');
    clock.advance(15_000);
    const results = [await slow];
    breaker.forceOpen();
    results.push(await breaker.authenticate((password: string) => password, USER, 'password'));

    expect(results).toEqual(['cached', 'cached']);
    expect(fallbackHandler.mock.calls).toEqual([['password'], ['password']]);
  });

  it('tells of both errors when the fallback fails, too', async () => {
    const cause = new LabelledFailure('HTTPException');
    const error = await errorOf(authWith({ fallbackHandler: failing(BOOM) }).breaker.authenticate(failing(cause)));

    expect(isCircuitBreakerFallbackError(error)).toBe(true);
    expect(error).toMatchObject({ cause, errors: [BOOM], breakerName: 'auth_login' });
  });

  it('rejects while open without a fallback', async () => {
    const { breaker } = authWith();
    breaker.forceOpen();

    expect(isCircuitBreakerOpenError(await errorOf(breaker.authenticate(() => 'token')))).toBe(true);
  });

  it.each([
    ['SessionExpiredError', ['user-1']],
    ['InvalidSessionError', ['user-1']],
    ['InvalidCredentialsError', []],
  ])('at a %s ends the sessions of %j', async (name, users) => {
    const ended: string[] = [];
    const { breaker } = authWith({ sessionManager: { invalidateSession: (userId) => ended.push(userId) } });
    await errorOf(breaker.authenticate(failing(new LabelledFailure(name)), USER));

    expect(ended).toEqual(users);
  });

  it('gives the result, whatever the session manager throws', async () => {
    const { breaker } = authWith({ sessionManager: { recordLogin: () => Promise.reject(BOOM), invalidateSession: () => Promise.reject(BOOM) } });
    const error = new LabelledFailure('SessionExpiredError');

    expect(await breaker.authenticate(() => 'token', USER)).toBe('token');
    expect(await errorOf(breaker.authenticate(failing(error), USER))).toBe(error);
  });

  it('calls the session manager as its method, and not for nobody', async () => {
    class Sessions {
      readonly logins: string[] = [];
      async recordLogin(userId: string): Promise<void> {
        this.logins.push(userId);
      }
    }
    const sessions = new Sessions();
    const { breaker } = authWith({ sessionManager: sessions });
    await breaker.authenticate(() => 'token', USER);
    await breaker.authenticate(() => 'token');

    expect(sessions.logins).toEqual(['user-1']);
  });
});

describe('the SecurityMonitor', () => {
  it('keeps the newest 10 000 users of either kind', () => {
    const monitor = new SecurityMonitor({ suspiciousActivityThreshold: 2 });
    for (let user = 0; user < 10_001; user += 1) {
      monitor.flagSuspiciousUser(`user-${user}`);
      monitor.recordFailure(`user-${user}`, 'AuthenticationError');
    }

    expect(monitor.getStats().suspiciousUsers).toBe(10_000);
    expect(Object.keys(monitor.getStats().failureCounts)).toHaveLength(10_000);
    expect([monitor.isUserSuspicious('user-0'), monitor.isUserSuspicious('user-10000')]).toEqual([false, true]);
  });

  it('begins to count anew when a flag is lifted', () => {
    const monitor = new SecurityMonitor({ suspiciousActivityThreshold: 2 });
    monitor.recordFailure('user-1');
    monitor.recordFailure('user-1');
    monitor.unflagUser('user-1');
    monitor.recordFailure('user-1');

    expect(monitor.isUserSuspicious('user-1')).toBe(false);
  });

  it('keeps a flag at a success', () => {
    const monitor = new SecurityMonitor({ suspiciousActivityThreshold: 1 });
    monitor.recordFailure('user-1');
    monitor.recordSuccess('user-1');

    expect([monitor.isUserSuspicious('user-1'), monitor.isUnderAttack()]).toEqual([true, false]);
  });
});
