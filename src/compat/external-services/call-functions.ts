import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { getExternalServiceManager } from './external-service-manager.ts';
import type { ExternalServiceFallback } from './fallback-body.ts';

function through<Args extends readonly unknown[], T>(service: string, operation: LegacyOperation<Args, T>, args: Args): Promise<T | ExternalServiceFallback> {
  return insideLegacyName(() => getExternalServiceManager()).callService(service, operation, ...args);
}

/** Calls an OAuth provider; upper and lower case of its name are alike. @deprecated Use `UnifiedCircuitBreaker.call` with `fallback`. */
export async function callOauthService<Args extends readonly unknown[], T>(provider: string, operation: LegacyOperation<Args, T>, ...args: Args): Promise<T | ExternalServiceFallback> {
  warnOfLegacyName('external-services', 'callOauthService', 'UnifiedCircuitBreaker.call with fallback');
  return through(`oauth_${provider.toLowerCase()}`, operation, args);
}

/** Calls a language model; upper and lower case of its provider's name are alike. @deprecated Use `UnifiedCircuitBreaker.call` with `fallback`. */
export async function callLlmService<Args extends readonly unknown[], T>(provider: string, operation: LegacyOperation<Args, T>, ...args: Args): Promise<T | ExternalServiceFallback> {
  warnOfLegacyName('external-services', 'callLlmService', 'UnifiedCircuitBreaker.call with fallback');
  return through(`llm_${provider.toLowerCase()}`, operation, args);
}

/** Calls any external service. @deprecated Use `UnifiedCircuitBreaker.call` with `fallback`. */
export async function callExternalApi<Args extends readonly unknown[], T>(serviceName: string, operation: LegacyOperation<Args, T>, ...args: Args): Promise<T | ExternalServiceFallback> {
  warnOfLegacyName('external-services', 'callExternalApi', 'UnifiedCircuitBreaker.call with fallback');
  return through(serviceName, operation, args);
}
