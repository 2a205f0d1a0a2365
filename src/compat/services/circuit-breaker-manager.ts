import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import type { UnifiedCircuitBreakerManager } from '../../manager/unified-circuit-breaker-manager.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import type { LegacyRuntime } from '../runtime.ts';
import type { CircuitBreakerConfig, CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { CircuitBreakerStatus } from './circuit-breaker.ts';

/** The breakers of a `CircuitBreakerManager` at one moment. */
export interface CircuitBreakerHealthSummary {
  /** All of them. */
  readonly totalCircuitBreakers: number;
  /** Those that are closed. */
  readonly healthyCircuitBreakers: number;
  /** The others. */
  readonly unhealthyCircuitBreakers: number;
  /** `degraded` when one is unhealthy; `healthy` when none is, and when there are none. */
  readonly overallHealth: 'healthy' | 'degraded';
  /** The names of all. */
  readonly circuitBreakerNames: readonly string[];
}

/** Lists what was made through it; the circuits are those of the manager behind it. @deprecated Use `UnifiedCircuitBreakerManager`. */
export class CircuitBreakerManager {
  readonly #runtime: LegacyRuntime;
  /** What was made through this manager: of the breakers that the manager behind it lists, those that it lists itself. */
  readonly #made = new WeakMap<UnifiedCircuitBreaker, CircuitBreaker>();

  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('services', 'CircuitBreakerManager', 'UnifiedCircuitBreakerManager');
    this.#runtime = runtime;
  }

  get #manager(): UnifiedCircuitBreakerManager {
    return this.#runtime.manager ?? getUnifiedCircuitBreakerManager();
  }

  /** The breaker of that name; made when there is none. A later configuration that contradicts the first changes nothing and gives a warning. */
  createCircuitBreaker(name: string, config?: CircuitBreakerConfig | CircuitBreakerConfigOptions): CircuitBreaker {
    const known = this.getCircuitBreaker(name);
    if (known !== null && config === undefined) return known;
    const breaker = insideLegacyName(() => new CircuitBreaker(name, config, { ...this.#runtime, manager: this.#manager }));
    if (known !== null) return known;
    this.#made.set(breaker.breaker, breaker);
    return breaker;
  }

  /** The breaker of that name that was made through this manager, or null. */
  getCircuitBreaker(name: string): CircuitBreaker | null {
    const listed = this.#manager.getCircuitBreaker(name);
    return (listed && this.#made.get(listed)) ?? null;
  }

  /** Runs an operation through the breaker of that name, which is made when there is none. @throws what `CircuitBreaker.call` throws. */
  async callWithCircuitBreaker<Args extends readonly unknown[], T>(name: string, operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return this.createCircuitBreaker(name).call(operation, ...args);
  }

  /** The status of each breaker by its name; may be awaited. */
  getAllStatus(): Record<string, CircuitBreakerStatus> {
    return Object.fromEntries(this.#listed().map((breaker) => [breaker.name, breaker.getStatus()]));
  }

  /** How many breakers are closed. */
  getHealthSummary(): CircuitBreakerHealthSummary {
    const breakers = this.#listed();
    const healthy = breakers.filter(({ isClosed }) => isClosed).length;
    return {
      totalCircuitBreakers: breakers.length,
      healthyCircuitBreakers: healthy,
      unhealthyCircuitBreakers: breakers.length - healthy,
      overallHealth: healthy === breakers.length ? 'healthy' : 'degraded',
      circuitBreakerNames: breakers.map(({ name }) => name),
    };
  }

  /** Closes every circuit and forgets what they have seen. */
  resetAll(): void {
    for (const breaker of this.#listed()) breaker.reset();
  }

  #listed(): CircuitBreaker[] {
    return [...this.#manager].flatMap((listed) => this.#made.get(listed) ?? []);
  }
}

let shared: CircuitBreakerManager | undefined;

/** The manager of the process, made when first asked for. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export function getCircuitBreakerManager(): CircuitBreakerManager {
  warnOfLegacyName('services', 'getCircuitBreakerManager', 'getUnifiedCircuitBreakerManager()');
  shared ??= insideLegacyName(() => new CircuitBreakerManager());
  return shared;
}
