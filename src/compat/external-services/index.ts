/**
 * The legacy names of `core/resilience/external_services` and of the HTTP client: external services with fallback bodies.
 *
 * @module
 */
export { callExternalApi, callLlmService, callOauthService } from './call-functions.ts';
export { ExternalAPIConfig, getHttpCircuit } from './external-api-config.ts';
export { ExternalServiceCircuitBreaker } from './external-service-circuit-breaker.ts';
export { ExternalServiceManager, getExternalServiceManager } from './external-service-manager.ts';
export type { ExternalServiceHealth } from './external-service-manager.ts';
export type { ExternalServiceFallback } from './fallback-body.ts';
