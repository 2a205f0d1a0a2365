import { LegacyOpenError } from '../guarded-call.ts';

/** The rejection of an `AsyncCircuitBreaker`; the operation was not run. @deprecated Use `CircuitBreakerOpenError`. */
export class ServiceError extends LegacyOpenError {
  override get name(): string {
    return 'ServiceError';
  }
}
