import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { SystemCircuitBreaker } from './system-circuit-breaker.ts';

let system: SystemCircuitBreaker | undefined;

/** @deprecated Use `getUnifiedCircuitBreakerManager()`. The one of the process, made when first asked for. */
export function getSystemCircuitBreaker(): SystemCircuitBreaker {
  warnOfLegacyName('agents-security', 'getSystemCircuitBreaker', 'getUnifiedCircuitBreakerManager()');
  system ??= insideLegacyName(() => new SystemCircuitBreaker());
  return system;
}
