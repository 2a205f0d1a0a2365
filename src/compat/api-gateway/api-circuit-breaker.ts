import type { CircuitBreakerOpenError } from '../../core/errors.ts';
import type { CircuitState } from '../../core/state.ts';
import { asConfig } from '../legacy-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { guardedCallSync, LegacyOpenError, withArguments } from '../guarded-call.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { cumulativeFailures } from '../quirks.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';

/** The figures of an `ApiCircuitBreaker`, since `reset()`. */
export interface CircuitBreakerStats {
  /** Calls that failed. */
  readonly failureCount: number;
  /** Calls that succeeded. */
  readonly successCount: number;
  /** Both. */
  readonly totalRequests: number;
  /** Seconds since the Unix epoch; 0 before the first. */
  readonly lastFailureTime: number;
  /** Seconds since the Unix epoch; 0 before the first. */
  readonly lastSuccessTime: number;
}

/** What `getStats()` gives. */
export interface ApiCircuitStatus extends CircuitBreakerStats {
  /** The name of the circuit. */
  readonly name: string;
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** Seconds since the Unix epoch. */
  readonly lastStateChange: number;
}

/** Opens at so many failures since it closed, whatever came between them; it is listed nowhere. @deprecated Use `UnifiedCircuitBreaker`. */
export class ApiCircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly config: CircuitBreakerConfig;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(name: string, config: CircuitBreakerConfig | CircuitBreakerConfigOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('api-gateway', 'ApiCircuitBreaker', 'UnifiedCircuitBreaker');
    const own = asConfig(CircuitBreakerConfig, config);
    const mode = own.enabled ? 'enforce' : 'off';
    super(ownBreaker(name, { ...own.toUnifiedConfig(), mode }, runtime, { tripPolicy: cumulativeFailures(own.failureThreshold) }));
    this.config = own;
  }

  /** Calls that failed since `reset()`. */
  override get failureCount(): number {
    return this.breaker.getMetrics().failedCalls;
  }

  /** The figures. */
  get stats(): CircuitBreakerStats {
    const { failedCalls, successfulCalls } = this.breaker.getMetrics();
    return {
      failureCount: failedCalls,
      successCount: successfulCalls,
      totalRequests: failedCalls + successfulCalls,
      lastFailureTime: this.lastFailureTime ?? 0,
      lastSuccessTime: this.lastSuccessTime ?? 0,
    };
  }

  /** The figures, with name and state. */
  getStats(): ApiCircuitStatus {
    return { name: this.name, state: this.state, ...this.stats, lastStateChange: this.breaker.getStatus().lastStateChange / 1_000 };
  }

  /** `call()` for an operation that is synchronous. @throws the same, and a TypeError when the operation gives a promise. */
  callSync<Args extends readonly unknown[], T>(operation: (...args: Args) => T, ...args: Args): T {
    return guardedCallSync(this.breaker, withArguments(operation, args), (rejection) => this.rejected(rejection));
  }

  protected override rejected(rejection: CircuitBreakerOpenError): Error {
    return new LegacyOpenError(rejection, `Circuit breaker ${rejection.breakerName} is open`);
  }
}
