import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { RecentlyUsed } from '../recently-used.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { ApiCircuitBreaker } from './api-circuit-breaker.ts';
import type { ApiCircuitStatus } from './api-circuit-breaker.ts';
import { ApiFallbackService } from './api-fallback-service.ts';
import type { CircuitBreakerConfig, CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';

/** One breaker an endpoint: at most 10 000, of which the one unused for longest makes room. @deprecated Use `getUnifiedCircuitBreakerManager().keyed(name, options)`. */
export class CircuitBreakerManager {
  /** Answers for endpoints that are cut off. `call()` never gives them by itself. */
  readonly fallbackService: ApiFallbackService;
  readonly #breakers: RecentlyUsed<ApiCircuitBreaker>;
  readonly #runtime: LegacyRuntime;

  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('api-gateway', 'CircuitBreakerManager', 'getUnifiedCircuitBreakerManager().keyed(name, options)');
    this.fallbackService = insideLegacyName(() => new ApiFallbackService());
    this.#breakers = new RecentlyUsed(runtime.clock);
    this.#runtime = runtime;
  }

  /** The breaker of an endpoint; made when there is none. The first configuration wins. @throws CircuitBreakerConfigError that lists every problem with it. */
  getCircuitBreaker(endpoint: string, config?: CircuitBreakerConfig | CircuitBreakerConfigOptions): ApiCircuitBreaker {
    return this.#breakers.use(endpoint) ?? this.#breakers.set(endpoint, insideLegacyName(() => new ApiCircuitBreaker(endpoint, config, this.#runtime)));
  }

  /** The figures of each endpoint. */
  getStats(): Record<string, ApiCircuitStatus> {
    return Object.fromEntries(this.#breakers.entries.map(([endpoint, breaker]) => [endpoint, breaker.getStats()]));
  }
}
