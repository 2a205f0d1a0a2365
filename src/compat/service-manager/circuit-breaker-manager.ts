import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import type { UnifiedCircuitBreakerManager } from '../../manager/unified-circuit-breaker-manager.ts';
import { BoundedMap } from '../bounded-map.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { guardedCall, LegacyOpenError, withArguments } from '../guarded-call.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { epochSeconds, legacyState } from '../legacy-view.ts';
import { openNow } from '../open-now.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { ServiceConfig } from './service-config.ts';
import type { ServiceConfigOptions } from './service-config.ts';

/** The state of one service. */
export interface ServiceState {
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** Failures in a row. */
  readonly failureCount: number;
  /** Seconds since the Unix epoch; null before the first. */
  readonly lastFailureTime: number | null;
  /** Where the service is. */
  readonly endpoint: string;
  /** Where its health would be asked; null when nobody said. */
  readonly healthCheckUrl: string | null;
}

/** How many services stand how. */
export interface ServiceHealthSummary {
  /** All services. */
  readonly totalServices: number;
  /** Those whose circuit is closed. */
  readonly healthy: number;
  /** Those whose circuit is half-open. */
  readonly degraded: number;
  /** Those whose circuit is open. */
  readonly unhealthy: number;
  /** `healthy` when none is open, else `degraded` when one is closed, else `unhealthy`. */
  readonly overallHealth: 'healthy' | 'degraded' | 'unhealthy';
}

interface Service {
  readonly config: ServiceConfig;
  readonly breaker: UnifiedCircuitBreaker;
  /** Whether nobody had made the breaker before. */
  readonly ours: boolean;
}

const MOST_SERVICES = 10_000;

/** Services and their circuits: at most 10 000, the one registered longest ago makes room; all may be awaited. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export class CircuitBreakerManager {
  readonly #runtime: LegacyRuntime;
  readonly #services = new BoundedMap<string, Service>(MOST_SERVICES);

  constructor(runtime: LegacyRuntime = {}) {
    this.#runtime = runtime;
  }

  get #manager(): UnifiedCircuitBreakerManager {
    return this.#runtime.manager ?? getUnifiedCircuitBreakerManager();
  }

  get #breakers(): readonly UnifiedCircuitBreaker[] {
    return [...this.#services].map(([, { breaker }]) => breaker);
  }

  /** Does nothing: the loop that it began checked nothing. */
  start(): void {}

  /** Does nothing. */
  stop(): void {}

  /** Gives a service a circuit, under its name in the registry of the process. One that has a circuit keeps it. @throws CircuitBreakerConfigError that lists every problem. */
  registerService(service: ServiceConfig | ServiceConfigOptions): void {
    warnOfLegacyName('service-manager', 'CircuitBreakerManager', 'getUnifiedCircuitBreakerManager()');
    const config = service instanceof ServiceConfig ? service : insideLegacyName(() => new ServiceConfig(service));
    const known = this.#services.get(config.name);
    const [oldest] = this.#services;
    if (known === undefined && oldest !== undefined && this.#services.size === MOST_SERVICES) this.unregisterService(oldest[0]);
    const isNew = this.#manager.getCircuitBreaker(config.name) === null;
    const breaker = listedBreaker(config.name, config.circuitBreakerConfig.toUnifiedConfig(), { ...this.#runtime, manager: this.#manager });
    this.#services.set(config.name, { config, breaker, ours: known?.breaker === breaker ? known.ours : isNew });
  }

  /** Forgets a service. Its breaker leaves the registry, unless others had made it, and keeps working for whoever holds it. */
  unregisterService(serviceName: string): void {
    const service = this.#services.get(serviceName);
    this.#services.delete(serviceName);
    if (service?.ours && this.#manager.getCircuitBreaker(serviceName) === service.breaker) this.#manager.removeCircuitBreaker(serviceName);
  }

  /**
   * Runs an operation with its arguments through the circuit of a service.
   *
   * @throws Error `Service '<name>' not registered`; CircuitBreakerOpenError when the circuit is open; CircuitBreakerTimeoutError when it takes too long.
   * @throws whatever `operation` throws, unchanged.
   */
  async callService<Args extends readonly unknown[], T>(serviceName: string, operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    const service = this.#services.get(serviceName);
    if (service === undefined) throw new Error(`Service '${serviceName}' not registered`);
    return guardedCall(service.breaker, withArguments(operation, args), (rejection) => new LegacyOpenError(rejection, `Circuit breaker '${serviceName}' is OPEN`));
  }

  /** The state of a service; null when it is not registered. */
  getCircuitBreakerState(serviceName: string): CircuitState | null {
    const service = this.#services.get(serviceName);
    return service === undefined ? null : legacyState(service.breaker);
  }

  /** State, failures and addresses of each service. */
  getAllStates(): Record<string, ServiceState> {
    return Object.fromEntries([...this.#services].map(([name, { config, breaker }]) => [name, stateOf(config, breaker)]));
  }

  /** Opens the circuit of a service; it recovers by itself. */
  forceOpen(serviceName: string): void {
    const service = this.#services.get(serviceName);
    if (service !== undefined) openNow(service.breaker);
  }

  /** Closes the circuit of a service and forgets what it has seen. */
  forceClose(serviceName: string): void {
    this.#services.get(serviceName)?.breaker.reset();
  }

  /** The same for all services. */
  resetAll(): void {
    for (const breaker of this.#breakers) breaker.reset();
  }

  /** How many services stand how. */
  getHealthSummary(): ServiceHealthSummary {
    const states = this.#breakers.map(legacyState);
    const [healthy, degraded, unhealthy] = (['closed', 'half_open', 'open'] as const).map((state) => states.filter((one) => one === state).length) as [number, number, number];
    const overallOfSome = healthy > 0 ? 'degraded' : 'unhealthy';
    return { totalServices: states.length, healthy, degraded, unhealthy, overallHealth: unhealthy === 0 ? 'healthy' : overallOfSome };
  }
}

function stateOf({ endpoint, healthCheckUrl }: ServiceConfig, breaker: UnifiedCircuitBreaker): ServiceState {
  const { consecutiveFailures, lastFailureTime } = breaker.getMetrics();
  return { state: legacyState(breaker), failureCount: consecutiveFailures, lastFailureTime: epochSeconds(lastFailureTime), endpoint, healthCheckUrl };
}

/** The services of the process. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export const defaultCircuitBreakerManager: CircuitBreakerManager = /* @__PURE__ */ new CircuitBreakerManager();
