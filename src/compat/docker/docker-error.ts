import type { CircuitBreakerOpenError } from '../../core/errors.ts';
import { LegacyOpenError } from '../guarded-call.ts';

/** The circuit did not let a docker command through; it was not run. @deprecated Use `CircuitBreakerOpenError`. */
export class DockerCircuitBreakerError extends LegacyOpenError {
  constructor(rejection: CircuitBreakerOpenError) {
    super(rejection, `Circuit breaker '${rejection.breakerName}' is OPEN - failing fast to prevent cascading failures`);
  }

  override get name(): string {
    return 'DockerCircuitBreakerError';
  }
}
