import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { SystemCircuitBreaker } from './system-circuit-breaker.ts';

let system: SystemCircuitBreaker | undefined;

/** The one of the process, made when first asked for. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export function getSystemCircuitBreaker(): SystemCircuitBreaker {
  warnOfLegacyName('agents-security', 'getSystemCircuitBreaker', 'getUnifiedCircuitBreakerManager()');
  system ??= insideLegacyName(() => new SystemCircuitBreaker());
  return system;
}
