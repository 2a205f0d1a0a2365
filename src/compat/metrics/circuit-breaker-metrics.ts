import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { systemClock } from '../../core/clock.ts';
import { BoundedMap } from '../bounded-map.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { failureOf } from '../failure-label.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { StateChangeLog } from './state-change-log.ts';
import type { RecordedStateChange } from './state-change-log.ts';

/** The figures of one circuit. */
export interface CircuitMetricsByName {
  /** Whose. */
  readonly circuitName: string;
  /** Failures and successes. */
  readonly totalRequests: number;
  /** Failures. */
  readonly failures: number;
  /** Successes. */
  readonly successes: number;
  /** Share of the requests that failed, 0 to 1; 0 without requests. */
  readonly failureRate: number;
  /** Mean response time in seconds; 0 without one. */
  readonly avgResponseTime: number;
  /** State changes of this circuit that are still kept. */
  readonly stateChanges: number;
}

/** Slow is above this. */
const SLOW_MS = 5_000;
const MOST_NAMES = 1_000;

/** Figures of calls by the name of a circuit; at most 1 000 names, those recorded last. Decides nothing. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreakerMetrics {
  readonly #runtime: LegacyRuntime;
  readonly #named = new BoundedMap<string, UnifiedCircuitBreaker>(MOST_NAMES);
  readonly #all: UnifiedCircuitBreaker;
  readonly #log = new StateChangeLog();

  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('metrics', 'CircuitBreakerMetrics', 'UnifiedCircuitBreaker');
    this.#runtime = runtime;
    this.#all = this.#observe('all circuits');
  }

  /** A breaker that only observes: it counts, and touches no call. */
  #observe(name: string): UnifiedCircuitBreaker {
    return ownBreaker(name, { mode: 'observe', slowCallThresholdMs: SLOW_MS }, this.#runtime);
  }

  /** Those that a record of this name goes to. */
  #breakersOf(name: string): readonly UnifiedCircuitBreaker[] {
    const named = this.#named.get(name) ?? this.#observe(name);
    this.#named.set(name, named);
    return [named, this.#all];
  }

  /** Requests of all circuits slower than 5 s since all were emptied. */
  get slowRequests(): number {
    return this.#all.getMetrics().slowCalls;
  }

  /** Failures by the name of the circuit. */
  get failureCounts(): Record<string, number> {
    return Object.fromEntries([...this.#named].map(([name, breaker]) => [name, breaker.getMetrics().failedCalls]));
  }

  /** Successes by the name of the circuit. */
  get successCounts(): Record<string, number> {
    return Object.fromEntries([...this.#named].map(([name, breaker]) => [name, breaker.getMetrics().successfulCalls]));
  }

  /** The newest 1 000 state changes of all circuits, the oldest first. */
  get stateChanges(): readonly RecordedStateChange[] {
    return this.#log.of();
  }

  /** Records a failure; `errorType` is the name of an error, or the error. */
  recordFailure(circuitName: string, errorType?: unknown): void {
    for (const breaker of this.#breakersOf(circuitName)) breaker.recordFailure(failureOf(errorType));
  }

  /** Records a success. @param responseTime seconds, 0 or more. @throws TypeError when it is not that. */
  recordSuccess(circuitName: string, responseTime?: number): void {
    const durationMs = responseTime === undefined ? undefined : responseTime * 1_000;
    for (const breaker of this.#breakersOf(circuitName)) breaker.recordSuccess(durationMs);
  }

  /** Records that a circuit has changed its state. */
  recordStateChange(circuitName: string, oldState: string, newState: string): void {
    const { clock = systemClock } = this.#runtime;
    this.#log.add({ circuitName, oldState, newState, timestamp: clock.wall() / 1_000 });
  }

  /** The figures of one circuit; all 0 when nothing was recorded. */
  getMetrics(circuitName: string): CircuitMetricsByName {
    const metrics = this.#named.get(circuitName)?.getMetrics();
    const { successfulCalls: successes = 0, failedCalls: failures = 0, averageResponseTimeMs = 0 } = metrics ?? {};
    const totalRequests = successes + failures;
    return {
      circuitName,
      totalRequests,
      failures,
      successes,
      failureRate: totalRequests === 0 ? 0 : failures / totalRequests,
      avgResponseTime: averageResponseTimeMs / 1_000,
      stateChanges: this.#log.of(circuitName).length,
    };
  }

  /** Empties one circuit, or all without a name. Only the latter empties `slowRequests`. */
  reset(circuitName?: string): void {
    this.#log.forget(circuitName);
    if (circuitName !== undefined) this.#named.delete(circuitName);
    else {
      this.#named.clear();
      this.#all.reset();
    }
  }
}
