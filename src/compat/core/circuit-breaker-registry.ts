import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import type { HealthSummary } from '../../manager/health-summary.ts';
import type { UnifiedCircuitBreakerManager } from '../../manager/unified-circuit-breaker-manager.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { healthCheckOf } from '../health-checker.ts';
import type { HealthChecker } from '../health-checker.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { CircuitConfig, configInForce, isOfAnother } from './circuit-config.ts';
import type { CircuitConfigOptions } from './circuit-config.ts';
import type { CircuitBreakerStatus, CircuitMetrics } from './circuit-status.ts';

/** A configuration for a breaker that is named elsewhere: options, a `CircuitConfig`, or the configuration of another legacy name. */
export type NamelessCircuitConfig = Omit<CircuitConfigOptions, 'name'> | CircuitConfig | Pick<CircuitConfig, 'toUnifiedConfig'>;

/** Breakers by name; made when first asked for. @deprecated Use `UnifiedCircuitBreakerManager`. */
export class CircuitBreakerRegistry implements Iterable<CircuitBreaker> {
  readonly #runtime: LegacyRuntime;
  /** The legacy view of each breaker: asking twice gives the same. */
  readonly #views = new WeakMap<UnifiedCircuitBreaker, CircuitBreaker>();

  constructor(runtime: LegacyRuntime = {}) {
    this.#runtime = runtime;
  }

  /** The manager, for whoever uses it under the legacy name. */
  #used(): UnifiedCircuitBreakerManager {
    warnOfLegacyName('core', 'CircuitBreakerRegistry', 'UnifiedCircuitBreakerManager');
    return this.#runtime.manager ?? getUnifiedCircuitBreakerManager();
  }

  /** The breaker of that name; made when there is none. A later configuration that contradicts the first changes nothing and gives a warning. */
  getBreaker(name: string, config?: NamelessCircuitConfig, healthChecker?: HealthChecker): CircuitBreaker {
    const manager = this.#used();
    return insideLegacyName(() => {
      const known = manager.getCircuitBreaker(name);
      if (known !== null && config === undefined) return this.#viewOf(known);
      if (isOfAnother(config)) return this.#viewOf(manager.createCircuitBreaker(name, { ...config.toUnifiedConfig(), healthCheck: healthCheckOf(healthChecker) }));
      const own = config instanceof CircuitConfig && config.name === name ? config : new CircuitConfig({ ...config, name });
      const view = new CircuitBreaker(own, { ...this.#runtime, manager, healthChecker });
      if (!this.#views.has(view.breaker)) this.#views.set(view.breaker, view);
      return this.#viewOf(view.breaker);
    });
  }

  /** A breaker that was made elsewhere is shown, too. */
  #viewOf(breaker: UnifiedCircuitBreaker): CircuitBreaker {
    const found = this.#views.get(breaker);
    if (found !== undefined) return found;
    const view = new CircuitBreaker(configInForce(breaker), { manager: this.#used(), breaker });
    this.#views.set(breaker, view);
    return view;
  }

  /** The same, as a promise. */
  async getCircuit(name: string, config?: NamelessCircuitConfig, healthChecker?: HealthChecker): Promise<CircuitBreaker> {
    return this.getBreaker(name, config, healthChecker);
  }

  /** The same under its later name. */
  createCircuitBreaker(name: string, config?: NamelessCircuitConfig, healthChecker?: HealthChecker): CircuitBreaker {
    return this.getBreaker(name, config, healthChecker);
  }

  /** The breaker of that name, or null. */
  getCircuitBreaker(name: string): CircuitBreaker | null {
    const known = this.#used().getCircuitBreaker(name);
    return known === null ? null : insideLegacyName(() => this.#viewOf(known));
  }

  /** Runs an operation through the breaker of that name. @throws what `CircuitBreaker.call` throws. */
  async callWithCircuitBreaker<Args extends readonly unknown[], T>(name: string, operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return this.getBreaker(name).call(operation, ...args);
  }

  /** The status of each breaker by its name; may be awaited. */
  getAllStatus(): Record<string, CircuitBreakerStatus> {
    return this.#each((breaker) => breaker.getStatus());
  }

  /** The figures of each breaker by its name. */
  getAllMetrics(): Record<string, CircuitMetrics> {
    return this.#each((breaker) => breaker.getMetrics());
  }

  #each<T>(of: (breaker: CircuitBreaker) => T): Record<string, T> {
    return Object.fromEntries([...this.#listed()].map(([name, breaker]) => [name, of(breaker)]));
  }

  /** The breakers by the names that they are listed under: two may have one name of their own. */
  *#listed(): Generator<readonly [string, CircuitBreaker], void, undefined> {
    for (const name of this.getBreakerNames()) {
      const breaker = this.getCircuitBreaker(name);
      if (breaker !== null) yield [name, breaker];
    }
  }

  /** How many breakers stand how. */
  getHealthSummary(): HealthSummary {
    return this.#used().getHealthSummary();
  }

  /** Takes a breaker off the list; says whether there was one. */
  removeBreaker(name: string): boolean {
    return this.#used().removeCircuitBreaker(name);
  }

  /** How many breakers there are. */
  getBreakerCount(): number {
    return this.#used().size;
  }

  /** The names of all breakers. */
  getBreakerNames(): string[] {
    return this.#used().getCircuitBreakerNames();
  }

  /** Closes one circuit; says whether there is one. */
  resetCircuitBreaker(name: string): boolean {
    return this.#used().resetCircuitBreaker(name);
  }

  /** Closes every circuit and forgets what they have seen. */
  resetAll(): void {
    this.#used().resetAll();
  }

  /** Opens every circuit; they recover by themselves. */
  forceOpenAll(): void {
    for (const breaker of this) breaker.forceOpen();
  }

  /** Closes every circuit. */
  forceCloseAll(): void {
    this.resetAll();
  }

  /** Takes every breaker off the list; they keep working for whoever holds them. */
  cleanupAll(): void {
    for (const name of this.getBreakerNames()) this.removeBreaker(name);
  }

  /** The breakers, the oldest first. */
  *[Symbol.iterator](): Generator<CircuitBreaker, void, undefined> {
    for (const [, breaker] of this.#listed()) yield breaker;
  }
}
