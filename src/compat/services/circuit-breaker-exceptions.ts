import { CircuitBreakerError } from '../../core/errors.ts';
import type { CircuitBreakerOpenError, CircuitBreakerTimeoutError } from '../../core/errors.ts';
import type { CircuitState } from '../../core/state.ts';

/** What the errors of a `CircuitBreaker` have in common. @deprecated Use `CircuitBreakerError`. */
export abstract class CircuitBreakerException extends CircuitBreakerError {
  override get name(): string {
    return 'CircuitBreakerException';
  }
}

/** The circuit did not admit the call; the operation was not run. @deprecated Use `CircuitBreakerOpenError`. */
export class CircuitOpenException extends CircuitBreakerException {
  /** The code of every rejection, so that outer breakers and the guards of this package know it. */
  readonly code = 'ERR_CIRCUIT_OPEN';
  /** `open`, or `half_open` when all probes are taken. */
  readonly state: CircuitState;
  /** Why calls are rejected. */
  readonly reason: string;
  /** Whole milliseconds until a call may be admitted, rounded up; undefined: forced open. */
  readonly retryAfterMs: number | undefined;
  readonly #rejection: CircuitBreakerOpenError;

  constructor(rejection: CircuitBreakerOpenError, message = `Circuit breaker '${rejection.breakerName}' is OPEN`) {
    super(message, rejection.breakerName, rejection.cause === undefined ? undefined : { cause: rejection.cause });
    this.state = rejection.state;
    this.reason = rejection.reason;
    this.retryAfterMs = rejection.retryAfterMs;
    this.#rejection = rejection;
  }

  override get name(): string {
    return 'CircuitOpenException';
  }

  /** The HTTP status for an answer that could not be given: 503. */
  get statusCode(): number {
    return this.#rejection.statusCode;
  }

  /** `Retry-After` in whole seconds, rounded up; empty when the time is not known. */
  get headers(): Record<string, string> {
    return this.#rejection.headers;
  }
}

/** The call took longer than `timeout`; the operation may still be running. @deprecated Use `CircuitBreakerTimeoutError`. */
export class CircuitTimeoutException extends CircuitBreakerException {
  /** The code of every timeout of a breaker. */
  readonly code = 'ERR_CIRCUIT_TIMEOUT';
  /** The limit that was passed, in milliseconds. */
  readonly timeoutMs: number;

  constructor(timeout: CircuitBreakerTimeoutError) {
    super(timeout.message, timeout.breakerName, { cause: timeout });
    this.timeoutMs = timeout.timeoutMs;
  }

  override get name(): string {
    return 'CircuitTimeoutException';
  }
}
