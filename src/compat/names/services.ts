/**
 * The legacy names of `services/circuit_breaker`: breaker, configuration, errors, manager, decorator and context form.
 * @module
 */
import { CircuitBreakerTimeoutError } from '../../core/errors.ts';
import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import type { HealthSummary } from '../../manager/health-summary.ts';
import { type Preset, presets } from '../../presets/presets.ts';
import type { UnifiedServiceCircuitBreakers } from '../../presets/service-circuit-breakers.ts';
import { LegacyBreaker, type BreakerSpec, type Given, type LegacyParts } from '../breaker.ts';
import { LegacyOpenError } from '../call.ts';
import { asConfig, configInEffect, legacyConfig, type LegacyConfig } from '../config.ts';
import { decorateWith, lookedUp, type LegacyDecorator } from '../decorate.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { servicesConfig } from '../option-tables.ts';
import { LegacyRegistry } from '../registry.ts';
import { makeBreaker, managerOf, type LegacyRuntime } from '../runtime.ts';
import { dateOf, type LegacyMetrics } from '../status.ts';

export { CircuitBreakerError as CircuitBreakerException } from '../../core/errors.ts';
export { CircuitStates as CircuitState } from '../status.ts';

type Options = typeof servicesConfig.options;
/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig(servicesConfig);
export type CircuitBreakerConfig = LegacyConfig<Options>;
/** The figures of a `CircuitBreaker`. @deprecated Use `getMetrics()` of `UnifiedCircuitBreaker`. */
export type CircuitBreakerMetrics = LegacyMetrics<Date | null>;

/** The circuit rejected the call. The operation didn't run. @deprecated Use `CircuitBreakerOpenError`. */
export class CircuitOpenException extends LegacyOpenError {
  override get name(): string { return 'CircuitOpenException'; }
}

/** The call took longer than `timeout`. It may still be running. @deprecated Use `CircuitBreakerTimeoutError`. */
export class CircuitTimeoutException extends CircuitBreakerTimeoutError {
  override get name(): string { return 'CircuitTimeoutException'; }
}

/** Opens after consecutive failures and at an error rate. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyBreaker<Options, Date | null> {
  /** @internal */ static override readonly spec: BreakerSpec<Options, Date | null> = {
    source: 'services', name: 'CircuitBreaker', config: CircuitBreakerConfig, shared: true, time: dateOf,
    rejected: (error) => new CircuitOpenException(error, `Circuit breaker '${error.breakerName}' is OPEN`),
    timedOut: (cause) => new CircuitTimeoutException(cause.breakerName, cause.timeoutMs, cause.message, { cause }),
  };
  /** Without a configuration it shows the breaker of that name, if there is one. */
  constructor(name: string, config?: Given<Options>, parts: LegacyParts = {}) {
    const listed = config === undefined ? managerOf(parts).getCircuitBreaker(name) : null;
    const breaker = parts.breaker ?? listed ?? undefined;
    const inEffect = breaker === undefined ? {} : configInEffect(CircuitBreakerConfig, breaker);
    super(config ?? inEffect, { ...parts, breaker }, name);
  }
  /** The figures. */ get metrics(): CircuitBreakerMetrics { return this.getMetrics(); }
  /** Returns the figures. Failed requests include errors that don't count. */
  override getMetrics(): CircuitBreakerMetrics {
    const { failedCalls, ignoredCalls } = this.breaker.getMetrics();
    return { ...super.getMetrics(), failedRequests: failedCalls + ignoredCalls };
  }
}

/** Lists the breakers that were created through it. @deprecated Use `UnifiedCircuitBreakerManager`. */
export class CircuitBreakerManager extends LegacyRegistry<CircuitBreaker> {
  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('services', 'CircuitBreakerManager', 'UnifiedCircuitBreakerManager');
    super(runtime);
  }
  /** Returns the breaker of that name, and creates it if there is none. The first configuration stays in effect. */
  createCircuitBreaker(name: string, config?: Given<Options>): CircuitBreaker {
    const known = this.getCircuitBreaker(name);
    if (known !== null && config === undefined) return known;
    const { manager } = this;
    const breaker = insideLegacyName(() => new CircuitBreaker(name, config, { ...this.runtime, manager }));
    if (known === null) this.views.set(breaker.breaker, breaker);
    return known ?? breaker;
  }
  /** Counts breakers by state. */
  getHealthSummary(): Omit<HealthSummary, 'conditions' | 'keyed'> {
    const breakers = [...this];
    const healthy = breakers.filter(({ isClosed }) => isClosed).length;
    return {
      totalCircuitBreakers: breakers.length, healthyCircuitBreakers: healthy,
      unhealthyCircuitBreakers: breakers.length - healthy, circuitBreakerNames: breakers.map(({ name }) => name),
      overallHealth: healthy === breakers.length ? 'healthy' : 'degraded',
    };
  }
}

let shared: CircuitBreakerManager | undefined;

/** Returns the manager of the process. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export function getCircuitBreakerManager(): CircuitBreakerManager {
  warnOfLegacyName('services', 'getCircuitBreakerManager', 'getUnifiedCircuitBreakerManager()');
  return (shared ??= insideLegacyName(() => new CircuitBreakerManager()));
}

/** Protects functions and methods. Without a name each has its own breaker. @deprecated Use `withBreaker()`. */
export function circuitBreaker(name?: string, config?: Given<Options>): LegacyDecorator {
  warnOfLegacyName('services', 'circuitBreaker', 'circuitBreaker({ name }) or withBreaker(fn, { name })');
  const own = config === undefined ? undefined : asConfig(CircuitBreakerConfig, config);
  const named = name === undefined ? undefined : lookedUp(
    () => getCircuitBreakerManager().getCircuitBreaker(name),
    () => getCircuitBreakerManager().createCircuitBreaker(name, own),
  );
  return decorateWith((label) => {
    let made: CircuitBreaker | undefined;
    const breaker = named ?? (() => (made ??= insideLegacyName(() => ownBreaker(label, own))));
    return async (operation) => breaker().call(operation);
  });
}

function ownBreaker(label: string, config = asConfig(CircuitBreakerConfig, {})): CircuitBreaker {
  return new CircuitBreaker(label, config, { breaker: makeBreaker(label, config.toUnifiedConfig(), {}) });
}

/** Runs the body as a call of the breaker, which it must not call again. @deprecated Use `call(body)` of a breaker. */
export async function circuitBreakerContext<T>(
  name: string, config: Given<Options> | undefined, body: (breaker: CircuitBreaker) => T | PromiseLike<T>,
): Promise<T> {
  const replacement = 'getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config).call(body)';
  warnOfLegacyName('services', 'circuitBreakerContext', replacement);
  const breaker = insideLegacyName(() => getCircuitBreakerManager().createCircuitBreaker(name, config));
  return breaker.call(body, breaker);
}

/** The breaker of a preset, with the numbers that it had. */
function service(name: string, preset: Preset, recoveryTimeoutMs: number): CircuitBreaker {
  warnOfLegacyName('services', 'ServiceCircuitBreakers', 'UnifiedServiceCircuitBreakers');
  const numbers = { recoveryTimeoutMs, maxBackoffMs: 300_000, minRequestsThreshold: preset.failureThreshold ?? 5 };
  const breaker = getUnifiedCircuitBreakerManager().createCircuitBreaker(name, { ...preset, ...numbers, burstMs: 0 });
  return insideLegacyName(() => new CircuitBreaker(breaker.name, undefined, { breaker }));
}

/** The breakers of five usual dependencies, with long waits. @deprecated Use `UnifiedServiceCircuitBreakers`. */
export const ServiceCircuitBreakers: Record<keyof typeof UnifiedServiceCircuitBreakers, () => CircuitBreaker> = {
  getDatabaseCircuitBreaker: () => service('database', presets.database, 30_000),
  getAuthServiceCircuitBreaker: () => service('auth_service', presets.authService, 60_000),
  getLlmServiceCircuitBreaker: () => service('llm_service', presets.llmService, 10_000),
  getClickhouseCircuitBreaker: () => service('clickhouse', presets.clickhouse, 45_000),
  getRedisCircuitBreaker: () => service('redis', presets.redis, 20_000),
};
