import { describe, expect, it, vi } from 'vitest';
import {
  AgentCircuitBreaker,
  AgentCircuitBreakerConfig,
  AgentTaskManager,
  AuthCircuitBreaker,
  AuthCircuitBreakerConfig,
  AuthSecurityError,
  DatabaseCircuitBreaker,
  DatabaseCircuitBreakerConfig,
  LLMCircuitBreaker,
  LLMCircuitBreakerConfig,
  LLMCostLimitError,
  LLMRateLimitError,
  LLMValidationError,
  SecurityMonitor,
  TokenUsageTracker,
} from '../../src/compat/domain/index.ts';
import { LabelledFailure } from '../../src/compat/failure-label.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

/** LEGACY 5.K1, rows 129 to 137. */
describe('a database behind its breaker', () => {
  it('129: without options its configuration has the legacy numbers and lists', () => {
    expect(new DatabaseCircuitBreakerConfig()).toMatchObject({
      failureThreshold: 3,
      recoveryTimeoutSeconds: 30,
      successThreshold: 2,
      queryTimeoutSeconds: 10,
      slidingWindowSize: 8,
      errorRateThreshold: 0.6,
      maxBackoffSeconds: 300,
      connectionPoolThreshold: 80,
      checkPoolHealth: true,
      expectedDatabaseExceptions: ['ConnectionError', 'TimeoutError', 'DatabaseError', 'OperationalError', 'IntegrityError'],
      connectionErrors: ['ConnectionError', 'OperationalError'],
      timeoutErrors: ['TimeoutError'],
      transactionErrors: ['IntegrityError', 'TransactionError'],
    });
  });

  it('130: overrides are kept, and toDict() shows threshold and timeouts', () => {
    const config = new DatabaseCircuitBreakerConfig({ failureThreshold: 5, connectionPoolThreshold: 50 });

    expect(config.toDict()).toEqual({ failureThreshold: 5, recoveryTimeoutSeconds: 30, queryTimeoutSeconds: 10, connectionPoolThreshold: 50, checkPoolHealth: true });
  });

  it('131: the breaker "test_db" is called database_test_db and has no transactions', () => {
    const breaker = new DatabaseCircuitBreaker('test_db', new DatabaseCircuitBreakerConfig(), { ...testRuntime(), dbPool: { size: 10 } });

    expect([breaker.name, breaker.activeTransactions]).toEqual(['database_test_db', 0]);
  });

  it('132: a pool of 85 over a threshold of 80 gives exactly one warning, and the result', async () => {
    const warn = vi.fn<(message: string) => void>();
    const breaker = new DatabaseCircuitBreaker('test_db', {}, { ...testRuntime(), dbPool: { size: 85 }, warn });

    expect(await breaker.execute(() => 'rows')).toBe('rows');
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('133: a ConnectionError is rethrown, and the pool was cleared once', async () => {
    const clear = vi.fn<() => void>();
    const breaker = new DatabaseCircuitBreaker('test_db', {}, { ...testRuntime(), dbPool: { size: 10, clear } });
    const error = new LabelledFailure('ConnectionError');

    expect(await errorOf(breaker.execute(() => Promise.reject(error)))).toBe(error);
    expect(clear).toHaveBeenCalledTimes(1);
  });

  it('134: a transaction counts from 0 to 1 and back to 0', () => {
    const breaker = new DatabaseCircuitBreaker('test_db', {}, testRuntime());
    const counts = [breaker.activeTransactions];
    {
      using scope = breaker.transactionContext();
      counts.push(breaker.activeTransactions);
      expect(scope).toBeDefined();
    }

    expect([...counts, breaker.activeTransactions]).toEqual([0, 1, 0]);
  });

  it('135: with two transactions, an error whose text is "IntegrityError" leaves both', async () => {
    const breaker = new DatabaseCircuitBreaker('test_db', {}, testRuntime());
    breaker.transactionContext();
    breaker.transactionContext();
    await errorOf(breaker.execute(() => Promise.reject(new Error('IntegrityError'))));

    expect(breaker.activeTransactions).toBe(2);
  });

  it('136: the status has the domain, transactions, pool and configuration beside that of the breaker', () => {
    const breaker = new DatabaseCircuitBreaker('test_db', {}, { ...testRuntime(), dbPool: { size: 10, maxSize: 20 } });

    expect(breaker.getStatus()).toMatchObject({
      name: 'database_test_db',
      state: 'closed',
      isHealthy: true,
      domain: 'database',
      activeTransactions: 0,
      poolSize: 10,
      poolMaxSize: 20,
      config: breaker.config.toDict(),
    });
  });

  it('137: it works without a pool', async () => {
    const breaker = new DatabaseCircuitBreaker('test_db', {}, testRuntime());

    expect(await breaker.execute(() => 1)).toBe(1);
    expect(await errorOf(breaker.execute(() => Promise.reject(new LabelledFailure('ConnectionError'))))).toMatchObject({ name: 'ConnectionError' });
    expect(breaker.getStatus()).toMatchObject({ poolSize: null, poolMaxSize: null });
  });
});

/** Rows 138 to 145. */
describe('a language model behind its breaker', () => {
  it('138: without options its configuration has the legacy numbers', () => {
    expect(new LLMCircuitBreakerConfig()).toMatchObject({
      failureThreshold: 10,
      recoveryTimeoutSeconds: 10,
      successThreshold: 2,
      requestTimeoutSeconds: 60,
      slidingWindowSize: 6,
      errorRateThreshold: 0.4,
      slowCallThresholdSeconds: 30,
      maxBackoffSeconds: 600,
      tokenRateLimitPerMinute: 50_000,
      costThresholdDollars: 100,
    });
  });

  it.each([
    [1_000, 500, 400, true],
    [1_000, 500, 600, false],
    [1_000, 500, 500, true],
    [1_000, 1_000, 1, false],
    [1_000, 1_000, 0, true],
  ])('139: of a budget of %s with %s used, %s more are allowed: %s', (tokenRateLimitPerMinute, used, more, allowed) => {
    const tracker = new TokenUsageTracker({ tokenRateLimitPerMinute }, testRuntime());
    tracker.recordUsage(used, 0);

    expect(tracker.canMakeRequest(more)).toBe(allowed);
  });

  it('140: 61 s after the budget was spent nothing is used, and requests are allowed', () => {
    const runtime = testRuntime();
    const tracker = new TokenUsageTracker({ tokenRateLimitPerMinute: 1_000 }, runtime);
    tracker.recordUsage(1_000, 0);
    runtime.clock.advance(61_000);

    expect([tracker.canMakeRequest(100), tracker.tokensUsedThisMinute]).toEqual([true, 0]);
  });

  it('141: with 300 of 1 000 used, 700 remain, and the cost is kept', () => {
    const tracker = new TokenUsageTracker({ tokenRateLimitPerMinute: 1_000 }, testRuntime());
    tracker.recordUsage(300, 2.5);

    expect(tracker.getStats()).toEqual({ tokensUsedThisMinute: 300, currentCost: 2.5, rateLimitRemaining: 700 });
  });

  it('142: with the budget spent, a call with tokens is refused before the breaker', async () => {
    const breaker = new LLMCircuitBreaker('test_llm', { tokenRateLimitPerMinute: 100 }, testRuntime());
    breaker.tokenUsage.recordUsage(100, 0);
    const operation = vi.fn<() => string>(() => 'an answer');

    expect(await errorOf(breaker.callLlm(operation, { tokens: 1 }))).toBeInstanceOf(LLMRateLimitError);
    expect([operation.mock.calls.length, breaker.breaker.getMetrics().totalCalls]).toEqual([0, 0]);
  });

  it('143: with 99 of 100 dollars spent, a call of 2 is refused', async () => {
    const breaker = new LLMCircuitBreaker('test_llm', { costThresholdDollars: 100 }, testRuntime());
    breaker.tokenUsage.recordUsage(0, 99);

    expect(await errorOf(breaker.callLlm(() => 'an answer', { estimatedCost: 2 }))).toBeInstanceOf(LLMCostLimitError);
  });

  it('144: a response that fails its validation is an error, and a good one returns', async () => {
    const breaker = new LLMCircuitBreaker('test_llm', {}, { ...testRuntime(), responseValidator: (response: string) => response.length > 5 });

    expect(await errorOf(breaker.callLlm(() => 'bad'))).toBeInstanceOf(LLMValidationError);
    expect(await breaker.callLlm(() => 'a good answer')).toBe('a good answer');
  });

  it('145: the status has the domain, the model, what has been used, and the configuration', async () => {
    const breaker = new LLMCircuitBreaker('test_llm', {}, { ...testRuntime(), model: 'gpt-4' });
    await breaker.callLlm(() => 'an answer', { tokens: 10, estimatedCost: 0.5 });

    expect(breaker.getStatus()).toMatchObject({
      domain: 'llm',
      model: 'gpt-4',
      tokenUsage: { tokensUsedThisMinute: 10, currentCost: 0.5, rateLimitRemaining: 49_990 },
      config: { failureThreshold: 10, requestTimeoutSeconds: 60, tokenRateLimitPerMinute: 50_000, costThresholdDollars: 100 },
    });
  });
});

/** Rows 146 to 151. */
describe('authentication behind its breaker', () => {
  it('146: without options its configuration has the legacy numbers', () => {
    expect(new AuthCircuitBreakerConfig()).toMatchObject({
      securityFailureThreshold: 2,
      securityRecoveryTimeoutSeconds: 300,
      authTimeoutSeconds: 15,
      suspiciousActivityThreshold: 5,
      maxBackoffSeconds: 600,
      credentialErrors: ['InvalidCredentialsError', 'AuthenticationError'],
      fallbackEligibleErrors: ['HTTPException', 'TimeoutError'],
    });
    expect(new AuthCircuitBreakerConfig().toDict()).toEqual({
      securityFailureThreshold: 2,
      securityRecoveryTimeoutSeconds: 300,
      authTimeoutSeconds: 15,
      suspiciousActivityThreshold: 5,
    });
  });

  it('147: at a threshold of 3, two failures flag nobody and the third does; a success between them begins anew', () => {
    const monitor = new SecurityMonitor({ suspiciousActivityThreshold: 3 });
    const flagged: boolean[] = [];
    const fail = (userId: string): void => {
      monitor.recordFailure(userId, 'InvalidCredentialsError');
      flagged.push(monitor.isUserSuspicious(userId));
    };
    fail('a');
    fail('a');
    fail('a');
    fail('b');
    fail('b');
    monitor.recordSuccess('b');
    fail('b');

    expect(flagged).toEqual([false, false, true, false, false, false]);
  });

  it('148: a flag by hand or a threshold of 1 flags at once, and nobody never throws', () => {
    const monitor = new SecurityMonitor({ suspiciousActivityThreshold: 1 });
    monitor.flagSuspiciousUser('a');
    monitor.recordFailure('b', 'InvalidCredentialsError');
    monitor.recordFailure(null, 'InvalidCredentialsError');
    monitor.recordSuccess(null);
    monitor.flagSuspiciousUser(null);

    expect(['a', 'b', 'c', null].map((user) => monitor.isUserSuspicious(user))).toEqual([true, true, false, false]);
  });

  it('149: a suspicious user is refused, and the operation is not run', async () => {
    const breaker = new AuthCircuitBreaker('test_auth', {}, testRuntime());
    breaker.securityMonitor.flagSuspiciousUser('user-1');
    const operation = vi.fn<() => string>(() => 'token');

    expect(await errorOf(breaker.authenticate(operation, { userId: 'user-1' }))).toBeInstanceOf(AuthSecurityError);
    expect(operation).not.toHaveBeenCalled();
  });

  it('150: at a success the token returns, and the session manager heard of the login once', async () => {
    const recordLogin = vi.fn<(userId: string) => void>();
    const breaker = new AuthCircuitBreaker('test_auth', {}, { ...testRuntime(), sessionManager: { recordLogin } });

    expect(await breaker.authenticate(() => 'token', { userId: 'user-1' })).toBe('token');
    expect(recordLogin.mock.calls).toEqual([['user-1']]);
  });

  it('151: at an eligible error the fallback gives the result', async () => {
    const breaker = new AuthCircuitBreaker('test_auth', {}, { ...testRuntime(), fallbackHandler: async () => 'fallback token' });

    expect(await breaker.authenticate(() => Promise.reject(new LabelledFailure('HTTPException')))).toBe('fallback token');
    expect(breaker.getStatus()).toMatchObject({ domain: 'auth', hasFallback: true });
  });
});

/** Rows 152 to 157. */
describe('the tasks of an agent behind their breaker', () => {
  it('152: without options its configuration has the legacy numbers', () => {
    expect(new AgentCircuitBreakerConfig()).toMatchObject({
      failureThreshold: 4,
      recoveryTimeoutSeconds: 60,
      successThreshold: 3,
      taskTimeoutSeconds: 300,
      slowTaskThresholdSeconds: 120,
      preserveContextOnFailure: true,
      nestedTaskSupport: true,
    });
  });

  it.each([
    ['completed', (manager: AgentTaskManager) => manager.completeTask({ taskId: 'a' }), { started: 1, completed: 1, failed: 0 }],
    ['failed', (manager: AgentTaskManager) => manager.failTask({ taskId: 'a' }), { started: 1, completed: 0, failed: 1 }],
  ])('153: a task that starts is active until it is %s, and counted', (_, end, taskStats) => {
    const manager = new AgentTaskManager(new AgentCircuitBreakerConfig());
    manager.startTask({ taskId: 'a', context: {} });
    const { activeTasks } = manager.getStats();
    end(manager);

    expect(activeTasks).toBe(1);
    expect(manager.getStats()).toMatchObject({ activeTasks: 0, taskStats });
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('154: with preserveContextOnFailure %s a failed task leaves %s contexts', async (preserveContextOnFailure, preservedContexts) => {
    const breaker = new AgentCircuitBreaker('test_agent', { preserveContextOnFailure }, testRuntime());
    await errorOf(breaker.executeTask(() => Promise.reject(BOOM), { taskId: 'a', context: { step: 1 } }));

    expect(breaker.getStatus().taskMetrics).toMatchObject({ preservedContexts, taskStats: { failed: 1 } });
  });

  it('155: completing a task twice does not throw', () => {
    const manager = new AgentTaskManager(new AgentCircuitBreakerConfig());
    manager.startTask({ taskId: 'a' });
    manager.completeTask({ taskId: 'a' });

    expect(() => manager.completeTask({ taskId: 'a' })).not.toThrow();
  });

  it.each([
    [undefined, false],
    [(): void => {}, true],
  ])('156: the result of a task returns, and the status says whether there is a progress callback', async (progressCallback, hasProgressCallback) => {
    const breaker = new AgentCircuitBreaker('test_agent', {}, { ...testRuntime(), progressCallback });

    expect(await breaker.executeTask(async () => 'done')).toBe('done');
    expect(breaker.getStatus()).toMatchObject({
      domain: 'agent',
      hasProgressCallback,
      config: { failureThreshold: 4, taskTimeoutSeconds: 300, preserveContextOnFailure: true, nestedTaskSupport: true },
    });
  });

  it('157: the core of each is a breaker of this library, with its numbers', () => {
    const runtime = testRuntime();
    const shims = [new DatabaseCircuitBreaker('x', {}, runtime), new LLMCircuitBreaker('x', {}, runtime), new AuthCircuitBreaker('x', {}, runtime), new AgentCircuitBreaker('x', {}, runtime)];

    expect(shims.every(({ breaker }) => breaker instanceof UnifiedCircuitBreaker)).toBe(true);
    expect(shims.map(({ breaker }) => [breaker.name, breaker.getStatus().config.failureThreshold, breaker.getStatus().config.timeoutMs, breaker.getMetrics().adaptive !== null])).toEqual([
      ['database_x', 3, 10_000, true],
      ['llm_x', 10, 60_000, true],
      ['auth_x', 2, 15_000, false],
      ['agent_x', 4, 300_000, true],
    ]);
  });
});

/** LEGACY 6.13: what an outage did to users. */
describe('an outage of authentication', () => {
  it('6.13: locks nobody out: when the service is back, everybody gets in', async () => {
    const { clock, ...runtime } = testRuntime();
    const breaker = new AuthCircuitBreaker('test_auth', {}, { ...runtime, clock });
    for (let attempt = 0; attempt < 30; attempt += 1) await errorOf(breaker.authenticate(() => Promise.reject(BOOM), { userId: `user-${attempt % 3}` }));
    clock.advance(300_000);
    const tokens: string[] = [];
    for (const userId of ['user-0', 'user-1', 'user-2']) tokens.push(await breaker.authenticate(() => 'token', { userId }));

    expect([tokens, breaker.state]).toEqual([['token', 'token', 'token'], 'closed']);
  });
});
