import { describe, expect, it } from 'vitest';
import {
  AgentCircuitBreakerConfig,
  AgentTaskCircuitBreaker,
  AuthCircuitBreaker,
  AuthCircuitBreakerConfig,
  DatabaseCircuitBreaker,
  DatabaseCircuitBreakerConfig,
  LlmCircuitBreaker,
  LLMCircuitBreaker,
  LlmCircuitBreakerConfig,
  LLMCircuitBreakerConfig,
} from '../../../src/compat/domain/index.ts';
import { LabelledFailure } from '../../../src/compat/failure-label.ts';
import type { LegacyBreaker } from '../../../src/compat/legacy-breaker.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

const MAKERS = {
  database: (runtime: TestRuntime, options: object = {}) => new DatabaseCircuitBreaker('x', options, runtime),
  llm: (runtime: TestRuntime, options: object = {}) => new LlmCircuitBreaker('x', options, runtime),
  auth: (runtime: TestRuntime, options: object = {}) => new AuthCircuitBreaker('x', options, runtime),
  agent: (runtime: TestRuntime, options: object = {}) => new AgentTaskCircuitBreaker('x', options, runtime),
};
type Domain = keyof typeof MAKERS;

const driven = (domain: Domain, options?: object) => (runtime: TestRuntime): Driven => {
  const breaker: LegacyBreaker = MAKERS[domain](runtime, options);
  return { success: () => breaker.call(() => 1).catch(() => {}), failure: () => breaker.call(() => Promise.reject(BOOM)).catch(() => {}), state: () => breaker.state };
};
const failures = (count: number): Step[] => Array.from({ length: count }, () => 'failure');
const successes = (count: number): Step[] => Array.from({ length: count }, () => 'success');

/** A class without a name of its own: all it has is that of its class. */
class ConnectionError extends Error {}
class PoolError extends ConnectionError {}

async function failuresAfter(breaker: LegacyBreaker, ...errors: readonly unknown[]): Promise<number> {
  for (const error of errors) await errorOf(breaker.call(() => Promise.reject(error)));
  return breaker.breaker.getMetrics().failedCalls;
}

describe('the breakers of domains', () => {
  it.each<[domain: Domain, threshold: number, waitMs: number, closesAfter: number]>([
    ['database', 3, 30_000, 2],
    ['llm', 10, 10_000, 2],
    ['auth', 2, 300_000, 2],
    ['agent', 4, 60_000, 3],
  ])('%s opens at %s failures in a row and no earlier, waits %s ms, and closes after %s successes', async (domain, threshold, waitMs, closesAfter) => {
    const rules = { opensWhen: inARow(threshold), waitMs, closesAfter };

    await expect(agreeOn(failures(threshold), driven(domain), rules)).resolves.toBeUndefined();
    await expect(agreeOn([...failures(threshold), waitMs - 1, 1, ...successes(closesAfter)], driven(domain), rules)).resolves.toBeUndefined();
    await expect(agreeOn([...failures(threshold), waitMs, 'success', 'failure', waitMs - 1], driven(domain), rules)).resolves.toBeUndefined();
  });

  it.each<[Domain, object, number, number]>([
    ['database', {}, 8, 3],
    ['llm', {}, 10, 10],
    ['auth', {}, 12, 3],
    ['agent', {}, 10, 4],
    ['database', { failureThreshold: 20 }, 20, 20],
    ['database', { failureThreshold: 20, slidingWindowSize: 5 }, 5, 5],
  ])('%s with %j has a window of %s outcomes, of which the rate needs %s', (domain, options, slidingWindowSize, minRequestsThreshold) => {
    expect(MAKERS[domain](testRuntime(), options).breaker.getStatus().config).toMatchObject({ slidingWindowSize, minRequestsThreshold });
  });

  it('does for auth, whose thresholds stand still, what its rules say for any sequence', () => {
    const opensWhen = either(inARow(2), rate((failed, all) => failed / all >= 0.5, 12, 3));

    return expect(agreeAlways(driven('auth', { maxBackoffSeconds: 300 }), { opensWhen, waitMs: 300_000, closesAfter: 2 })).resolves.toBeUndefined();
  });

  it.each<[Domain, string, boolean]>([
    ['database', 'database_x', true],
    ['llm', 'llm_x', true],
    ['auth', 'auth_x', false],
    ['agent', 'agent_x', true],
  ])('%s is listed as %s, and adapts: %s', (domain, name, adaptive) => {
    const runtime = testRuntime();
    const { breaker } = MAKERS[domain](runtime);

    expect(runtime.manager.getCircuitBreaker(name)).toBe(breaker);
    expect(breaker.getStatus().config).toMatchObject({ exponentialBackoff: true, halfOpenMaxCalls: 3 });
    expect(breaker.getMetrics().adaptive !== null).toBe(adaptive);
  });

  it.each<Domain>(['database', 'llm', 'auth', 'agent'])('%s doubles its wait at a failed probe', async (domain) => {
    const { clock, ...runtime } = testRuntime();
    const { breaker } = MAKERS[domain]({ ...runtime, clock });
    breaker.trip();
    const first = breaker.retryAfterMs ?? 0;
    clock.advance(first);
    breaker.recordFailure();

    expect(breaker.retryAfterMs).toBe(2 * first);
  });

  it.each<Domain>(['database', 'llm', 'auth', 'agent'])('%s shares its circuit with others of its name', (domain) => {
    const runtime = testRuntime();
    MAKERS[domain](runtime).forceOpen();

    expect(MAKERS[domain](runtime).isOpen).toBe(true);
  });

  it('rejects with the legacy message while open', async () => {
    const breaker = MAKERS.agent(testRuntime());
    breaker.forceOpen();

    expect(await errorOf(breaker.call(() => 1))).toMatchObject({ message: "Circuit breaker 'agent_x' is OPEN", code: 'ERR_CIRCUIT_OPEN' });
  });

  it.each<[Domain, object, readonly unknown[], number]>([
    ['database', { failureThreshold: 99 }, [BOOM, new ConnectionError('no'), new TypeError('no')], 3],
    ['database', { failureThreshold: 99 }, [new LabelledFailure('IntegrityError'), Object.assign(new Error('duplicate key'), { code: '23505' })], 0],
    ['llm', { failureThreshold: 99 }, [BOOM, Object.assign(new Error('busy'), { status: 429 }), new LabelledFailure('RateLimitError')], 3],
    ['llm', { failureThreshold: 99 }, [Object.assign(new Error('bad request'), { status: 400 })], 0],
    ['auth', { securityFailureThreshold: 99 }, [BOOM, new LabelledFailure('HTTPException')], 2],
    ['agent', { failureThreshold: 99 }, [BOOM, new LabelledFailure('whatever')], 2],
  ])('%s counts errors of the dependency, and none that are answers', async (domain, options, errors, counted) => {
    expect(await failuresAfter(MAKERS[domain](testRuntime(), options), ...errors)).toBe(counted);
  });

  it.each(['AuthenticationError', 'InvalidCredentialsError', 'AuthorizationError', 'TokenExpiredError', 'SessionExpiredError', 'InvalidSessionError', 'SecurityError', 'SuspiciousActivityError'])(
    'auth takes an %s for an answer',
    async (name) => {
      expect(await failuresAfter(MAKERS.auth(testRuntime()), new LabelledFailure(name), new LabelledFailure(name))).toBe(0);
    },
  );

  it('auth takes the errors that it was told of for answers', async () => {
    expect(await failuresAfter(MAKERS.auth(testRuntime(), { credentialErrors: ['WrongPin'] }), new LabelledFailure('WrongPin'))).toBe(0);
  });

  it.each<[Domain, string]>([
    ['database', 'expectedDatabaseExceptions'],
    ['llm', 'expectedLlmExceptions'],
    ['auth', 'expectedAuthExceptions'],
    ['agent', 'expectedAgentExceptions'],
  ])('%s counts only the errors of a list that it was given, by the exact names of their classes', async (domain, option) => {
    const errors = [new ConnectionError('no'), new LabelledFailure('AuthenticationError'), new PoolError('no'), BOOM];

    expect(await failuresAfter(MAKERS[domain](testRuntime(), { [option]: ['ConnectionError', 'AuthenticationError'] }), ...errors)).toBe(2);
    expect(await failuresAfter(MAKERS[domain](testRuntime(), { [option]: [] }), BOOM)).toBe(1);
  });

  it('has aliases by the legacy names', () => {
    expect([LLMCircuitBreaker, LLMCircuitBreakerConfig]).toEqual([LlmCircuitBreaker, LlmCircuitBreakerConfig]);
  });

  it.each([
    ['DatabaseCircuitBreakerConfig', DatabaseCircuitBreakerConfig],
    ['LlmCircuitBreakerConfig', LlmCircuitBreakerConfig],
    ['AuthCircuitBreakerConfig', AuthCircuitBreakerConfig],
    ['AgentCircuitBreakerConfig', AgentCircuitBreakerConfig],
  ])('have the frozen configuration %s, which refuses options of another kind', (name, type) => {
    const Config = type as new (given?: object) => DatabaseCircuitBreakerConfig;

    expect([type.name, Object.isFrozen(new Config()), 'name' in new Config().toUnifiedConfig()]).toEqual([name, true, false]);
    expect(() => new Config({ recoveryTimeoutMs: 5 })).toThrow('is an option of UnifiedCircuitConfig');
  });
});
