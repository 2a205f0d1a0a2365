import { describe, expect, it } from 'vitest';
import { EndpointCircuitBreakerManager } from '../../src/compat/names/api-gateway.ts';
import { AsyncCircuitBreaker } from '../../src/compat/names/async-retry.ts';
import { CircuitBreaker } from '../../src/compat/names/core.ts';
import { openNow } from '../../src/compat/breaker.ts';
import { testRuntime } from '../compat/support/agreement.ts';

// The engine keeps a circuit open after its wait until a call comes. Forcing it open then did nothing.
describe('a legacy circuit that is forced open', () => {
  it('after its wait is over waits once more, and recovers by itself', async () => {
    const runtime = testRuntime();
    const circuit = new CircuitBreaker({ name: 'orders', recoveryTimeout: 30 }, runtime);
    circuit.forceOpen();
    runtime.clock.advance(30_000);
    expect(circuit.state).toBe('half_open');
    circuit.forceOpen();
    expect([circuit.state, circuit.canExecute()]).toEqual(['open', false]);
    runtime.clock.advance(29_999);
    expect(circuit.canExecute()).toBe(false);
    runtime.clock.advance(1);

    await expect(circuit.call(() => 'served')).resolves.toBe('served');
    expect(circuit.state).toBe('closed');
  });

  it('while it waits keeps its deadline, and a half-open one opens', () => {
    const runtime = testRuntime();
    const { breaker } = new AsyncCircuitBreaker({ timeout: 60 }, runtime);
    openNow(breaker);
    runtime.clock.advance(20_000);
    openNow(breaker);
    expect(breaker.retryAfterMs).toBe(40_000);
    runtime.clock.advance(40_000);
    breaker.tryAcquire();
    openNow(breaker);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 60_000]);
  });

  it('is closed to the endpoint of a gateway, too', () => {
    const runtime = testRuntime();
    const manager = new EndpointCircuitBreakerManager(runtime);
    manager.registerEndpoint('/orders');
    manager.forceOpen('/orders');
    runtime.clock.advance(60_000);
    manager.forceOpen('/orders');

    expect(manager.isRequestAllowed('/orders')).toBe(false);
  });
});
