import { describe, expect, it } from 'vitest';
import { LabelledFailure } from '../../src/compat/call.ts';
import {
  AgentCircuitBreaker, AgentCircuitBreakerConfig, AgentTaskCircuitBreaker, AuthCircuitBreaker, AuthCircuitBreakerConfig,
  DatabaseCircuitBreaker, DatabaseCircuitBreakerConfig, LlmCircuitBreaker, LLMCircuitBreaker, LlmCircuitBreakerConfig,
  LLMCircuitBreakerConfig,
} from '../../src/compat/names/domain.ts';
import { CircuitBreakerTimeoutError } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';
import { agreeOn, testRuntime } from './support/agreement.ts';
import type { Step, TestRuntime } from './support/agreement.ts';
import { inARow, ReferenceCircuit } from './support/reference.ts';

const MAKERS = {
  database: (runtime: TestRuntime, options: object = {}) => new DatabaseCircuitBreaker('x', options, runtime),
  llm: (runtime: TestRuntime, options: object = {}) => new LlmCircuitBreaker('x', options, runtime),
  auth: (runtime: TestRuntime, options: object = {}) => new AuthCircuitBreaker('x', options, runtime),
  agent: (runtime: TestRuntime, options: object = {}) => new AgentTaskCircuitBreaker('x', options, runtime),
};
type Domain = keyof typeof MAKERS;

/** A class without its own `name`. */
class ConnectionError extends Error {}
class PoolError extends ConnectionError {}

/** Returns how many of the errors count as failures. */
async function countedOf(domain: Domain, options: object, errors: readonly unknown[]): Promise<number> {
  const breaker = MAKERS[domain](testRuntime(), { ...options, [threshold(domain)]: 99 });
  for (const error of errors) await errorOf(breaker.call(() => Promise.reject(error)));
  return breaker.breaker.getMetrics().failedCalls;
}

const threshold = (domain: Domain): string => (domain === 'auth' ? 'securityFailureThreshold' : 'failureThreshold');
const named = (...names: readonly string[]): unknown[] => names.map((name) => new LabelledFailure(name));
const withCode = (values: object): Error => Object.assign(new Error('no'), values);

describe('the breakers of domains', () => {
  it.each([
    ['129: the database configuration', new DatabaseCircuitBreakerConfig(), {
      failureThreshold: 3, recoveryTimeoutSeconds: 30, successThreshold: 2, queryTimeoutSeconds: 10,
      slidingWindowSize: 8, errorRateThreshold: 0.6, maxBackoffSeconds: 300,
    }],
    ['138: the configuration of language models', new LLMCircuitBreakerConfig(), {
      failureThreshold: 10, recoveryTimeoutSeconds: 10, successThreshold: 2, requestTimeoutSeconds: 60,
      slidingWindowSize: 6, errorRateThreshold: 0.4, slowCallThresholdSeconds: 30, maxBackoffSeconds: 600,
    }],
    ['146: the configuration of authentication', new AuthCircuitBreakerConfig(), {
      securityFailureThreshold: 2, securityRecoveryTimeoutSeconds: 300, authTimeoutSeconds: 15, maxBackoffSeconds: 600,
      credentialErrors: ['InvalidCredentialsError', 'AuthenticationError'],
    }],
    ['152: the configuration of agents', new AgentCircuitBreakerConfig(), {
      failureThreshold: 4, recoveryTimeoutSeconds: 60, successThreshold: 3, taskTimeoutSeconds: 300,
      slowTaskThresholdSeconds: 120,
    }],
    ['130: a configuration with overrides', new DatabaseCircuitBreakerConfig({ failureThreshold: 5 }), {
      failureThreshold: 5, recoveryTimeoutSeconds: 30, queryTimeoutSeconds: 10,
    }],
  ])('%s shows its numbers', (_, config, numbers) => {
    expect(config.toDict()).toMatchObject(numbers);
  });

  it.each<readonly [Domain, failures: number, waitMs: number, closes: number, timeoutMs: number, adapts: boolean]>([
    ['database', 3, 30_000, 2, 10_000, true],
    ['llm', 10, 10_000, 2, 60_000, true],
    ['auth', 2, 300_000, 2, 15_000, false],
    ['agent', 4, 60_000, 3, 300_000, true],
  ])('157: %s opens at %s failures, waits %s ms and closes after %s successes', async (domain, ...numbers) => {
    const [failures, waitMs, closesAfter, timeoutMs, adapts] = numbers;
    const outage = Array.from({ length: failures }, (): Step => 'failure');
    const recovery = Array.from({ length: closesAfter }, (): Step => 'success');
    const rules = { opensWhen: inARow(failures), waitMs, closesAfter };
    const driven = (runtime: TestRuntime) => {
      const breaker = MAKERS[domain](runtime);
      const run = (operation: () => unknown) => () => breaker.call(operation).catch(() => {});
      return { success: run(() => 1), failure: run(() => Promise.reject(BOOM)), state: () => breaker.state };
    };
    for (const end of [[waitMs - 1, 1, ...recovery], [waitMs, 'success', 'failure', waitMs - 1]] as const) {
      await expect(agreeOn([...outage, ...end], driven, new ReferenceCircuit(rules))).resolves.toBeUndefined();
    }
    const runtime = testRuntime();
    const { breaker } = MAKERS[domain](runtime);

    expect(runtime.manager.getCircuitBreaker(`${domain}_x`)).toBe(breaker);
    expect(breaker.getStatus().config).toMatchObject({ timeoutMs, exponentialBackoff: true, halfOpenMaxCalls: 3 });
    expect(breaker.getMetrics().adaptive !== null).toBe(adapts);
  });

  it('131, 136, 145: show name, domain, model and configuration in the status', () => {
    const database = MAKERS.database(testRuntime());
    const llm = new LLMCircuitBreaker('x', {}, { ...testRuntime(), model: 'gpt-4' });

    expect(database.getStatus()).toMatchObject({ name: 'database_x', domain: 'database', config: database.config });
    expect(llm.getStatus()).toMatchObject({ domain: 'llm', model: 'gpt-4', config: { failureThreshold: 10 } });
  });

  it('137: run an operation with its arguments by `execute()`, too', async () => {
    expect(await new DatabaseCircuitBreaker('x', {}, testRuntime()).execute((a: number) => a + 1, 1)).toBe(2);
  });

  it.each<readonly [title: string, Domain, options: object, errors: readonly unknown[], counted: number]>([
    ['errors of the database', 'database', {}, [BOOM, new ConnectionError('no'), new TypeError('no')], 3],
    ['no errors of the statement', 'database', {}, [...named('IntegrityError'), withCode({ code: '23505' })], 0],
    ['errors of the model', 'llm', {}, [BOOM, withCode({ status: 429 }), ...named('RateLimitError')], 3],
    ['no errors of the request', 'llm', {}, [withCode({ status: 400 })], 0],
    ['errors of authentication', 'auth', {}, [BOOM, ...named('HTTPException')], 2],
    ['no errors about the user', 'auth', {}, named('AuthenticationError', 'InvalidCredentialsError',
      'AuthorizationError', 'TokenExpiredError', 'SessionExpiredError', 'InvalidSessionError', 'SecurityError',
      'SuspiciousActivityError'), 0],
    ['no errors that you list', 'auth', { credentialErrors: ['WrongPin'] }, named('WrongPin'), 0],
    ['timeouts of an inner breaker as TimeoutError', 'database', { expectedDatabaseExceptions: ['TimeoutError'] },
      [new CircuitBreakerTimeoutError('inner', 1_000)], 1],
    ['errors of tasks', 'agent', {}, [BOOM, ...named('whatever')], 2],
  ])('count %s', async (_, domain, options, errors, counted) => {
    expect(await countedOf(domain, options, errors)).toBe(counted);
  });

  it.each<readonly [Domain, option: string]>([
    ['database', 'expectedDatabaseExceptions'], ['llm', 'expectedLlmExceptions'], ['auth', 'expectedAuthExceptions'],
    ['agent', 'expectedAgentExceptions'],
  ])('%s counts only the errors in %s, by the exact names of their classes', async (domain, option) => {
    const errors = [new ConnectionError('no'), ...named('AuthenticationError'), new PoolError('no'), BOOM];

    expect(await countedOf(domain, { [option]: ['ConnectionError', 'AuthenticationError'] }, errors)).toBe(2);
    expect(await countedOf(domain, { [option]: [] }, [BOOM])).toBe(1);
  });

  it.each<readonly [title: string, make: () => unknown, hint: string]>([
    ['an option', () => new DatabaseCircuitBreakerConfig({ checkPoolHealth: true } as never), 'Check the pool'],
    ['a part', () => new DatabaseCircuitBreaker('x', {}, { dbPool: {} } as never), 'Check the pool before the call.'],
    ['a budget', () => new LlmCircuitBreakerConfig({ costThresholdDollars: 1 } as never), 'Keep the budget around'],
    ['a fallback', () => new AuthCircuitBreaker('x', {}, { fallbackHandler: 1 } as never), 'Pass `fallback`'],
  ])('say that %s was removed, and what to do instead', (_, make, hint) => {
    expect(make).toThrow(`was removed. ${hint}`);
  });

  it('have aliases by their legacy names', () => {
    expect([LLMCircuitBreaker, LLMCircuitBreakerConfig, AgentCircuitBreaker])
      .toEqual([LlmCircuitBreaker, LlmCircuitBreakerConfig, AgentTaskCircuitBreaker]);
  });
});

describe('the LlmCircuitBreaker', () => {
  const configOf = (model: string | null | undefined, options: ConstructorParameters<typeof LlmCircuitBreaker>[1]) =>
    new LlmCircuitBreaker('chat', options, { ...testRuntime(), model }).breaker.getStatus().config;
  const { profile: _flash, burstMs: _one, ...flash } = presets.llm.geminiFlash;
  const { profile: _pro, burstMs: _other, ...pro } = presets.llm.geminiPro;
  const usual = { recoveryTimeoutMs: 10_000, timeoutMs: 60_000 };

  it.each<[model: string | null | undefined, numbers: object, options?: object]>([
    ['gemini-2.5-flash', { ...flash, recoveryTimeoutMs: 5_000, maxBackoffMs: 60_000, burstMs: 0 }],
    ['gemini-2.5-pro',
      { ...pro, recoveryTimeoutMs: 10_000, maxBackoffMs: 60_000, minRequestsThreshold: 8, burstMs: 0 }],
    ['gemini-ultra', usual],
    ['gpt-flash', usual],
    [null, usual],
    [undefined, usual],
    ['gemini-2.5-flash', { failureThreshold: 4, timeoutMs: 5_000 },
      { failureThreshold: 4, requestTimeoutSeconds: undefined }],
    ['gemini-2.5-flash', { failureThreshold: 4, ...usual }, new LlmCircuitBreakerConfig({ failureThreshold: 4 })],
  ])('has for %s its numbers: %j', (model, numbers, options = {}) => {
    expect(configOf(model, options)).toMatchObject(numbers);
  });
});
