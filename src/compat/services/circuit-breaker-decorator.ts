import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import { asConfig } from '../legacy-config.ts';
import { decorateWith } from '../decorate.ts';
import type { LegacyDecorator } from '../decorate.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
import { getCircuitBreakerManager } from './circuit-breaker-manager.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

/**
 * Puts functions and methods behind the breaker of that name; without a name,
 * behind one of their own, which is listed under the name of the function.
 *
 * @deprecated Use `circuitBreaker({ name })` or `withBreaker(fn, { name })`.
 */
export function circuitBreaker(name?: string, config?: CircuitBreakerConfig | CircuitBreakerConfigOptions): LegacyDecorator {
  warnOfLegacyName('services', 'circuitBreaker', 'circuitBreaker({ name }) or withBreaker(fn, { name })');
  const own = config === undefined ? undefined : asConfig(CircuitBreakerConfig, config);
  const shared = name === undefined ? undefined : named(name, own);
  return decorateWith((label) => {
    const breaker = shared ?? privately(label, own);
    return async (operation) => insideLegacyName(breaker).call(operation);
  });
}

/** At the first call by the configuration, later by the name alone, unless it was removed. */
function named(name: string, config: CircuitBreakerConfig | undefined): () => CircuitBreaker {
  let found = false;
  return () => {
    const known = found ? getCircuitBreakerManager().getCircuitBreaker(name) : null;
    found = true;
    return known ?? getCircuitBreakerManager().createCircuitBreaker(name, config);
  };
}

/** One that nobody shares, made at the first call. */
function privately(label: string, config: CircuitBreakerConfig | undefined): () => CircuitBreaker {
  const make = (own: CircuitBreakerConfig): CircuitBreaker =>
    new CircuitBreaker(label, own, { breaker: getUnifiedCircuitBreakerManager().createPrivateCircuitBreaker(label, own.toUnifiedConfig()) });
  let made: CircuitBreaker | undefined;
  return () => (made ??= make(config ?? asConfig(CircuitBreakerConfig, {})));
}
