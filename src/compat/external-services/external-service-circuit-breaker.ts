import { notAFunction } from '../../breaker/call/signal.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { isCircuitBreakerDisposedError } from '../../core/errors.ts';
import { isRequestError } from '../../presets/node-errors.ts';
import { CircuitConfig, createCircuitConfigForEnvironment } from '../core/circuit-config.ts';
import { circuitStatusOf } from '../core/circuit-status.ts';
import type { CircuitBreakerStatus } from '../core/circuit-status.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { legacyState } from '../legacy-view.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { fallbackBody } from './fallback-body.ts';
import type { ExternalServiceFallback } from './fallback-body.ts';

/** Failures in a row and seconds, where they differ from those of all other environments. */
const OWN_NUMBERS: Readonly<Record<string, readonly [failureThreshold: number, recoveryTimeout: number]>> = { development: [5, 15], staging: [3, 30] };

function configFor(serviceName: string, environment: string): CircuitConfig {
  const [failureThreshold, recoveryTimeout] = (Object.hasOwn(OWN_NUMBERS, environment) ? OWN_NUMBERS[environment] : undefined) ?? [3, 60];
  const name = `external_${serviceName}`;
  return new CircuitConfig({ ...createCircuitConfigForEnvironment(name, environment), name, failureThreshold, recoveryTimeout });
}

/** A call that is rejected or fails gives a body that says so. @deprecated Use `UnifiedCircuitBreaker` with `fallback`. */
export class ExternalServiceCircuitBreaker {
  /** The name of the service, such as `llm_openai`. */
  readonly serviceName: string;
  /** The environment, in lower case. */
  readonly environment: string;
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly breaker: UnifiedCircuitBreaker;
  readonly #config: CircuitConfig;

  constructor(serviceName: string, environment = 'production', runtime: LegacyRuntime = {}) {
    warnOfLegacyName('external-services', 'ExternalServiceCircuitBreaker', 'UnifiedCircuitBreaker with fallback');
    this.serviceName = serviceName;
    this.environment = environment.toLowerCase();
    this.#config = insideLegacyName(() => configFor(serviceName, this.environment));
    this.breaker = listedBreaker(this.#config.name, { ...this.#config.toUnifiedConfig(), ignoreErrors: isRequestError }, runtime);
  }

  /**
   * Gives what `operation` gives, or a body when it is not admitted, fails or takes too long.
   *
   * @throws what `operation` throws, when that says that the request was wrong: a status from 400 to 499, but 408 and 429.
   * @throws CircuitBreakerDisposedError when the breaker was disposed.
   */
  async callExternalService<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T | ExternalServiceFallback> {
    if (typeof operation !== 'function') throw notAFunction(operation);
    try {
      return await this.breaker.call(() => operation(...args));
    } catch (error) {
      if (isRequestError(error) || isCircuitBreakerDisposedError(error)) throw error;
      return fallbackBody(this.serviceName);
    }
  }

  /** The status of the circuit. */
  getStatus(): CircuitBreakerStatus {
    return circuitStatusOf(this.breaker, this.#config);
  }

  /** Whether the circuit is not open. */
  isHealthy(): boolean {
    return legacyState(this.breaker) !== 'open';
  }
}
