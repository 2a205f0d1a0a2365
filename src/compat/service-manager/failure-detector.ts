import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { patternsOf, summaryOf } from './failure-analysis.ts';
import type { FailurePattern, FailureSummary } from './failure-analysis.ts';
import { failureEvent } from './failure-event.ts';
import type { FailureEvent, FailureSeverity, FailureType } from './failure-event.ts';
import { FailureHistory } from './failure-history.ts';
import { Listeners } from './listeners.ts';
import { repeat } from './repeat.ts';

const ANALYSIS_MS = 60_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** So many failures, and a service has no health left. */
const WORST_FAILURES = 10;

/** Remembers the newest 1 000 failures and finds patterns in them; moves no circuit. @deprecated Use `getUnifiedCircuitBreakerManager().on('failure', listener)`. */
export class FailureDetector {
  readonly #clock: Clock;
  readonly #history = new FailureHistory();
  readonly #failureListeners = new Listeners<[FailureEvent]>();
  readonly #patternListeners = new Listeners<[FailurePattern]>();
  #stop: (() => void) | null = null;

  constructor({ clock = systemClock }: LegacyRuntime = {}) {
    warnOfLegacyName('service-manager', 'FailureDetector', "getUnifiedCircuitBreakerManager().on('failure', listener)");
    this.#clock = clock;
  }

  /** Tells the pattern listeners now and every 60 seconds of patterns with more than one failure a minute, until `stop()`. Does not hold the process. */
  start(): void {
    this.#stop ??= repeat(this.#clock, ANALYSIS_MS, () => {
      for (const pattern of this.detectFailurePatterns()) if (pattern.frequencyPerMinute > 1) this.#patternListeners.tell(pattern);
    });
  }

  /** Ends what `start()` began. */
  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Remembers a failure of this moment and tells the failure listeners. */
  recordFailure(
    serviceName: string,
    failureType: FailureType,
    message?: string,
    details?: Readonly<Record<string, unknown>>,
    severity?: FailureSeverity,
    errorCode?: string | null,
  ): void {
    const event = failureEvent(serviceName, failureType, { message, details, severity, errorCode }, { clock: this.#clock });
    this.#history.add(event);
    this.#failureListeners.tell(event);
  }

  #ago(ms: number): Date {
    return new Date(this.#clock.wall() - ms);
  }

  /** How many failures there were: of any service, of any kind, at any time, unless told otherwise. */
  getFailureCount(serviceName?: string | null, failureType?: FailureType | null, since?: Date | null): number {
    return this.#history.select({ serviceName, failureType, since }).length;
  }

  /** The failures of so many minutes, at most `limit`, the newest first. */
  getRecentFailures(serviceName?: string | null, minutes = 60, limit = 100): FailureEvent[] {
    return this.#history.select({ serviceName, since: this.#ago(minutes * MINUTE_MS) }).toReversed().slice(0, limit);
  }

  /** The failures of the last hour by service and kind. */
  detectFailurePatterns(serviceName?: string | null): FailurePattern[] {
    return patternsOf(this.#history.select({ serviceName, since: this.#ago(HOUR_MS) }));
  }

  /** Whether a service had so many failures in so many minutes. */
  isServiceFailing(serviceName: string, failureThreshold = 5, timeWindowMinutes = 10): boolean {
    return this.getFailureCount(serviceName, null, this.#ago(timeWindowMinutes * MINUTE_MS)) >= failureThreshold;
  }

  /** From 1, no failure in so many hours, to 0, ten or more. */
  getServiceHealthScore(serviceName: string, hours = 1): number {
    return Math.max(0, 1 - this.getFailureCount(serviceName, null, this.#ago(hours * HOUR_MS)) / WORST_FAILURES);
  }

  /** All failures in figures. */
  getFailureSummary(): FailureSummary {
    return summaryOf(this.#history.select(), this.#clock.wall());
  }

  /** Calls `listener` at each failure; gives the way to take it away again. What it throws reaches nobody. */
  addFailureListener(listener: (event: FailureEvent) => unknown): () => void {
    return this.#failureListeners.add(listener);
  }

  /** Calls `listener` of each pattern that `start()` finds; gives the way to take it away again. What it throws reaches nobody. */
  addPatternListener(listener: (pattern: FailurePattern) => unknown): () => void {
    return this.#patternListeners.add(listener);
  }

  /** Forgets all failures. */
  clearFailures(): void {
    this.#history.clear();
  }
}
