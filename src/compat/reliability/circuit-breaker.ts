import { asConfig } from '../legacy-config.ts';
import { circuitStatusOf } from '../core/circuit-status.ts';
import type { CircuitBreakerStatus } from '../core/circuit-status.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { healthCheckOf } from '../health-checker.ts';
import type { HealthChecker } from '../health-checker.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
import { reliabilityMetricsOf } from './reliability-metrics.ts';
import type { ReliabilityMetrics } from './reliability-metrics.ts';

/** What a `CircuitBreaker` may be made with besides its configuration. */
export interface CircuitBreakerParts extends LegacyRuntime {
  /** Asked every `healthCheckInterval` seconds while the circuit is open. Default: none. */
  readonly healthChecker?: HealthChecker | undefined;
}

/** Opens at failures in a row and at an error rate; each is its own. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly config: CircuitBreakerConfig;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(config: CircuitBreakerConfig | CircuitBreakerConfigOptions = {}, { healthChecker, ...runtime }: CircuitBreakerParts = {}) {
    warnOfLegacyName('reliability', 'CircuitBreaker', 'UnifiedCircuitBreaker');
    const own = asConfig(CircuitBreakerConfig, config);
    super(ownBreaker(own.name, { ...own.toUnifiedConfig(), healthCheck: healthCheckOf(healthChecker, own.healthCheckInterval) }, runtime));
    this.config = own;
  }

  /** The status, with the keys of the core breaker. */
  getStatus(): CircuitBreakerStatus {
    return circuitStatusOf(this.breaker, this.config);
  }

  /** The figures. */
  getMetrics(): ReliabilityMetrics {
    return reliabilityMetricsOf(this.breaker);
  }
}
