import { asConfig } from '../legacy-config.ts';
import { CircuitBreaker } from '../core/circuit-breaker.ts';
import type { CircuitBreakerParts } from '../core/circuit-breaker.ts';
import type { CircuitConfig } from '../core/circuit-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { EnterpriseCircuitConfig } from './enterprise-circuit-config.ts';
import type { EnterpriseCircuitConfigOptions } from './enterprise-circuit-config.ts';

/** The `CircuitBreaker` of `core`, which tells two of its numbers. @deprecated Use `UnifiedCircuitBreaker`. */
export class EnterpriseCircuitBreaker extends CircuitBreaker {
  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(config: EnterpriseCircuitConfig | CircuitConfig | EnterpriseCircuitConfigOptions, parts: CircuitBreakerParts = {}) {
    warnOfLegacyName('resilience', 'EnterpriseCircuitBreaker', 'UnifiedCircuitBreaker');
    super(asConfig(EnterpriseCircuitConfig, config as EnterpriseCircuitConfig), parts);
  }

  /** @internal */
  protected static override get warnsItself(): boolean {
    return true;
  }

  /** Whether the threshold follows latency and health. */
  hasAdaptiveThreshold(): boolean {
    return this.config.adaptiveThreshold;
  }

  /** Seconds above which a call is slow. */
  getSlowCallThreshold(): number {
    return this.config.slowCallThreshold;
  }
}
