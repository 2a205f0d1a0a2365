import { describe, expect, it } from 'vitest';
import { EndpointCircuitBreakerManager } from '../../src/compat/api-gateway/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';

/** LEGACY 5.K1, rows 158 and 159. */
describe('the endpoints of the earlier gateway', () => {
  it('158: a registered endpoint is allowed; after outcomes, state, statistics and the list are available', async () => {
    const manager = new EndpointCircuitBreakerManager(testRuntime());
    await manager.registerEndpoint('/api/orders');
    const allowed = await manager.isRequestAllowed('/api/orders');
    await manager.recordSuccess('/api/orders');
    await manager.recordFailure('/api/orders');

    expect(allowed).toBe(true);
    expect(await manager.getCircuitState('/api/orders')).toBe('closed');
    expect(await manager.getCircuitStats('/api/orders')).toMatchObject({ totalRequests: 2, successfulRequests: 1, failedRequests: 1 });
    expect(await manager.getAllCircuits()).toEqual({
      '/api/orders': {
        state: 'closed',
        failureRate: 0,
        stats: { totalRequests: 2, failedRequests: 1, successfulRequests: 1, consecutiveFailures: 1, consecutiveSuccesses: 0 },
      },
    });
  });

  it('159: an endpoint that is not registered is allowed, whatever is recorded for it', () => {
    const manager = new EndpointCircuitBreakerManager(testRuntime());
    for (let failure = 0; failure < 100; failure += 1) manager.recordFailure('/api/unknown');
    manager.recordSuccess('/api/unknown');

    expect([manager.isRequestAllowed('/api/unknown'), manager.getCircuitState('/api/unknown'), manager.getCircuitStats('/api/unknown'), manager.getAllCircuits()]).toEqual([true, null, null, {}]);
  });
});
