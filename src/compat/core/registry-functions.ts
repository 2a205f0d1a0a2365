import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { decorateWith } from '../decorate.ts';
import type { LegacyDecorator, LegacySyncDecorator } from '../decorate.ts';
import type { HealthChecker } from '../health-checker.ts';
import { CircuitBreakerRegistry } from './circuit-breaker-registry.ts';
import type { NamelessCircuitConfig } from './circuit-breaker-registry.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { CircuitMetrics } from './circuit-status.ts';

/** The registry of the process. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export const circuitRegistry: CircuitBreakerRegistry = /* @__PURE__ */ new CircuitBreakerRegistry();

/** The breaker of that name; made when there is none. @deprecated Use `getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config)`. */
export function getCircuitBreaker(name: string, config?: NamelessCircuitConfig): CircuitBreaker {
  warnOfLegacyName('core', 'getCircuitBreaker', 'getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config)');
  return insideLegacyName(() => circuitRegistry.getBreaker(name, config));
}

/** Says whether there was one. @deprecated Use `getUnifiedCircuitBreakerManager().removeCircuitBreaker(name)`. */
export function removeCircuitBreaker(name: string): boolean {
  warnOfLegacyName('core', 'removeCircuitBreaker', 'getUnifiedCircuitBreakerManager().removeCircuitBreaker(name)');
  return insideLegacyName(() => circuitRegistry.removeBreaker(name));
}

/** The figures of each breaker by its name. @deprecated Use `getUnifiedCircuitBreakerManager().getAllStatus()`. */
export function getAllCircuitBreakerMetrics(): Record<string, CircuitMetrics> {
  warnOfLegacyName('core', 'getAllCircuitBreakerMetrics', 'getUnifiedCircuitBreakerManager().getAllStatus()');
  return insideLegacyName(() => circuitRegistry.getAllMetrics());
}

/** Takes every breaker off the list. @deprecated Use `getUnifiedCircuitBreakerManager().removeCircuitBreaker(name) for each name`. */
export function cleanupAllCircuitBreakers(): void {
  warnOfLegacyName('core', 'cleanupAllCircuitBreakers', 'getUnifiedCircuitBreakerManager().removeCircuitBreaker(name) for each name');
  insideLegacyName(() => circuitRegistry.cleanupAll());
}

/** Finds the breaker of what is decorated: at the first call by the configuration, later by its name alone, unless it was removed. */
function lazily(name: string, config?: NamelessCircuitConfig, healthChecker?: HealthChecker): () => CircuitBreaker {
  let found = false;
  return () =>
    insideLegacyName(() => {
      const listed = found ? circuitRegistry.getCircuitBreaker(name) : null;
      found = true;
      return listed ?? circuitRegistry.getBreaker(name, config, healthChecker);
    });
}

/** Puts functions and methods behind the breaker of that name. @deprecated Use `circuitBreaker({ name })` or `withBreaker(fn, { name })`. */
export function circuitBreaker(name: string, config?: NamelessCircuitConfig): LegacyDecorator {
  warnOfLegacyName('core', 'circuitBreaker', 'circuitBreaker({ name }) or withBreaker(fn, { name })');
  const breaker = lazily(name, config);
  return decorateWith(() => async (operation) => breaker().call(operation));
}

/** The same, with a health check. @deprecated Use `circuitBreaker({ name, healthCheck })`. */
export function withHealthCheck(name: string, healthChecker: HealthChecker, config?: NamelessCircuitConfig): LegacyDecorator {
  warnOfLegacyName('core', 'withHealthCheck', 'circuitBreaker({ name, healthCheck })');
  const breaker = lazily(name, config, healthChecker);
  return decorateWith(() => async (operation) => breaker().call(operation));
}

/** The same for functions that stay synchronous. @deprecated Use `withBreaker(fn, { name, sync: true })`. */
export function circuitBreakerSync(name: string, config?: NamelessCircuitConfig): LegacySyncDecorator {
  warnOfLegacyName('core', 'circuitBreakerSync', 'withBreaker(fn, { name, sync: true })');
  const breaker = lazily(name, config);
  return decorateWith(() => (operation) => breaker().callSync(operation));
}
