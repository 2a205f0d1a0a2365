import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { warn } from '../../manager/warn.ts';
import { unifiedFrom } from '../convert.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy, HeldLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { LabelledFailure } from '../failure-label.ts';
import { guardedCall, LegacyOpenError, withArguments } from '../guarded-call.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { meshOptions, meshSettings } from '../mapping/service-mesh.ts';
import { openNow } from '../open-now.ts';
import { RecentlyUsed } from '../recently-used.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { meshStatsOf, serviceStatusOf } from './circuit-status.ts';
import type { MeshCircuitStats, ServiceCircuitStatus } from './circuit-status.ts';

/** What `CircuitBreakerService` takes, and `registerService()` for one service: legacy names, seconds. */
export type CircuitBreakerServiceOptions = GivenLegacy<typeof meshOptions>;

type Held = HeldLegacy<typeof meshOptions>;

interface Service {
  readonly breaker: UnifiedCircuitBreaker;
  readonly held: Held;
}

/**
 * One circuit a service; everything may be awaited.
 * At most 10 000 services, of which the one unused for longest makes room.
 *
 * @deprecated Use `getUnifiedCircuitBreakerManager().keyed(name, options)`.
 */
export class CircuitBreakerService {
  readonly #held: Held;
  readonly #services: RecentlyUsed<Service>;
  readonly #runtime: LegacyRuntime;
  /** Those that were registered otherwise: each is warned of once. */
  readonly #warned = new WeakSet<UnifiedCircuitBreaker>();

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: CircuitBreakerServiceOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('service-mesh', 'CircuitBreakerService', 'getUnifiedCircuitBreakerManager().keyed(name, options)');
    this.#held = readLegacy('CircuitBreakerService', meshOptions, options).held;
    this.#services = new RecentlyUsed(runtime.clock);
    this.#runtime = runtime;
  }

  /**
   * Gives a service a circuit, by the numbers of all unless it has its own. A service that has one keeps it, with its state and its numbers; others give one warning.
   *
   * @returns true.
   * @throws CircuitBreakerConfigError that lists every problem with the options.
   */
  registerService(serviceName: string, options: CircuitBreakerServiceOptions = {}): boolean {
    const { explicit } = readLegacy('CircuitBreakerService', meshOptions, options);
    const known = this.#services.use(serviceName);
    if (known === undefined) this.#add(serviceName, { ...this.#held, ...explicit });
    else if (!this.#warned.has(known.breaker) && Object.entries(explicit).some(([option, value]) => known.held[option as keyof Held] !== value)) {
      this.#warned.add(known.breaker);
      warn(`Service "${serviceName}" has a circuit already, and its first configuration stands`, 'UCB_CONFIG_CONFLICT');
    }
    return true;
  }

  #add(serviceName: string, held: Held): Service {
    const config = { ...unifiedFrom(meshOptions, held, held, meshSettings), halfOpenMaxCalls: held.testRequests };
    return this.#services.set(serviceName, { held, breaker: ownBreaker(serviceName, config, this.#runtime) });
  }

  #breakerOf(serviceName: string): UnifiedCircuitBreaker {
    return (this.#services.use(serviceName) ?? this.#add(serviceName, this.#held)).breaker;
  }

  /** Whether a request would be let through now; registers the service. Asking moves no circuit. */
  canExecute(serviceName: string): boolean {
    return this.#breakerOf(serviceName).canExecute();
  }

  /** Records a request that succeeded. */
  recordSuccess(serviceName: string): void {
    this.#services.use(serviceName)?.breaker.recordSuccess();
  }

  /** Records a request that failed: an error, or its text. */
  recordFailure(serviceName: string, error?: unknown): void {
    const failure = typeof error === 'string' ? new LabelledFailure('service_failure', error) : error;
    this.#services.use(serviceName)?.breaker.recordFailure(failure ?? undefined);
  }

  /** Records a request that was not let through. While the circuit would let one through it does nothing. */
  recordBlocked(serviceName: string): void {
    const breaker = this.#services.use(serviceName)?.breaker;
    if (breaker?.canExecute() === false) breaker.tryAcquire()?.ignore();
  }

  /**
   * Runs `operation` with its arguments if the circuit lets it, and records how it went; registers the service.
   *
   * @throws CircuitBreakerOpenError `Circuit breaker is OPEN for service: <name>` when it does not.
   * @throws whatever `operation` throws, unchanged.
   */
  executeWithCircuitBreaker<Args extends readonly unknown[], T>(serviceName: string, operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return guardedCall(this.#breakerOf(serviceName), withArguments(operation, args), (rejection) => new LegacyOpenError(rejection, `Circuit breaker is OPEN for service: ${serviceName}`));
  }

  /** The status of a service; null when it is not registered. */
  getCircuitStatus(serviceName: string): ServiceCircuitStatus | null {
    const service = this.#services.peek(serviceName);
    return service === undefined ? null : serviceStatusOf(service.breaker, service.held.failureThreshold);
  }

  /** The status of each service. */
  getAllCircuitStatus(): Record<string, ServiceCircuitStatus> {
    return Object.fromEntries(this.#statuses().map((status) => [status.serviceName, status]));
  }

  #statuses(): readonly ServiceCircuitStatus[] {
    return this.#services.entries.map(([, { breaker, held }]) => serviceStatusOf(breaker, held.failureThreshold));
  }

  /** The sums of all services. */
  getCircuitBreakerStats(): MeshCircuitStats {
    return meshStatsOf(this.#statuses());
  }

  /** Opens the circuit of a service, which recovers by itself; says whether there is one. */
  forceOpen(serviceName: string): boolean {
    const service = this.#services.use(serviceName);
    if (service !== undefined) openNow(service.breaker);
    return service !== undefined;
  }

  /** Closes the circuit of a service and forgets what it has seen; says whether there is one. */
  forceClose(serviceName: string): boolean {
    const service = this.#services.use(serviceName);
    service?.breaker.reset();
    return service !== undefined;
  }
}
