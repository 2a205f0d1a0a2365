import { unifiedFrom } from '../convert.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { healthCheckOf } from '../health-checker.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { adaptiveOptions, adaptiveSettings } from '../mapping/core.ts';
import { ownBreaker } from '../runtime.ts';
import type { CircuitBreakerParts } from './circuit-breaker.ts';
import { circuitMetricsOf } from './circuit-status.ts';
import type { CircuitMetrics } from './circuit-status.ts';

/** What `AdaptiveCircuitBreaker` takes: legacy names, seconds. */
export type AdaptiveCircuitBreakerOptions = GivenLegacy<typeof adaptiveOptions>;

/** The figures of an `AdaptiveCircuitBreaker`. */
export interface AdaptiveCircuitMetrics extends CircuitMetrics {
  /** Failures in a row that open the circuit as things are. */
  readonly adaptiveFailureThreshold: number;
}

/** Its threshold follows latency and health. @deprecated Use `UnifiedCircuitBreaker` with `adaptiveThreshold`. */
export class AdaptiveCircuitBreaker extends LegacyBreaker {
  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: AdaptiveCircuitBreakerOptions, { healthChecker, ...runtime }: CircuitBreakerParts = {}) {
    warnOfLegacyName('core', 'AdaptiveCircuitBreaker', 'UnifiedCircuitBreaker with adaptiveThreshold');
    const { held, explicit } = readLegacy('AdaptiveCircuitBreaker', adaptiveOptions, options);
    const config = unifiedFrom(adaptiveOptions, held, explicit, adaptiveSettings);
    super(ownBreaker(held.name, { ...config, healthCheck: healthCheckOf(healthChecker) }, runtime));
  }

  /** Whether a call would be admitted now. */
  shouldAllowRequest(): boolean {
    return this.canExecute();
  }

  /** The figures, with the threshold in force. */
  getMetrics(): AdaptiveCircuitMetrics {
    const { adaptive } = this.breaker.getMetrics();
    return { ...circuitMetricsOf(this.breaker), adaptiveFailureThreshold: adaptive?.failureThreshold ?? 0 };
  }

  /** Closes the circuit. */
  forceClose(): void {
    this.reset();
  }
}
