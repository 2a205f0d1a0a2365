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
  const breakerOf = name === undefined ? privately(own) : named(name, own);
  return decorateWith((label, operation) => insideLegacyName(() => breakerOf(label)).call(operation));
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

/** One for each function that one decorator decorates, as far as their names tell them apart. */
function privately(config: CircuitBreakerConfig | undefined): (label: string) => CircuitBreaker {
  const breakers = new Map<string, CircuitBreaker>();
  return (label) => {
    const known = breakers.get(label);
    if (known !== undefined) return known;
    const own = config ?? asConfig(CircuitBreakerConfig, {});
    const breaker = getUnifiedCircuitBreakerManager().createPrivateCircuitBreaker(label, own.toUnifiedConfig());
    const fresh = new CircuitBreaker(label, own, { breaker });
    breakers.set(label, fresh);
    return fresh;
  };
}
