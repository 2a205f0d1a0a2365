import { notAFunction } from '../../breaker/call/signal.ts';
import type { UnifiedCircuitStatus } from '../../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { isRequestError } from '../../presets/node-errors.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { guardedCall, LegacyOpenError } from '../guarded-call.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { legacyState } from '../legacy-view.ts';
import { llmRetrySettings } from '../mapping/llm.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { retryBy } from './enhanced-retry.ts';
import type { RetryPacing } from './retry-strategy.ts';

/** A run of attempts is one call of a circuit of its own. @deprecated Use `UnifiedCircuitBreaker` around `retry(operation, options)`. */
export class CircuitBreakerRetryStrategy {
  /** How it retries. */
  readonly retryStrategy: RetryPacing;
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly breaker: UnifiedCircuitBreaker;
  readonly #runtime: LegacyRuntime;

  constructor(retryStrategy: RetryPacing, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('llm', 'CircuitBreakerRetryStrategy', 'UnifiedCircuitBreaker around retry(operation, options)');
    this.retryStrategy = retryStrategy;
    this.breaker = ownBreaker('llm_retry_circuit', { ...llmRetrySettings, ignoreErrors: isRequestError }, runtime);
    this.#runtime = runtime;
  }

  /**
   * Runs `operation` with its arguments, and again as its strategy says.
   *
   * @throws CircuitBreakerOpenError `Circuit breaker is open` when the circuit does not admit the run.
   * @throws the last error of `operation`, unchanged; TypeError when it is no function.
   */
  async executeWithRetry<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    if (typeof operation !== 'function') throw notAFunction(operation);
    const run = (): Promise<T> => retryBy(this.retryStrategy, () => operation(...args), this.#runtime);
    return guardedCall(this.breaker, run, (rejection) => new LegacyOpenError(rejection, 'Circuit breaker is open'));
  }

  /** Whether the circuit is open and its wait is not over. */
  isCircuitOpen(): boolean {
    return legacyState(this.breaker) === 'open';
  }

  /** The status of the circuit. */
  getCircuitStatus(): UnifiedCircuitStatus {
    return this.breaker.getStatus();
  }
}
