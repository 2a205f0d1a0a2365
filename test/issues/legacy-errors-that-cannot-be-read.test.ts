import { describe, expect, it } from 'vitest';
import { errorText } from '../../src/compat/error-text.ts';
import { CircuitBreakerHealthChecker } from '../../src/compat/health-checks/index.ts';
import { LLMFallbackHandler } from '../../src/compat/llm/index.ts';
import { ServiceHealthMonitor } from '../../src/compat/service-manager/index.ts';
import { FallbackManager } from '../../src/compat/supervisor/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';

/** An error whose message cannot be read. */
function trap(): Error {
  return Object.defineProperty(new Error(''), 'message', {
    get: () => {
      throw new Error('a trap');
    },
  });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const MAKERS: readonly [title: string, made: () => unknown][] = [
  ['a message that throws', trap],
  ['a proxy that is gone', revoked],
];

const fails = (error: unknown) => (): Promise<never> => Promise.reject(error);

describe('an error that cannot be read', () => {
  it.each([
    ['a text', 'boom', 'boom'],
    ['an error', new Error('boom'), 'boom'],
    ['an object without a message', {}, 'an object'],
    ['nothing', undefined, 'undefined'],
    ['a symbol', Symbol('boom'), 'Symbol(boom)'],
    ['an error whose message throws', trap(), 'an object'],
    ['an error whose message is no text', Object.assign(new Error(''), { message: 5 }), 'an object'],
    ['a proxy that is gone', revoked(), 'an object'],
  ])('has a text all the same: %s', (_, error, text) => expect(errorText(error)).toBe(text));

  it.each(MAKERS)('makes a health check unhealthy at once: %s', async (_, made) => {
    const monitor = new ServiceHealthMonitor(testRuntime());
    monitor.registerService('orders', fails(made()));

    expect(await monitor.checkServiceHealth('orders')).toMatchObject({ status: 'unhealthy', message: 'Health check failed: an object' });
  });

  it.each(MAKERS)('becomes a text wherever one is told: %s', async (_, made) => {
    const checker = new CircuitBreakerHealthChecker('orders', { checkHealth: fails(made()) }, testRuntime());
    const handler = new LLMFallbackHandler({ maxRetries: 1 }, testRuntime());
    const manager = new FallbackManager({}, testRuntime());

    expect(await checker.checkHealth()).toMatchObject({ details: { errorMessage: 'Circuit breaker error: an object' } });
    expect(await handler.executeWithFallback(fails(made()), 'ask', 'orders', 'triage')).toMatchObject({ metadata: { error: 'an object' } });
    expect(await manager.executeWithFallback('triage', fails(made()))).toMatchObject({ success: false, error: 'an object' });
  });
});
