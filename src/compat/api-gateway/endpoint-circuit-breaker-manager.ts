import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { warn } from '../../manager/warn.ts';
import { anyOf } from '../../trip/any-of.ts';
import { consecutiveFailures } from '../../trip/consecutive-failures.ts';
import type { TripPolicy } from '../../trip/trip-policy.ts';
import { asConfig } from '../legacy-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { legacyState } from '../legacy-view.ts';
import { endpointSettings } from '../mapping/api-gateway.ts';
import { openNow } from '../open-now.ts';
import { errorRateAbove } from '../quirks.ts';
import { RecentlyUsed } from '../recently-used.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { EndpointCircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { EndpointCircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
import { endpointCircuitOf, endpointStatsOf } from './endpoint-status.ts';
import type { EndpointCircuit, EndpointCircuitStats } from './endpoint-status.ts';

const HOUR_MS = 3_600_000;

/** So many failures in a row, or a share of failures strictly above the threshold. */
function endpointRules({ failureThreshold }: EndpointCircuitBreakerConfig, minRequestsThreshold: number): TripPolicy {
  return anyOf(consecutiveFailures(failureThreshold), errorRateAbove({ threshold: endpointSettings.errorRateThreshold, minRequestsThreshold }));
}

/**
 * Asks and records by endpoint; everything may be awaited.
 * At most 10 000 endpoints, of which the one unused for longest makes room; one that is not registered is always allowed.
 *
 * @deprecated Use `getUnifiedCircuitBreakerManager().keyed(name, options)`.
 */
export class EndpointCircuitBreakerManager {
  readonly #endpoints: RecentlyUsed<UnifiedCircuitBreaker>;
  readonly #runtime: LegacyRuntime;
  /** Those that were registered again: each is warned of once. */
  readonly #warned = new WeakSet<UnifiedCircuitBreaker>();

  constructor(runtime: LegacyRuntime = {}) {
    this.#endpoints = new RecentlyUsed(runtime.clock);
    this.#runtime = runtime;
  }

  /** Gives an endpoint a circuit. The second time it warns, and nothing changes. @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  registerEndpoint(endpoint: string, config: EndpointCircuitBreakerConfig | EndpointCircuitBreakerConfigOptions = {}): void {
    warnOfLegacyName('api-gateway', 'EndpointCircuitBreakerManager', 'getUnifiedCircuitBreakerManager().keyed(name, options)');
    const known = this.#endpoints.use(endpoint);
    if (known !== undefined) {
      if (!this.#warned.has(known)) warn(`Endpoint "${endpoint}" has a circuit already, and its first configuration stands`, 'UCB_CONFIG_CONFLICT');
      this.#warned.add(known);
      return;
    }
    const own = asConfig(EndpointCircuitBreakerConfig, config);
    const unified = own.toUnifiedConfig();
    this.#endpoints.set(endpoint, ownBreaker(endpoint, unified, this.#runtime, { tripPolicy: endpointRules(own, unified.minRequestsThreshold ?? own.minimumRequests) }));
  }

  /** Whether a request would be let through now. Asking changes nothing. */
  isRequestAllowed(endpoint: string): boolean {
    return this.#endpoints.use(endpoint)?.canExecute() ?? true;
  }

  /** Records a request that succeeded. */
  recordSuccess(endpoint: string): void {
    this.#endpoints.use(endpoint)?.recordSuccess();
  }

  /** Records a request that failed. */
  recordFailure(endpoint: string): void {
    this.#endpoints.use(endpoint)?.recordFailure();
  }

  /** The state of an endpoint; null when it is not registered. */
  getCircuitState(endpoint: string): CircuitState | null {
    const breaker = this.#endpoints.peek(endpoint);
    return breaker === undefined ? null : legacyState(breaker);
  }

  /** The figures of an endpoint; null when it is not registered. */
  getCircuitStats(endpoint: string): EndpointCircuitStats | null {
    const breaker = this.#endpoints.peek(endpoint);
    return breaker === undefined ? null : endpointStatsOf(breaker);
  }

  /** State, failure rate and figures of each endpoint. */
  getAllCircuits(): Record<string, EndpointCircuit> {
    return Object.fromEntries(this.#endpoints.entries.map(([endpoint, breaker]) => [endpoint, endpointCircuitOf(breaker)]));
  }

  /** Opens the circuit of an endpoint, which recovers by itself; says whether there is one. */
  forceOpen(endpoint: string): boolean {
    const breaker = this.#endpoints.use(endpoint);
    if (breaker !== undefined) openNow(breaker);
    return breaker !== undefined;
  }

  /** Closes the circuit of an endpoint and forgets what it has seen; says whether there is one. */
  forceClose(endpoint: string): boolean {
    const breaker = this.#endpoints.use(endpoint);
    breaker?.reset();
    return breaker !== undefined;
  }

  /** Takes away endpoints that were neither asked about nor recorded for so many hours; gives their number. */
  cleanupInactiveCircuits(maxAgeHours = 24): number {
    return this.#endpoints.dropIdle(maxAgeHours * HOUR_MS);
  }
}

/** The endpoints of the process. @deprecated Use `getUnifiedCircuitBreakerManager().keyed(name, options)`. */
export const circuitBreakerManager: EndpointCircuitBreakerManager = /* @__PURE__ */ new EndpointCircuitBreakerManager();
