import { expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/services/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';

it('a legacy breaker that filters by names opens at failures recorded without an error', () => {
  const breaker = new CircuitBreaker('orders', { expectedExceptionTypes: ['ConnectionError'], failureThreshold: 2 }, testRuntime());
  breaker.recordFailure();
  breaker.recordFailure();

  expect(breaker.state).toBe('open');
});
