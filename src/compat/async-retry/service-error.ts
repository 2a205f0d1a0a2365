import { LegacyOpenError } from '../guarded-call.ts';

/** @deprecated Use `CircuitBreakerOpenError`. The rejection of an `AsyncCircuitBreaker`; the operation was not run. */
export class ServiceError extends LegacyOpenError {
  override get name(): string {
    return 'ServiceError';
  }
}
