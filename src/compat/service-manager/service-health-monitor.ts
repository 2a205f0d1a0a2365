import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { BoundedMap } from '../bounded-map.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { findingOf, findingOfFailure, HealthRecord, TIMED_OUT } from './health-record.ts';
import type { HealthCheckAnswer, HealthFinding, ServiceHealthInfo, ServiceHealthStatus } from './health-record.ts';
import { Listeners } from './listeners.ts';
import { repeat } from './repeat.ts';

/** Asks a service how it is. */
export type ServiceHealthCheck = () => boolean | HealthCheckAnswer | PromiseLike<boolean | HealthCheckAnswer>;

/** How many services are how. */
export interface MonitorSummary {
  /** All services. */
  readonly totalServices: number;
  /** Those that are healthy. */
  readonly healthy: number;
  /** Those whose answer was not clear. */
  readonly degraded: number;
  /** Those that are not. */
  readonly unhealthy: number;
  /** Those that were not asked yet. */
  readonly unknown: number;
  /** The worst of unhealthy and degraded; `healthy` only when all are. */
  readonly overallStatus: ServiceHealthStatus;
}

interface Service {
  readonly check: ServiceHealthCheck;
  readonly record: HealthRecord;
}

const MOST_SERVICES = 1_000;
const ROUND_MS = 30_000;
const TIMEOUT_MS = 30_000;

async function asked(check: ServiceHealthCheck): Promise<HealthFinding> {
  try {
    return findingOf(await check());
  } catch (error) {
    return findingOfFailure(error);
  }
}

/**
 * Asks services how they are: at most 1 000, of which the one registered longest ago makes room; moves no circuit.
 *
 * @deprecated Use `UnifiedCircuitBreaker` with `healthCheck`.
 */
export class ServiceHealthMonitor {
  readonly #clock: Clock;
  readonly #services = new BoundedMap<string, Service>(MOST_SERVICES);
  readonly #listeners = new Listeners<[name: string, info: ServiceHealthInfo]>();
  #stop: (() => void) | null = null;

  constructor({ clock = systemClock }: LegacyRuntime = {}) {
    warnOfLegacyName('service-manager', 'ServiceHealthMonitor', 'UnifiedCircuitBreaker with healthCheck');
    this.#clock = clock;
  }

  /** Asks all services now and every 30 seconds, until `stop()`. Does not hold the process. */
  start(): void {
    this.#stop ??= repeat(this.#clock, ROUND_MS, () => Promise.all([...this.#services].map(([name]) => this.checkServiceHealth(name))));
  }

  /** Ends what `start()` began. */
  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Makes a service known; what was known of one of that name is forgotten. */
  registerService(serviceName: string, healthCheck: ServiceHealthCheck, endpoint: string | null = null): void {
    this.#services.set(serviceName, { check: healthCheck, record: new HealthRecord(serviceName, endpoint, this.#clock.wall()) });
  }

  /** Forgets a service. */
  unregisterService(serviceName: string): void {
    this.#services.delete(serviceName);
  }

  /** Asks one service now, for at most 30 seconds, and tells the listeners; null when it is not registered. */
  async checkServiceHealth(serviceName: string): Promise<ServiceHealthInfo | null> {
    const service = this.#services.get(serviceName);
    if (service === undefined) return null;
    const startedAt = this.#clock.now();
    const finding = await this.#ask(service.check);
    const info = service.record.take(finding, this.#clock.now() - startedAt, this.#clock.wall());
    // The service may have been forgotten, or made known anew, meanwhile.
    if (this.#services.get(serviceName) === service) this.#listeners.tell(serviceName, info);
    return info;
  }

  #ask(check: ServiceHealthCheck): Promise<HealthFinding> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(TIMEOUT_MS, () => resolve(TIMED_OUT));
      timer.unref();
      void asked(check).then((finding) => {
        timer.cancel();
        resolve(finding);
      });
    });
  }

  /** What is known of a service; null when it is not registered. */
  getServiceHealth(serviceName: string): ServiceHealthInfo | null {
    return this.#services.get(serviceName)?.record.info ?? null;
  }

  /** What is known of each service. */
  getAllServiceHealth(): Record<string, ServiceHealthInfo> {
    return Object.fromEntries([...this.#services].map(([name, { record }]) => [name, record.info]));
  }

  /** How many services are how. */
  getHealthSummary(): MonitorSummary {
    const statuses = Object.values(this.getAllServiceHealth()).map(({ status }) => status);
    const count = (status: ServiceHealthStatus): number => statuses.filter((one) => one === status).length;
    return {
      totalServices: statuses.length,
      healthy: count('healthy'),
      degraded: count('degraded'),
      unhealthy: count('unhealthy'),
      unknown: count('unknown'),
      overallStatus: overallOf(statuses),
    };
  }

  /** Calls `listener` after each check; gives the way to take it away again. What it throws reaches nobody. */
  addHealthListener(listener: (serviceName: string, info: ServiceHealthInfo) => unknown): () => void {
    return this.#listeners.add(listener);
  }
}

function overallOf(statuses: readonly ServiceHealthStatus[]): ServiceHealthStatus {
  if (statuses.includes('unhealthy')) return 'unhealthy';
  if (statuses.includes('degraded')) return 'degraded';
  return statuses.length > 0 && statuses.every((status) => status === 'healthy') ? 'healthy' : 'unknown';
}
