import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import type { UnifiedCircuitBreakerManager } from '../../manager/unified-circuit-breaker-manager.ts';
import { asConfig } from '../legacy-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { guardedCallSync, withArguments } from '../guarded-call.ts';
import { healthCheckOf } from '../health-checker.ts';
import type { HealthChecker } from '../health-checker.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitConfig } from './circuit-config.ts';
import type { CircuitConfigOptions } from './circuit-config.ts';
import { circuitMetricsOf, circuitStatusOf } from './circuit-status.ts';
import type { CircuitBreakerStatus, CircuitMetrics } from './circuit-status.ts';

/** What a `CircuitBreaker` may be made with besides its configuration. */
export interface CircuitBreakerParts extends LegacyRuntime {
  /** Asked every 30 seconds while the circuit is open. Default: none. */
  readonly healthChecker?: HealthChecker | undefined;
  /** The breaker to show, instead of the one of that name in the manager. */
  readonly breaker?: UnifiedCircuitBreaker | undefined;
}

/** Opens at failures in a row, closes at the first success; breakers of one name share their circuit. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly config: CircuitConfig;
  readonly #manager: UnifiedCircuitBreakerManager;

  /** @internal Whether a class that inherits this one is a legacy name by itself, and warns of that. */
  protected static get warnsItself(): boolean {
    return false;
  }

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(config: CircuitConfig | CircuitConfigOptions, { healthChecker, breaker, ...runtime }: CircuitBreakerParts = {}) {
    if (!new.target.warnsItself) warnOfLegacyName('core', 'CircuitBreaker', 'UnifiedCircuitBreaker');
    const own = asConfig(CircuitConfig, config);
    const manager = runtime.manager ?? getUnifiedCircuitBreakerManager();
    super(breaker ?? listedBreaker(own.name, { ...own.toUnifiedConfig(), healthCheck: healthCheckOf(healthChecker) }, { ...runtime, manager }));
    this.config = own;
    this.#manager = manager;
  }

  /** The configured threshold. */
  get failureThreshold(): number {
    return this.config.failureThreshold;
  }

  /** The configured wait, in seconds. */
  get recoveryTimeout(): number {
    return this.config.recoveryTimeout;
  }

  /** The same as `state`. */
  getState(): CircuitState {
    return this.state;
  }

  /** The same as `failureCount`. */
  getFailureCount(): number {
    return this.failureCount;
  }

  /** The same as `canExecute()`. */
  allowRequest(): boolean {
    return this.canExecute();
  }

  /** The same as `canExecute()`, as a promise. */
  canExecuteAsync(): Promise<boolean> {
    return Promise.resolve(this.canExecute());
  }

  /** `call()` for an operation that is synchronous: no timeout. @throws the same, and a TypeError when the operation gives a promise. */
  callSync<Args extends readonly unknown[], T>(operation: (...args: Args) => T, ...args: Args): T {
    return guardedCallSync(this.breaker, withArguments(operation, args), (rejection) => this.rejected(rejection));
  }

  /** The status: name, state, `failureCount`, `successRate`, config, metrics, health as text. */
  getStatus(): CircuitBreakerStatus {
    return circuitStatusOf(this.breaker, this.config);
  }

  /** The figures. */
  getMetrics(): CircuitMetrics {
    return circuitMetricsOf(this.breaker);
  }

  /** The same as `getMetrics()`. */
  getStats(): CircuitMetrics {
    return this.getMetrics();
  }

  /** The same as `reset()`. */
  resetSync(): void {
    this.reset();
  }

  /** Takes the circuit off the list and stops its health check; it keeps working for whoever holds it. */
  cleanup(): void {
    if (this.#manager.getCircuitBreaker(this.name) === this.breaker) this.#manager.removeCircuitBreaker(this.name);
  }
}
