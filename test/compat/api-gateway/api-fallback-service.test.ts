import { describe, expect, it } from 'vitest';
import { ApiFallbackService } from '../../../src/compat/api-gateway/index.ts';
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { errorOf } from '../../support/outcomes.ts';

describe('the ApiFallbackService', () => {
  it('gives the answer of an endpoint, or that the service is unavailable', () => {
    const service = new ApiFallbackService();
    service.setFallback('/orders', { orders: [] });

    expect(service.getFallback('/orders')).toEqual({ orders: [] });
    expect(service.getFallback('/users')).toEqual({ error: 'Service temporarily unavailable' });
    expect(service.defaultResponse).toBe(service.getFallback('/users'));
  });

  it('keeps at most 10 000 answers: the one set longest ago makes room', () => {
    const service = new ApiFallbackService();
    for (let answer = 0; answer <= 10_000; answer += 1) service.setFallback(String(answer), answer);

    expect([service.getFallback('0'), service.getFallback('1')]).toEqual([service.defaultResponse, 1]);
  });

  it.each([
    [undefined, 'Endpoint /orders temporarily unavailable - circuit breaker open'],
    [null, 'Endpoint /orders temporarily unavailable - circuit breaker open'],
    ['half_open', 'Endpoint /orders temporarily unavailable - circuit breaker half_open'],
  ])('refuses a request with 503 and the state %s', async (state, message) => {
    const error = await errorOf(new ApiFallbackService().getFallbackResponse('/orders', {}, state));

    expect(error).toMatchObject({ message, detail: message, status: 503, statusCode: 503, code: 'ERR_CIRCUIT_OPEN', circuitName: '/orders', headers: {} });
  });

  it('is no failure for a breaker around the gateway', async () => {
    const outer = new UnifiedCircuitBreaker({ name: 'outer', failureThreshold: 1 });

    expect(isCircuitBreakerOpenError(await errorOf(outer.call(() => new ApiFallbackService().getFallbackResponse('/orders'))))).toBe(true);
    expect(outer.state).toBe('closed');
  });
});
