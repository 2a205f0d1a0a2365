/**
 * The legacy name of `clients/auth_client_cache`: the circuit of the authentication service.
 *
 * @module
 */
export { AuthCircuitBreakerManager } from './auth-circuit-breaker-manager.ts';
