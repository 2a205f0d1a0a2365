/** The legacy names of `services/api_gateway`: breakers of endpoints, in both designs. @module */
import type { CircuitState } from '../../core/state.ts';
import { warn } from '../../manager/warn.ts';
import { anyOf } from '../../trip/any-of.ts';
import { consecutiveFailures } from '../../trip/window-rules.ts';
import { cumulativeFailures } from '../../trip/cumulative-failures.ts';
import { NamedBreaker, type BreakerSpec, type Given } from '../breaker.ts';
import { LegacyOpenError } from '../call.ts';
import { legacyConfig, type LegacyConfig } from '../config.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { apiConfig, endpointConfig } from '../option-tables.ts';
import { Named } from '../registry.ts';
import { errorRateAbove } from '../rules.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { dateOf, type LegacyMetrics } from '../status.ts';

export { LegacyOpenError as CircuitBreakerOpenError } from '../call.ts';

const REPLACEMENT = 'getUnifiedCircuitBreakerManager().keyed(name, options)';

type Options = typeof apiConfig.options;
/** The configuration of an `ApiCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig(apiConfig, ({ enabled }) =>
  ({ mode: enabled ? 'enforce' : 'off' }));
export type CircuitBreakerConfig = LegacyConfig<Options>;

/** The figures of an `ApiCircuitBreaker`. Times are seconds since the Unix epoch, and 0 before the first. */
export type CircuitBreakerStats = LegacyMetrics & Readonly<Record<'failureCount' | 'successCount', number>>;

/** Opens at a number of failures since it closed. @deprecated Use `UnifiedCircuitBreaker`. */
export class ApiCircuitBreaker extends NamedBreaker<Options> {
  /** @internal */ static override readonly spec: BreakerSpec<Options> = {
    source: 'api-gateway', name: 'ApiCircuitBreaker', config: CircuitBreakerConfig, time: (ms) => (ms ?? 0) / 1_000,
    rule: ({ failureThreshold }) => cumulativeFailures(failureThreshold),
    rejected: (rejection) => new LegacyOpenError(rejection, `Circuit breaker ${rejection.breakerName} is open`),
  };
  /** Calls that failed since `reset()`. */
  override get failureCount(): number { return this.breaker.getMetrics().failedCalls; }
  /** The figures since `reset()`. */
  get stats(): CircuitBreakerStats {
    const { failureCount, successCount } = this;
    return { ...this.getMetrics(), failureCount, successCount, totalRequests: failureCount + successCount };
  }
  /** Returns the figures, name and state. `lastStateChange` is in seconds since the Unix epoch. */
  getStats() {
    const { name, state, stats } = this;
    return { name, state, ...stats, lastStateChange: this.breaker.getStatus().lastStateChange / 1_000 };
  }
}

/** Keeps a breaker for each endpoint, at most 10,000. @deprecated Use `keyed(name, options)` of the manager. */
export class CircuitBreakerManager {
  readonly #breakers: Named<ApiCircuitBreaker>;
  readonly #runtime: LegacyRuntime;
  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('api-gateway', 'CircuitBreakerManager', REPLACEMENT);
    this.#breakers = new Named({ clock: runtime.clock });
    this.#runtime = runtime;
  }
  /** Returns the breaker of an endpoint, and creates it if there is none. The first configuration stays in effect. */
  getCircuitBreaker(endpoint: string, config?: Given<Options>): ApiCircuitBreaker {
    const create = (): ApiCircuitBreaker => new ApiCircuitBreaker(endpoint, config, this.#runtime);
    return this.#breakers.ensure(endpoint, () => insideLegacyName(create));
  }
  /** Returns the figures of each endpoint. */
  getStats() { return this.#breakers.map((breaker) => breaker.getStats()); }
}

type EndpointOptions = typeof endpointConfig.options;
/** The configuration of one endpoint, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const EndpointCircuitBreakerConfig = /* @__PURE__ */ legacyConfig(endpointConfig);
export type EndpointCircuitBreakerConfig = LegacyConfig<EndpointOptions>;

/** Opens after consecutive failures, and if more than half of the window failed. */
class EndpointCircuitBreaker extends NamedBreaker<EndpointOptions, Date | null> {
  /** @internal */ static override readonly spec: BreakerSpec<EndpointOptions, Date | null> = {
    source: 'api-gateway', name: 'EndpointCircuitBreakerManager', replacement: REPLACEMENT, time: dateOf,
    config: EndpointCircuitBreakerConfig,
    rule: (config) => anyOf(
      consecutiveFailures(config.failureThreshold),
      errorRateAbove(0.5, config.toUnifiedConfig().minRequestsThreshold ?? config.minimumRequests),
    ),
  };
}

/** Asks and records by endpoint. Others are always allowed. @deprecated Use `keyed(name, options)` of the manager. */
export class EndpointCircuitBreakerManager {
  readonly #endpoints: Named<EndpointCircuitBreaker>;
  readonly #runtime: LegacyRuntime;
  /** Endpoints that were registered again. Each warns once. */
  readonly #warned = new WeakSet<EndpointCircuitBreaker>();
  constructor(runtime: LegacyRuntime = {}) {
    this.#endpoints = new Named({ clock: runtime.clock });
    this.#runtime = runtime;
  }
  /** Registers an endpoint. The second time it only warns, and the first configuration stays in effect. */
  registerEndpoint(endpoint: string, config?: Given<EndpointOptions>): void {
    const known = this.#endpoints.use(endpoint);
    if (known === undefined) {
      this.#endpoints.set(endpoint, new EndpointCircuitBreaker(endpoint, config, this.#runtime));
    } else if (!this.#warned.has(known)) {
      this.#warned.add(known);
      warn(`Endpoint "${endpoint}" is registered already. It keeps its first configuration.`, 'UCB_CONFIG_CONFLICT');
    }
  }
  /** Returns whether a request would be admitted now. Asking changes nothing. */
  isRequestAllowed(endpoint: string): boolean { return this.#endpoints.use(endpoint)?.canExecute() ?? true; }
  /** Records a request that succeeded. */
  recordSuccess(endpoint: string): void { this.#endpoints.use(endpoint)?.recordSuccess(); }
  /** Records a request that failed. */
  recordFailure(endpoint: string): void { this.#endpoints.use(endpoint)?.recordFailure(); }
  /** Returns the state of an endpoint, or `null` if it isn't registered. */
  getCircuitState(endpoint: string): CircuitState | null { return this.#endpoints.peek(endpoint)?.state ?? null; }
  /** Returns the figures of an endpoint, or `null` if it isn't registered. */
  getCircuitStats(endpoint: string) { return this.#endpoints.peek(endpoint)?.getMetrics() ?? null; }
  /** Returns state, figures and failure rate of each endpoint. The rate is 0 below `minimumRequests`. */
  getAllCircuits() {
    return this.#endpoints.map((endpoint) => {
      const stats = endpoint.getMetrics();
      const { slidingWindowSize, config } = endpoint.breaker.getStatus();
      const { currentConsecutiveFailures: failures, currentConsecutiveSuccesses: consecutiveSuccesses } = stats;
      const inARow = { consecutiveFailures: failures, consecutiveSuccesses };
      const failureRate = slidingWindowSize < (config.minRequestsThreshold ?? 0) ? 0 : stats.errorRate;
      return { state: endpoint.state, failureRate, stats: { ...stats, ...inARow } };
    });
  }
  /** Opens the circuit of an endpoint, which recovers on its own. Returns whether there is one. */
  forceOpen(endpoint: string): boolean { return this.#on(endpoint, (breaker) => breaker.forceOpen()); }
  /** Closes the circuit of an endpoint and clears its figures. Returns whether there is one. */
  forceClose(endpoint: string): boolean { return this.#on(endpoint, (breaker) => breaker.reset()); }
  /** Removes endpoints that were unused for this many hours. Returns how many. */
  cleanupInactiveCircuits(maxAgeHours = 24): number { return this.#endpoints.dropIdle(maxAgeHours * 3_600_000); }
  #on(endpoint: string, act: (breaker: EndpointCircuitBreaker) => void): boolean {
    const breaker = this.#endpoints.use(endpoint);
    if (breaker !== undefined) act(breaker);
    return breaker !== undefined;
  }
}

/** The endpoints of the process. @deprecated Use `keyed(name, options)` of the manager. */
export const circuitBreakerManager: EndpointCircuitBreakerManager = /* @__PURE__ */ new EndpointCircuitBreakerManager();
