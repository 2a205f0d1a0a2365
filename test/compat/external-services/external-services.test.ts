import { afterEach, describe, expect, it } from 'vitest';
import {
  callExternalApi,
  callLlmService,
  callOauthService,
  ExternalAPIConfig,
  ExternalServiceCircuitBreaker,
  ExternalServiceManager,
  getExternalServiceManager,
  getHttpCircuit,
} from '../../../src/compat/external-services/index.ts';
import { legacyState } from '../../../src/compat/legacy-view.ts';
import { CircuitBreakerDisposedError, getUnifiedCircuitBreakerManager } from '../../../src/index.ts';
import { BOOM, deferred, errorOf, fail } from '../../support/outcomes.ts';
import { agreeAlways, testRuntime } from '../support/agreement.ts';
import type { Driven, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

const failing = (error: unknown) => (): Promise<string> => Promise.reject(error);
const withStatus = (status: number): Error => Object.assign(new Error('no'), { status });

describe('ExternalServiceCircuitBreaker', () => {
  it.each([
    ['development', { failureThreshold: 5, recoveryTimeoutMs: 15_000, halfOpenMaxCalls: 5, timeoutMs: 15_000 }],
    ['Staging', { failureThreshold: 3, recoveryTimeoutMs: 30_000, halfOpenMaxCalls: 4, timeoutMs: 12_000 }],
    ['production', { failureThreshold: 3, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 3, timeoutMs: 10_000 }],
    ['testing', { failureThreshold: 3, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 10, timeoutMs: 30_000 }],
    ['anywhere', { failureThreshold: 3, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 3, timeoutMs: 10_000 }],
    [undefined, { failureThreshold: 3, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 3, timeoutMs: 10_000 }],
  ])('has the numbers of %s', (environment, numbers) => {
    const runtime = testRuntime();
    const service = new ExternalServiceCircuitBreaker('llm_openai', environment, runtime);

    expect(runtime.manager.getCircuitBreaker('external_llm_openai')).toBe(service.breaker);
    expect(service.breaker.getStatus().config).toMatchObject({ ...numbers, successThreshold: 1, exponentialBackoff: false, errorRateThreshold: null });
  });

  it('says when its breaker was disposed, instead of giving a body for ever', async () => {
    const runtime = testRuntime();
    const service = new ExternalServiceCircuitBreaker('llm_openai', 'production', runtime);
    runtime.manager.dispose();

    expect(await errorOf(service.callExternalService(() => 'fine'))).toBeInstanceOf(CircuitBreakerDisposedError);
  });

  const make = (runtime: TestRuntime): Driven => {
    const service = new ExternalServiceCircuitBreaker('email_sendgrid', 'production', runtime);
    return { success: () => service.callExternalService(() => 'sent'), failure: () => service.callExternalService(failing(BOOM)), state: () => legacyState(service.breaker) };
  };

  it('opens at three failures in a row for 60 s, and closes at one success, for any sequence', () =>
    expect(agreeAlways(make, { opensWhen: inARow(3), waitMs: 60_000, closesAfter: 1 })).resolves.toBeUndefined());

  it('passes arguments, and gives what the service gives', async () => {
    const service = new ExternalServiceCircuitBreaker('email_sendgrid', 'production', testRuntime());

    expect(await service.callExternalService(async (to: string, subject: string) => `${to}: ${subject}`, 'ann', 'hello')).toBe('ann: hello');
  });

  it.each([
    ['oauth_google', { error: 'oauth_temporarily_unavailable', fallback: true }],
    ['llm_openai', { error: 'llm_temporarily_unavailable', fallback: true, suggestedRetrySeconds: 30 }],
    ['email_sendgrid', { error: 'service_temporarily_unavailable', fallback: true }],
  ])('of %s gives its body for a failure, a timeout and a rejection', async (name, body) => {
    const runtime = testRuntime();
    const service = new ExternalServiceCircuitBreaker(name, 'production', runtime);
    const failed = await service.callExternalService(failing(BOOM));
    const slow = service.callExternalService(() => deferred<string>().promise);
    await runtime.clock.advanceAsync(10_000);
    service.breaker.trip();
    const rejected = await service.callExternalService(() => 'never');

    const message = expect.any(String) as unknown;
    expect([failed, await slow, rejected]).toEqual([{ ...body, message }, { ...body, message }, { ...body, message }]);
    expect(failed).not.toBe(rejected);
    expect(service.breaker.getMetrics()).toMatchObject({ failedCalls: 2, timeouts: 1, rejectedCalls: 1 });
  });

  it('sees how an asynchronous operation ends, and not that it began', async () => {
    const service = new ExternalServiceCircuitBreaker('email_sendgrid', 'production', testRuntime());
    for (let call = 0; call < 3; call += 1) await service.callExternalService(async () => Promise.reject(BOOM));

    expect([service.isHealthy(), service.getStatus().state]).toEqual([false, 'open']);
  });

  it.each([400, 401, 404, 422])('hands on a status of %i, and does not count it', async (status) => {
    const service = new ExternalServiceCircuitBreaker('oauth_google', 'production', testRuntime());
    const error = withStatus(status);
    for (let call = 0; call < 9; call += 1) expect(await errorOf(service.callExternalService(failing(error)))).toBe(error);

    expect(service.isHealthy()).toBe(true);
  });

  it.each([408, 429, 500, 503])('takes a status of %i for a failure of the service', async (status) => {
    const service = new ExternalServiceCircuitBreaker('oauth_google', 'production', testRuntime());
    const answers = [1, 2, 3].map(() => service.callExternalService(failing(withStatus(status))));

    expect(await Promise.all(answers)).toMatchObject([{ fallback: true }, { fallback: true }, { fallback: true }]);
    expect(service.isHealthy()).toBe(false);
  });

  it('refuses what is no operation, instead of hiding it', async () => {
    const service = new ExternalServiceCircuitBreaker('oauth_google', 'production', testRuntime());

    await expect(service.callExternalService('ask' as never)).rejects.toThrow(TypeError);
  });
});

describe('ExternalServiceManager', () => {
  const NAMES = ['oauth_auth0', 'oauth_google', 'oauth_github', 'llm_openai', 'llm_anthropic', 'llm_azure', 'analytics_mixpanel', 'monitoring_datadog', 'email_sendgrid'];

  it('knows nine services from the start', () => {
    const runtime = testRuntime();
    const manager = new ExternalServiceManager('staging', runtime);

    expect(Object.keys(manager.getAllStatuses())).toEqual(NAMES);
    expect(runtime.manager.getCircuitBreakerNames()).toEqual(NAMES.map((name) => `external_${name}`));
    expect(manager.getCircuitBreaker('llm_azure').environment).toBe('staging');
  });

  it('makes others when they are asked for, once', async () => {
    const manager = new ExternalServiceManager('production', testRuntime());
    const service = manager.getCircuitBreaker('maps');

    expect(await manager.callService('maps', (place: string) => `at ${place}`, 'home')).toBe('at home');
    expect(manager.getCircuitBreaker('maps')).toBe(service);
    expect(service.getStatus().metrics.successfulCalls).toBe(1);
  });

  it('shows at most 1 000 services, those made first make room; the manager of the process lists all, and their circuits stay', () => {
    const runtime = testRuntime();
    const manager = new ExternalServiceManager('production', runtime);
    const first = manager.getCircuitBreaker('oauth_auth0').breaker;
    for (let service = 9; service <= 1_000; service += 1) manager.getCircuitBreaker(`service-${service}`);

    expect([manager.getHealthSummary().totalExternalServices, 'oauth_auth0' in manager.getAllStatuses(), runtime.manager.size]).toEqual([1_000, false, 1_001]);
    expect(manager.getCircuitBreaker('oauth_auth0').breaker).toBe(first);
  });

  it('tells how many are well', async () => {
    const manager = new ExternalServiceManager('production', testRuntime());
    expect(manager.getHealthSummary()).toEqual({ totalExternalServices: 9, healthyServices: 9, unhealthyServices: 0, overallHealth: 'healthy' });
    manager.getCircuitBreaker('llm_azure').breaker.trip();

    expect(manager.getHealthSummary()).toEqual({ totalExternalServices: 9, healthyServices: 8, unhealthyServices: 1, overallHealth: 'degraded' });
  });
});

describe('the external services of the process', () => {
  it('are one manager; the environment of the first call counts', () => {
    const manager = getExternalServiceManager('development');

    expect(getExternalServiceManager('production')).toBe(manager);
    expect(manager.environment).toBe('development');
  });

  it('are new ones when the manager of the process is', () => {
    const manager = getExternalServiceManager();
    getUnifiedCircuitBreakerManager().dispose();

    expect(getExternalServiceManager()).not.toBe(manager);
  });

  it.each([
    ['callOauthService', callOauthService, 'Google', 'oauth_google'],
    ['callLlmService', callLlmService, 'OpenAI', 'llm_openai'],
    ['callExternalApi', callExternalApi, 'maps', 'maps'],
  ])('%s calls its service with arguments', async (_name, call, name, service) => {
    expect(await call(name, (a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(await call(name, failing(BOOM))).toMatchObject({ fallback: true });
    expect(getExternalServiceManager().getCircuitBreaker(service).getStatus().metrics).toMatchObject({ successfulCalls: 1, failedCalls: 1 });
  });
});

describe('the circuits of APIs over HTTP', () => {
  it.each([
    ['GOOGLE', ExternalAPIConfig.GOOGLE, 3, 30, 10],
    ['OPENAI', ExternalAPIConfig.OPENAI, 5, 20, 15],
    ['ANTHROPIC', ExternalAPIConfig.ANTHROPIC, 5, 20, 15],
    ['GENERIC', ExternalAPIConfig.GENERIC, 3, 30, 10],
    ['FAST', ExternalAPIConfig.FAST, 2, 10, 3],
  ])('%s has its numbers', (name, config, failureThreshold, recoveryTimeout, timeoutSeconds) => {
    expect(config).toMatchObject({ name: `http_${name.toLowerCase()}`, failureThreshold, recoveryTimeout, timeoutSeconds });
  });

  it.each([
    ['google', 3],
    ['OpenAI', 5],
    ['my-openai-proxy', 5],
    ['fast', 2],
    ['maps', 3],
  ])('for %s opens at %i failures in a row', async (api, threshold) => {
    const runtime = testRuntime();
    const circuit = getHttpCircuit(api, runtime);
    await fail(circuit.breaker, threshold - 1);
    const before = circuit.state;
    await fail(circuit.breaker);

    expect([before, circuit.state]).toEqual(['closed', 'open']);
    expect(runtime.manager.getCircuitBreakerNames()).toEqual([`http_${api.toLowerCase()}`]);
  });

  it('do not count what the caller did wrong, and are shared by name', async () => {
    const runtime = testRuntime();
    await fail(getHttpCircuit('google', runtime).breaker, 9, withStatus(404));

    expect(getHttpCircuit('google', runtime).getStatus()).toMatchObject({ state: 'closed', metrics: { failedCalls: 0 } });
  });
});
