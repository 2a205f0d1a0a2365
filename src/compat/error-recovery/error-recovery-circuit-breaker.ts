import { unifiedFrom } from '../convert.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { circuitMetricsOf, circuitStatusOf } from '../core/circuit-status.ts';
import type { CircuitBreakerStatus, CircuitMetrics } from '../core/circuit-status.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { errorRecoveryOptions, errorRecoverySettings } from '../mapping/error-recovery.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** What `ErrorRecoveryCircuitBreaker` takes: legacy names, seconds. */
export type ErrorRecoveryOptions = GivenLegacy<typeof errorRecoveryOptions>;

/** Opens at failures in a row, closes at the first success; it belongs to nobody else. @deprecated Use `UnifiedCircuitBreaker`. */
export class ErrorRecoveryCircuitBreaker extends LegacyBreaker {
  /** Failures in a row that open the circuit. */
  readonly failureThreshold: number;
  /** Seconds from the opening until a call is tried again, and that a call may take. */
  readonly timeout: number;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: ErrorRecoveryOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('error-recovery', 'ErrorRecoveryCircuitBreaker', 'UnifiedCircuitBreaker');
    const { held, explicit } = readLegacy('ErrorRecoveryCircuitBreaker', errorRecoveryOptions, options);
    const config = unifiedFrom(errorRecoveryOptions, held, explicit, errorRecoverySettings);
    super(ownBreaker(held.name, { ...config, timeoutMs: config.recoveryTimeoutMs }, runtime));
    this.failureThreshold = held.failureThreshold;
    this.timeout = held.timeout;
  }

  /** Whether a call would be admitted now. Asking changes nothing. */
  shouldAllowRequest(): boolean {
    return this.canExecute();
  }

  /** Records a call that failed elsewhere, at once: an error, or the name of one. */
  override recordFailure(error: unknown = 'ErrorRecoveryFailure'): void {
    super.recordFailure(error);
  }

  /** The status: name, state, `failureCount`, `successRate`, config, metrics, health as text. */
  getStatus(): CircuitBreakerStatus {
    return circuitStatusOf(this.breaker, { failureThreshold: this.failureThreshold, recoveryTimeout: this.timeout, timeoutSeconds: this.timeout });
  }

  /** The figures. */
  getMetrics(): CircuitMetrics {
    return circuitMetricsOf(this.breaker);
  }
}
