import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import type { UnifiedCircuitBreakerManager } from '../../manager/unified-circuit-breaker-manager.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { CircuitBreakerStatus } from '../core/circuit-status.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { ExternalServiceCircuitBreaker } from './external-service-circuit-breaker.ts';
import type { ExternalServiceFallback } from './fallback-body.ts';

/** How many external services there are, and how many of them are well. */
export interface ExternalServiceHealth {
  /** All. */
  readonly totalExternalServices: number;
  /** Those whose circuit is not open. */
  readonly healthyServices: number;
  /** Those whose circuit is open. */
  readonly unhealthyServices: number;
  /** `degraded` when a circuit is open. */
  readonly overallHealth: 'healthy' | 'degraded';
}

const DEFAULT_SERVICES = [
  'oauth_auth0',
  'oauth_google',
  'oauth_github',
  'llm_openai',
  'llm_anthropic',
  'llm_azure',
  'analytics_mixpanel',
  'monitoring_datadog',
  'email_sendgrid',
];

/** So many services have a place in status and health; those made first make room. */
const MOST_SERVICES = 1_000;

/** The circuits of external services, at most 1 000 of them in status and health; the manager of the process lists all. @deprecated Use `UnifiedCircuitBreakerManager`. */
export class ExternalServiceManager {
  /** The environment, as it was given. */
  readonly environment: string;
  readonly #runtime: LegacyRuntime;
  readonly #services = new BoundedMap<string, ExternalServiceCircuitBreaker>(MOST_SERVICES);

  constructor(environment = 'production', runtime: LegacyRuntime = {}) {
    warnOfLegacyName('external-services', 'ExternalServiceManager', 'UnifiedCircuitBreakerManager');
    this.environment = environment;
    this.#runtime = runtime;
    for (const service of DEFAULT_SERVICES) this.getCircuitBreaker(service);
  }

  /** The circuit of a service; made when there is none. */
  getCircuitBreaker(serviceName: string): ExternalServiceCircuitBreaker {
    const found = this.#services.get(serviceName) ?? insideLegacyName(() => new ExternalServiceCircuitBreaker(serviceName, this.environment, this.#runtime));
    if (this.#services.get(serviceName) === undefined) this.#services.set(serviceName, found);
    return found;
  }

  /** Gives what `operation` gives, or a body. @throws what `ExternalServiceCircuitBreaker.callExternalService` throws. */
  async callService<Args extends readonly unknown[], T>(serviceName: string, operation: LegacyOperation<Args, T>, ...args: Args): Promise<T | ExternalServiceFallback> {
    return this.getCircuitBreaker(serviceName).callExternalService(operation, ...args);
  }

  /** The status of each circuit by the name of its service. */
  getAllStatuses(): Record<string, CircuitBreakerStatus> {
    return Object.fromEntries([...this.#services].map(([name, service]) => [name, service.getStatus()]));
  }

  /** How many services are well. */
  getHealthSummary(): ExternalServiceHealth {
    const services = [...this.#services];
    const healthy = services.filter(([, service]) => service.isHealthy());
    return {
      totalExternalServices: services.length,
      healthyServices: healthy.length,
      unhealthyServices: services.length - healthy.length,
      overallHealth: healthy.length === services.length ? 'healthy' : 'degraded',
    };
  }
}

/** One for each manager of the process, of which there is a new one after `dispose()`. */
const managers = /* @__PURE__ */ new WeakMap<UnifiedCircuitBreakerManager, ExternalServiceManager>();

/** The external services of the process; the environment of the first call counts. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export function getExternalServiceManager(environment = 'production'): ExternalServiceManager {
  warnOfLegacyName('external-services', 'getExternalServiceManager', 'getUnifiedCircuitBreakerManager()');
  const manager = getUnifiedCircuitBreakerManager();
  const found = managers.get(manager) ?? insideLegacyName(() => new ExternalServiceManager(environment));
  managers.set(manager, found);
  return found;
}
