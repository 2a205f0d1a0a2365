import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { CircuitBreakerConfig, CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
import { getCircuitBreakerManager } from './circuit-breaker-manager.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';

/**
 * Runs the body as a call of the breaker of that name,
 * which the body gets and which persists. The body does not call it again: that would count its failures twice.
 *
 * @deprecated Use `getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config).call(body)`.
 * @throws what `CircuitBreaker.call` throws.
 */
export async function circuitBreakerContext<T>(
  name: string,
  config: CircuitBreakerConfig | CircuitBreakerConfigOptions | undefined,
  body: (breaker: CircuitBreaker) => T | PromiseLike<T>,
): Promise<T> {
  warnOfLegacyName('services', 'circuitBreakerContext', 'getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config).call(body)');
  const breaker = insideLegacyName(() => getCircuitBreakerManager().createCircuitBreaker(name, config));
  return breaker.call(body, breaker);
}
