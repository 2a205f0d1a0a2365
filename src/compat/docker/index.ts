/**
 * The legacy names of `test_framework/docker_circuit_breaker.py`: breakers in front of the docker command.
 *
 * @module
 */
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { DockerCircuitBreaker } from './docker-circuit-breaker.ts';
export type { DockerCircuitBreakerOptions, DockerCircuitBreakerParts } from './docker-circuit-breaker.ts';
export { DockerCircuitBreakerManager } from './docker-circuit-breaker-manager.ts';
export type { DockerCommandResult, DockerExecutor } from './docker-command.ts';
export { DockerCircuitBreakerError } from './docker-error.ts';
export type { DockerCircuitBreakerStats } from './docker-stats.ts';
