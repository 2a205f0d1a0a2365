/**
 * The legacy name of `services/metrics/circuit_breaker_metrics.py`: figures of calls by the name of a circuit.
 * @module
 */
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { failureOf } from '../call.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { Named } from '../registry.ts';
import { makeBreaker, type LegacyRuntime } from '../runtime.ts';

/** The figures of one circuit. `avgResponseTime` is in seconds, and `failureRate` from 0 to 1. */
export type CircuitMetricsByName = { readonly circuitName: string } & Readonly<
  Record<'totalRequests' | 'failures' | 'successes' | 'failureRate' | 'avgResponseTime' | 'stateChanges', number>
>;

/** Counts calls by the name of a circuit, for at most 1,000 names. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreakerMetrics {
  readonly #runtime: LegacyRuntime;
  /** Breakers that only observe keep the figures. */
  readonly #named = new Named<{ readonly outcomes: UnifiedCircuitBreaker; readonly changes: number }>({ most: 1_000 });
  readonly #all: UnifiedCircuitBreaker;
  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('metrics', 'CircuitBreakerMetrics', 'UnifiedCircuitBreaker');
    this.#runtime = runtime;
    this.#all = this.#observer('all circuits');
  }
  #observer(name: string): UnifiedCircuitBreaker {
    return makeBreaker(name, { mode: 'observe', slowCallThresholdMs: 5_000 }, this.#runtime);
  }
  #observed(name: string) { return this.#named.ensure(name, () => ({ outcomes: this.#observer(name), changes: 0 })); }
  /** Requests of all circuits slower than 5 s. Only a reset of all circuits clears it. */
  get slowRequests(): number { return this.#all.getMetrics().slowCalls; }
  /** Failures by the name of the circuit. */
  get failureCounts() { return this.#named.map(({ outcomes }) => outcomes.getMetrics().failedCalls); }
  /** Successes by the name of the circuit. */
  get successCounts() { return this.#named.map(({ outcomes }) => outcomes.getMetrics().successfulCalls); }
  /** Records a failure. `errorType` is the name of an error, or the error. */
  recordFailure(name: string, errorType?: unknown): void {
    for (const breaker of [this.#observed(name).outcomes, this.#all]) breaker.recordFailure(failureOf(errorType));
  }
  /** Records a success. @param responseTime seconds, 0 or more. @throws TypeError if it is anything else. */
  recordSuccess(name: string, responseTime?: number): void {
    const durationMs = responseTime === undefined ? undefined : responseTime * 1_000;
    for (const breaker of [this.#observed(name).outcomes, this.#all]) breaker.recordSuccess(durationMs);
  }
  /** Records that a circuit has changed its state. */
  recordStateChange(name: string, _oldState: string, _newState: string): void {
    const { outcomes, changes } = this.#observed(name);
    this.#named.set(name, { outcomes, changes: changes + 1 });
  }
  /** Returns the figures of one circuit. All are 0 if nothing was recorded. */
  getMetrics(circuitName: string): CircuitMetricsByName {
    const { outcomes, changes: stateChanges = 0 } = this.#named.peek(circuitName) ?? {};
    const { successfulCalls: successes = 0, failedCalls: failures = 0, averageResponseTimeMs = 0 } =
      outcomes?.getMetrics() ?? {};
    const totalRequests = successes + failures;
    const failureRate = totalRequests === 0 ? 0 : failures / totalRequests;
    const avgResponseTime = averageResponseTimeMs / 1_000;
    return { circuitName, totalRequests, failures, successes, failureRate, avgResponseTime, stateChanges };
  }
  /** Clears one circuit, or all of them and `slowRequests`. */
  reset(circuitName?: string): void {
    if (circuitName !== undefined) return void this.#named.delete(circuitName);
    this.#named.clear();
    this.#all.reset();
  }
}
