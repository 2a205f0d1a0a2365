import type { CircuitBreakerOpenError } from '../../core/errors.ts';
import { asConfig } from '../legacy-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { LegacyOpenError } from '../guarded-call.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';

/** What callers get while the circuit is open. @deprecated Use `CircuitBreakerOpenError`. */
export class ConnectionError extends LegacyOpenError {
  override get name(): string {
    return 'ConnectionError';
  }
}

/** Opens at failures in a row, closes at the first success; it is listed nowhere. @deprecated Use `UnifiedCircuitBreaker`. */
export class ClickHouseCircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly config: CircuitBreakerConfig;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(config: CircuitBreakerConfig | CircuitBreakerConfigOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('clickhouse', 'ClickHouseCircuitBreaker', 'UnifiedCircuitBreaker');
    const own = asConfig(CircuitBreakerConfig, config);
    super(ownBreaker('clickhouse', own.toUnifiedConfig(), runtime));
    this.config = own;
  }

  protected override rejected(rejection: CircuitBreakerOpenError): Error {
    return new ConnectionError(rejection, 'ClickHouse circuit breaker is open - too many failures');
  }
}
