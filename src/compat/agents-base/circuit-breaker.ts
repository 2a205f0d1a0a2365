import type { CircuitState } from '../../core/state.ts';
import { asConfig } from '../legacy-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { dateOf } from '../legacy-view.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';

/** The figures in the status of a `CircuitBreaker`. */
export interface CircuitBreakerStatusMetrics {
  /** Calls offered, rejected ones included. */
  readonly totalCalls: number;
  /** Calls that succeeded. */
  readonly successfulCalls: number;
  /** Calls that failed. */
  readonly failedCalls: number;
  /** How often the circuit has opened. */
  readonly circuitBreakerOpens: number;
  /** Moves of the state machine. */
  readonly stateChanges: number;
  /** The last failure as ISO text; null before the first. */
  readonly lastFailure: string | null;
}

/** The status of a `CircuitBreaker`. */
export interface CircuitBreakerStatus {
  /** The name of the circuit. */
  readonly name: string;
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** The configured threshold. */
  readonly failureThreshold: number;
  /** The configured wait, in seconds. */
  readonly recoveryTimeout: number;
  /** The figures. */
  readonly metrics: CircuitBreakerStatusMetrics;
}

/** Opens at failures in a row and at an error rate; each is its own. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly legacyConfig: CircuitBreakerConfig;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(config: CircuitBreakerConfig | CircuitBreakerConfigOptions, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('agents-base', 'CircuitBreaker', 'UnifiedCircuitBreaker');
    const own = asConfig(CircuitBreakerConfig, config);
    super(ownBreaker(own.name, own.toUnifiedConfig(), runtime));
    this.legacyConfig = own;
  }

  /**
   * Runs `operation` if the circuit lets it, and records how it went.
   *
   * @throws CircuitBreakerOpenException when the circuit does not admit the call.
   * @throws CircuitBreakerTimeoutError when it takes longer than `timeoutSeconds`.
   * @throws whatever `operation` throws, unchanged.
   */
  execute<T>(operation: () => T | PromiseLike<T>): Promise<T> {
    return this.call(operation);
  }

  /** The status: name, state, the two main numbers, and the figures. */
  getStatus(): CircuitBreakerStatus {
    const { failureThreshold, recoveryTimeout } = this.legacyConfig;
    const { totalCalls, successfulCalls, failedCalls, circuitOpenedCount, stateChanges, lastFailureTime } = this.breaker.getMetrics();
    const lastFailure = dateOf(lastFailureTime)?.toISOString() ?? null;
    return {
      name: this.name,
      state: this.state,
      failureThreshold,
      recoveryTimeout,
      metrics: { totalCalls, successfulCalls, failedCalls, circuitBreakerOpens: circuitOpenedCount, stateChanges, lastFailure },
    };
  }
}
