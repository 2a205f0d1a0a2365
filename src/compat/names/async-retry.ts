/** The legacy breaker of `core/async_retry_logic`. @module */
import type { CircuitState } from '../../core/state.ts';
import { LegacyCircuit, type BreakerSpec } from '../breaker.ts';
import { legacyErrors, LegacyOpenError } from '../call.ts';
import { legacyConfig } from '../config.ts';
import { asyncConfig } from '../option-tables.ts';
import type { GivenLegacy } from '../options.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { epochSeconds } from '../status.ts';

type Options = typeof asyncConfig.options;
/** What `AsyncCircuitBreaker` takes: legacy names, seconds. */
export type AsyncCircuitBreakerOptions = GivenLegacy<Options>;

/** The rejection of an `AsyncCircuitBreaker`. The operation didn't run. @deprecated Use `CircuitBreakerOpenError`. */
export class ServiceError extends LegacyOpenError { override get name(): string { return 'ServiceError'; } }

/** Opens after consecutive failures, closes at the first success. @deprecated Use `UnifiedCircuitBreaker`. */
export class AsyncCircuitBreaker extends LegacyCircuit<Options> {
  /** @internal */ static override readonly spec: BreakerSpec<Options> = {
    source: 'async-retry', name: 'AsyncCircuitBreaker', circuit: 'AsyncCircuitBreaker',
    config: /* @__PURE__ */ legacyConfig(asyncConfig),
  };
  /** Makes legacy errors. @internal */ protected override readonly errorFor = legacyErrors({
    rejected: (error) => new ServiceError(error, `Circuit breaker is OPEN (failed ${this.failureCount} times)`),
  });
  constructor(options: AsyncCircuitBreakerOptions = {}, runtime: LegacyRuntime = {}) { super(options, runtime); }
  /** `CLOSED`, `OPEN` or `HALF_OPEN`. `OPEN` until a call is tried, also if the wait is over. */
  get state(): Uppercase<CircuitState> { return this.breaker.state.toUpperCase() as Uppercase<CircuitState>; }
  /** The breaker at this moment. `lastFailureTime` is in seconds since the Unix epoch, and `null` after a success. */
  get circuitInfo() {
    const { state, failureCount, config: { failureThreshold, timeout } } = this;
    const lastFailureTime = failureCount === 0 ? null : epochSeconds(this.breaker.getMetrics().lastFailureTime);
    return { state, failureCount, failureThreshold, timeout, lastFailureTime };
  }
}
