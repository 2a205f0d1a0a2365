import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import type { CircuitState } from '../../core/state.ts';
import { unifiedFrom } from '../convert.ts';
import { readLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { failureOf } from '../failure-label.ts';
import { epochSeconds, legacyState } from '../legacy-view.ts';
import { recoveryOptions, recoverySettings } from '../mapping/recovery.ts';
import { cumulativeFailures } from '../quirks.ts';
import type { CumulativeFailures } from '../quirks.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** The state of a `RecoveryCircuitBreaker`, with a hyphen. */
export type RecoveryState = 'closed' | 'open' | 'half-open';

/** The status of a `RecoveryCircuitBreaker`. */
export interface RecoveryStatus {
  /** `half-open` also when the wait of an open circuit is over. */
  readonly state: RecoveryState;
  /** Failures since the circuit closed, at most as many as open it. */
  readonly failureCount: number;
  /** Failures that open the circuit. */
  readonly threshold: number;
  /** Seconds since the last failure; null before the first. */
  readonly timeSinceLastFailure: number | null;
}

const WORDS = { closed: 'closed', open: 'open', half_open: 'half-open' } as const satisfies Record<CircuitState, RecoveryState>;

/** Opens at failures that add up since the circuit closed; ask, do the work, record how it went. @deprecated Use `UnifiedCircuitBreaker`. */
export class RecoveryCircuitBreaker {
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly breaker: UnifiedCircuitBreaker;
  /** Failures since the circuit closed that open it. */
  readonly threshold: number;
  /** Seconds from the opening until the work is tried again. */
  readonly timeout: number;
  readonly #policy: CumulativeFailures;
  readonly #clock: Clock;

  /**
   * @param threshold whole number, 1 or more; default 5.
   * @param timeout seconds, above 0; default 60.
   * @throws CircuitBreakerConfigError that lists every problem with the arguments.
   */
  constructor(name: string, threshold?: number, timeout?: number, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('recovery', 'RecoveryCircuitBreaker', 'UnifiedCircuitBreaker');
    const { held, explicit } = readLegacy('RecoveryCircuitBreaker', recoveryOptions, { name, threshold, timeout });
    this.threshold = held.threshold;
    this.timeout = held.timeout;
    this.#policy = cumulativeFailures(held.threshold);
    this.#clock = runtime.clock ?? systemClock;
    this.breaker = ownBreaker(held.name, unifiedFrom(recoveryOptions, held, explicit, recoverySettings), runtime, { tripPolicy: this.#policy });
  }

  /** The circuit's name. */
  get name(): string {
    return this.breaker.name;
  }

  /** `closed`, `open` or `half-open`; the last one also when the wait of an open circuit is over. Reading moves nothing. */
  get state(): RecoveryState {
    return WORDS[legacyState(this.breaker)];
  }

  /** Failures since the circuit closed, at most as many as open it. */
  get failureCount(): number {
    return this.state === 'closed' ? this.#policy.failures : this.threshold;
  }

  /** Seconds since the Unix epoch; 0 before the first. */
  get lastFailureTime(): number {
    return epochSeconds(this.breaker.getMetrics().lastFailureTime) ?? 0;
  }

  /** Whether the work has to wait. Asking changes nothing. */
  isOpen(): boolean {
    return !this.breaker.canExecute();
  }

  /** Records work that succeeded, at once. */
  recordSuccess(): void {
    this.breaker.recordSuccess();
  }

  /** Records work that failed, at once: its error, or the name of one, if it is known. */
  recordFailure(error?: unknown): void {
    this.breaker.recordFailure(failureOf(error));
  }

  /** The status: state, failures, threshold, time since the last failure. */
  getStatus(): RecoveryStatus {
    const { state, failureCount, threshold } = this;
    const { lastFailureTime } = this.breaker.getMetrics();
    return { state, failureCount, threshold, timeSinceLastFailure: epochSeconds(lastFailureTime === null ? null : this.#clock.wall() - lastFailureTime) };
  }
}
