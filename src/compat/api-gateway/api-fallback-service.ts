import { CircuitBreakerOpenError } from '../../core/errors.ts';
import { BoundedMap } from '../bounded-map.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { LegacyOpenError } from '../guarded-call.ts';

const MOST_ANSWERS = 10_000;

/** The answer of a gateway whose endpoint is cut off: status 503. */
export class EndpointUnavailableError extends LegacyOpenError {
  /** The HTTP status: 503. */
  get status(): number {
    return this.statusCode;
  }

  /** The text of the answer. */
  get detail(): string {
    return this.message;
  }
}

/** Answers for endpoints that are cut off: at most 10 000, of which the one set longest ago makes room. @deprecated Use `UnifiedCircuitBreaker` with `fallback`. */
export class ApiFallbackService {
  readonly #answers = new BoundedMap<string, unknown>(MOST_ANSWERS);
  /** The answer for endpoints that have none of their own. */
  readonly defaultResponse: unknown = Object.freeze({ error: 'Service temporarily unavailable' });

  constructor() {
    warnOfLegacyName('api-gateway', 'ApiFallbackService', 'UnifiedCircuitBreaker with fallback');
  }

  /** Sets the answer of an endpoint. */
  setFallback(endpoint: string, response: unknown): void {
    this.#answers.set(endpoint, response);
  }

  /** The answer of an endpoint, or the default one. */
  getFallback(endpoint: string): unknown {
    return this.#answers.get(endpoint) ?? this.defaultResponse;
  }

  /**
   * Refuses a request in the name of an endpoint.
   *
   * @param state of its circuit; default `open`.
   * @throws always an error with the status 503, the code ERR_CIRCUIT_OPEN and the text of the answer.
   */
  async getFallbackResponse(endpoint: string, _request?: unknown, state?: string | null): Promise<never> {
    const rejection = new CircuitBreakerOpenError(endpoint, { state: 'open', reason: 'fallback', retryAfterMs: undefined, cause: undefined });
    throw new EndpointUnavailableError(rejection, `Endpoint ${endpoint} temporarily unavailable - circuit breaker ${state ?? 'open'}`);
  }
}
