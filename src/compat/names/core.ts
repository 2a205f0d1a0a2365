/**
 * The legacy names of `core/circuit_breaker*`: the breaker, its configuration, the registry and the decorators.
 * @module
 */
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import type { HealthSummary } from '../../manager/health-summary.ts';
import type { UnifiedCircuitBreakerManager } from '../../manager/unified-circuit-breaker-manager.ts';
import { healthCheckOf, LegacyBreaker } from '../breaker.ts';
import type { BreakerSpec, Given, HealthChecker, LegacyParts } from '../breaker.ts';
import { configInEffect, isConfigOf, legacyConfig, type LegacyConfig } from '../config.ts';
import { decorateWith, lookedUp, type LegacyDecorator, type LegacySyncDecorator } from '../decorate.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { adaptiveConfig, circuitConfig } from '../option-tables.ts';
import type { GivenLegacy } from '../options.ts';
import { LegacyRegistry } from '../registry.ts';
import { managerOf } from '../runtime.ts';
import type { LegacyMetrics } from '../status.ts';

export { LegacyOpenError as CircuitBreakerOpenError } from '../call.ts';
export { CircuitStates, CircuitStates as CircuitState } from '../status.ts';
export type { LegacyMetrics as CircuitMetrics } from '../status.ts';

type Options = typeof circuitConfig.options;
/** What `CircuitConfig` takes: legacy names, seconds. */
export type CircuitConfigOptions = GivenLegacy<Options>;
/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitConfig = /* @__PURE__ */ legacyConfig(circuitConfig);
export type CircuitConfig = LegacyConfig<Options>;

/** By environment: threshold, wait, probes and timeout, in seconds. `presets.environments` have shorter waits. */
const ENVIRONMENTS = {
  development: [10, 30, 5, 15], staging: [8, 60, 4, 12], production: [5, 120, 3, 10], testing: [15, 5, 10, 30],
} as const;

/** Returns the configuration for an environment, by default `production`. @deprecated Use `presets.environments`. */
export function createCircuitConfigForEnvironment(name: string, environment = 'production'): CircuitConfig {
  warnOfLegacyName('core', 'createCircuitConfigForEnvironment', 'presets.environments');
  const key = environment.toLowerCase();
  const known = Object.hasOwn(ENVIRONMENTS, key) ? (key as keyof typeof ENVIRONMENTS) : 'production';
  const [failureThreshold, recoveryTimeout, halfOpenMaxCalls, timeoutSeconds] = ENVIRONMENTS[known];
  return new CircuitConfig({ name, failureThreshold, recoveryTimeout, halfOpenMaxCalls, timeoutSeconds });
}

/** Opens after consecutive failures, closes at the first success. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyBreaker<Options> {
  /** @internal */ static override readonly spec: BreakerSpec<Options> =
    { source: 'core', name: 'CircuitBreaker', config: CircuitConfig, shared: true };
  readonly #manager: UnifiedCircuitBreakerManager;
  constructor(config: Given<Options>, parts: LegacyParts = {}) {
    const manager = managerOf(parts);
    super(config, { ...parts, manager });
    this.#manager = manager;
  }
  /** The configured threshold. */ get failureThreshold(): number { return this.config.failureThreshold; }
  /** The configured wait, in seconds. */ get recoveryTimeout(): number { return this.config.recoveryTimeout; }
  /** Returns `state`. */ getState(): CircuitState { return this.state; }
  /** Returns `failureCount`. */ getFailureCount(): number { return this.failureCount; }
  /** Equals `canExecute()`. */ allowRequest(): boolean { return this.canExecute(); }
  /** Equals `canExecute()`, as a promise. */
  canExecuteAsync(): Promise<boolean> { return Promise.resolve(this.canExecute()); }
  /** Equals `getMetrics()`. */ getStats(): LegacyMetrics { return this.getMetrics(); }
  /** Equals `reset()`. */ resetSync(): void { this.reset(); }
  /** Removes the circuit from the registry and stops its health check. Code that still holds it can keep using it. */
  cleanup(): void {
    if (this.#manager.getCircuitBreaker(this.name) === this.breaker) this.#manager.removeCircuitBreaker(this.name);
  }
}

type AdaptiveOptions = typeof adaptiveConfig.options;

/** Its threshold follows latency and health. @deprecated Use `UnifiedCircuitBreaker` with `adaptiveThreshold`. */
export class AdaptiveCircuitBreaker extends LegacyBreaker<AdaptiveOptions> {
  /** @internal */ static override readonly spec: BreakerSpec<AdaptiveOptions> = {
    source: 'core', name: 'AdaptiveCircuitBreaker', replacement: 'UnifiedCircuitBreaker with adaptiveThreshold',
    config: /* @__PURE__ */ legacyConfig(adaptiveConfig),
  };
  /** Equals `canExecute()`. */ shouldAllowRequest(): boolean { return this.canExecute(); }
  /** Closes the circuit. */ forceClose(): void { this.reset(); }
  /** Returns the figures, with the threshold in effect. */
  override getMetrics(): LegacyMetrics & { readonly adaptiveFailureThreshold: number } {
    const adaptiveFailureThreshold = this.breaker.getMetrics().adaptive?.failureThreshold ?? 0;
    return { ...super.getMetrics(), adaptiveFailureThreshold };
  }
}

/** A configuration for a breaker that has its name elsewhere: options, or the configuration of any legacy name. */
export type NamelessCircuitConfig = Omit<CircuitConfigOptions, 'name'> | Pick<CircuitConfig, 'toUnifiedConfig'>;

/** Creates and finds breakers by name. @deprecated Use `UnifiedCircuitBreakerManager`. */
export class CircuitBreakerRegistry extends LegacyRegistry<CircuitBreaker> {
  /** The manager. @internal */ protected override get manager(): UnifiedCircuitBreakerManager {
    warnOfLegacyName('core', 'CircuitBreakerRegistry', 'UnifiedCircuitBreakerManager');
    return super.manager;
  }
  /** Shows breakers that other code made, too. @internal */
  protected override viewOf(breaker: UnifiedCircuitBreaker): CircuitBreaker {
    return super.viewOf(breaker) ?? insideLegacyName(() => {
      const view = new CircuitBreaker(configInEffect(CircuitConfig, breaker), { manager: this.manager, breaker });
      this.views.set(breaker, view);
      return view;
    });
  }
  /** Returns the breaker of that name, and creates it if there is none. The first configuration stays in effect. */
  getBreaker(name: string, config?: NamelessCircuitConfig, healthChecker?: HealthChecker): CircuitBreaker {
    const { manager } = this;
    return insideLegacyName(() => {
      const known = manager.getCircuitBreaker(name);
      if (known !== null && config === undefined) return this.viewOf(known);
      if (config !== undefined && 'toUnifiedConfig' in config && !isConfigOf(CircuitConfig, config)) {
        const healthCheck = healthCheckOf(healthChecker);
        return this.viewOf(manager.createCircuitBreaker(name, { ...config.toUnifiedConfig(), healthCheck }));
      }
      const view = new CircuitBreaker({ ...config, name }, { ...this.runtime, manager, healthChecker });
      if (!this.views.has(view.breaker)) this.views.set(view.breaker, view);
      return this.viewOf(view.breaker);
    });
  }
  /** Equals `getBreaker()`, as a promise. */
  async getCircuit(...given: Parameters<CircuitBreakerRegistry['getBreaker']>): Promise<CircuitBreaker> {
    return this.getBreaker(...given);
  }
  /** Equals `getBreaker()`. */
  createCircuitBreaker(...given: Parameters<CircuitBreakerRegistry['getBreaker']>): CircuitBreaker {
    return this.getBreaker(...given);
  }
  /** Returns the figures of each breaker by its name. */
  getAllMetrics(): Record<string, LegacyMetrics> { return this.each((breaker) => breaker.getMetrics()); }
  /** Counts breakers by state. */ getHealthSummary(): HealthSummary { return this.manager.getHealthSummary(); }
  /** Removes a breaker from the registry. Returns whether there was one. */
  removeBreaker(name: string): boolean { return this.manager.removeCircuitBreaker(name); }
  /** Returns how many breakers there are. */ getBreakerCount(): number { return this.manager.size; }
  /** Returns the names of all breakers. */
  getBreakerNames(): string[] { return this.manager.getCircuitBreakerNames(); }
  /** Closes one circuit. Returns whether there is one. */
  resetCircuitBreaker(name: string): boolean { return this.manager.resetCircuitBreaker(name); }
  /** Opens every circuit. They recover on their own. */
  forceOpenAll(): void { for (const breaker of this) breaker.forceOpen(); }
  /** Closes every circuit. */ forceCloseAll(): void { this.resetAll(); }
  /** Removes every breaker from the registry. Code that still holds one can keep using it. */
  cleanupAll(): void { for (const name of this.getBreakerNames()) this.removeBreaker(name); }
}

/** The registry of the process. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export const circuitRegistry: CircuitBreakerRegistry = /* @__PURE__ */ new CircuitBreakerRegistry();

function inRegistry<T>(name: string, member: string, use: () => T): T {
  warnOfLegacyName('core', name, `getUnifiedCircuitBreakerManager().${member}`);
  return insideLegacyName(use);
}

/** Equals `circuitRegistry.getBreaker()`. @deprecated Use `createCircuitBreaker(name, config)` of the manager. */
export function getCircuitBreaker(name: string, config?: NamelessCircuitConfig): CircuitBreaker {
  const get = (): CircuitBreaker => circuitRegistry.getBreaker(name, config);
  return inRegistry('getCircuitBreaker', 'createCircuitBreaker(name, config)', get);
}

/** Equals `circuitRegistry.removeBreaker()`. @deprecated Use `removeCircuitBreaker(name)` of the manager. */
export function removeCircuitBreaker(name: string): boolean {
  return inRegistry('removeCircuitBreaker', 'removeCircuitBreaker(name)', () => circuitRegistry.removeBreaker(name));
}

/** Equals `circuitRegistry.getAllMetrics()`. @deprecated Use `getAllStatus()` of the manager. */
export function getAllCircuitBreakerMetrics(): Record<string, LegacyMetrics> {
  return inRegistry('getAllCircuitBreakerMetrics', 'getAllStatus()', () => circuitRegistry.getAllMetrics());
}

/** Equals `circuitRegistry.cleanupAll()`. @deprecated Use `removeCircuitBreaker(name)` of the manager for each name. */
export function cleanupAllCircuitBreakers(): void {
  const member = 'removeCircuitBreaker(name) for each name';
  inRegistry('cleanupAllCircuitBreakers', member, () => circuitRegistry.cleanupAll());
}

function breakerFor(...given: Parameters<CircuitBreakerRegistry['getBreaker']>): () => CircuitBreaker {
  return lookedUp(() => circuitRegistry.getCircuitBreaker(given[0]), () => circuitRegistry.getBreaker(...given));
}

function decorated(...given: Parameters<CircuitBreakerRegistry['getBreaker']>): LegacyDecorator {
  const breaker = breakerFor(...given);
  return decorateWith(() => async (operation) => breaker().call(operation));
}

/** Protects functions and methods. @deprecated Use `circuitBreaker({ name })` or `withBreaker(fn, { name })`. */
export function circuitBreaker(name: string, config?: NamelessCircuitConfig): LegacyDecorator {
  warnOfLegacyName('core', 'circuitBreaker', 'circuitBreaker({ name }) or withBreaker(fn, { name })');
  return decorated(name, config);
}

/** Protects functions and methods, with a health check. @deprecated Use `circuitBreaker({ name, healthCheck })`. */
export function withHealthCheck(name: string, healthChecker: HealthChecker, config?: NamelessCircuitConfig) {
  warnOfLegacyName('core', 'withHealthCheck', 'circuitBreaker({ name, healthCheck })');
  return decorated(name, config, healthChecker);
}

/** Protects synchronous functions and methods. @deprecated Use `withBreakerSync(fn, { name })`. */
export function circuitBreakerSync(name: string, config?: NamelessCircuitConfig): LegacySyncDecorator {
  warnOfLegacyName('core', 'circuitBreakerSync', 'withBreakerSync(fn, { name })');
  const breaker = breakerFor(name, config);
  return decorateWith(() => (operation) => breaker().callSync(operation));
}
