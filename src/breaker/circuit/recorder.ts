import type { Timeline } from '../../core/clock.ts';
import { copied, failureFacts, type LastFailure } from '../../core/facts.ts';
import type { Probe } from '../../core/half-open.ts';
import type { RejectionKind, UnifiedCircuitMetrics } from '../../core/metrics.ts';
import { CountWindow } from '../../window/count-window.ts';
import { LatencyHistogram, NONE } from '../../window/latency-histogram.ts';
import { TimeWindow } from '../../window/time-window.ts';
import { FAILED, type OutcomeBits, SLOW, type Window } from '../../window/window.ts';
import type { ResolvedOptions } from '../options/resolve.ts';
import type { CallEnd } from './call-end.ts';

const MOST_FAILURE_TYPES = 20;
/** Pauses that ended this long ago aren't in a row with a new one. */
const LONGEST_ROW_MS = 60_000;
/** How long calls take, as long as it isn't known. Milliseconds. */
export const USUAL_MS = 100;
/** Enough successes to know how long calls take. */
const LEAST_SAMPLES = 20;

type WindowOptions = Pick<ResolvedOptions, 'slidingWindowMs' | 'slidingWindowBuckets' | 'slidingWindowSize'>;

type OtherFigures = Pick<UnifiedCircuitMetrics, 'concurrencyLimit' | 'adaptive'>;

/** Everything that `reset()` sets to zero, except the windows. */
class Totals {
  offered = 0;
  rejected = 0;
  rejections: Record<RejectionKind, number> = { open: 0, half_open_full: 0, bulkhead: 0, forced: 0 };
  succeeded = 0;
  failed = 0;
  ignored = 0;
  abandoned = 0;
  timeouts = 0;
  slowCalls = 0;
  stale = 0;
  wouldHaveRejected = 0;
  /** Calls whose end was replaced by fallbacks, and calls whose fallbacks all failed. */
  fallbacksServed = 0;
  fallbacksFailed = 0;
  /** Calls that wait for fallbacks. */
  fallbacksRunning = 0;
  /** Whether too many waited, and some still do. */
  fallbacksFull = false;
  consecutiveFailures = 0;
  consecutiveSuccesses = 0;
  stateChanges = 0;
  opened = 0;
  closed = 0;
  /** Moments of the timeline. NaN means never, because null would cost an allocation per call. */
  lastFailureAt = NaN;
  lastSuccessAt = NaN;
  lastFailure: Omit<LastFailure, 'at'> | null = null;
  lastFailureWithTime: LastFailure | undefined = undefined;
  /** Only with `keepLastError`. */
  lastError: unknown = undefined;
  failureTypes: Map<string, number> | null = null;
  /** How long calls took that succeeded, and that failed. */
  latency: LatencyHistogram | null = null;
  failedLatency: LatencyHistogram | null = null;
  /** The longest time that a probe took which succeeded after it had expired. */
  lateProbeMs = 0;
  /** Pauses that the dependency asked for since the last success: how many, and when the longest ends. */
  pauses = 0;
  pauseEndsAt = 0;
  /** The successes at the last of them. */
  pausedAfter = -1;
  /** When the first failure of the latest burst came. NaN if failures can't be one. */
  burstBeganAt = NaN;
  /** Failures that counted with the first of a burst, since the window was last full of others. */
  burstFailures = 0;
  /** How far the window had come at the last of them: its outcomes or its time. */
  burstEndedAt = 0;
}

/** Counts everything: totals, consecutive outcomes, the window and latencies. It decides nothing. */
export class Recorder extends Totals {
  window: Window;
  /** Every outcome, while calls run that the state would have rejected: in mode `observe` and while forced closed. */
  outcomes: Window | null = null;

  constructor(options: WindowOptions, now: number) {
    super();
    this.window = createWindow(options, now);
  }

  /** Calls that were admitted and haven't settled. */
  get inFlight(): number {
    return this.offered - this.rejected - this.succeeded - this.failed - this.ignored;
  }

  /** A probe that had expired has succeeded, so later ones may take longer. */
  learnLateSuccess({ expired, admittedAt }: Probe, now: number): void {
    if (expired) this.lateProbeMs = Math.max(this.lateProbeMs, now - admittedAt);
  }

  /** The dependency asks for a pause. Returns how often it has since the last success. */
  pause(now: number, ms: number): number {
    const isOld = now > this.pauseEndsAt + LONGEST_ROW_MS;
    if (this.succeeded !== this.pausedAfter || isOld) this.pauses = this.pauseEndsAt = 0;
    this.pausedAfter = this.succeeded;
    this.pauseEndsAt = Math.max(this.pauseEndsAt, now + ms);
    this.pauses += 1;
    return this.pauses;
  }

  /** The rest of the pause that the dependency has asked for since the last success. */
  pauseLeft(now: number): number | undefined {
    const isValid = this.succeeded === this.pausedAfter && this.pauseEndsAt > now;
    return isValid ? this.pauseEndsAt - now : undefined;
  }

  /** Most failures repeat the last one, so their texts needn't be copied. */
  #learnFailure({ name, code, status }: Omit<LastFailure, 'at'>): void {
    const { lastFailure: last } = this;
    const isSame = last !== null && last.name === name && last.code === code && last.status === status;
    if (!isSame) this.lastFailure = { name: copied(name), code: copied(code), status };
    this.lastFailureWithTime = undefined;
  }

  /** The last failure, with its time. That is read once for all rejections, because the wall clock is slow. */
  lastFailureFor(timeline: Timeline): LastFailure | undefined {
    const { lastFailure } = this;
    if (lastFailure === null) return undefined;
    return (this.lastFailureWithTime ??= Object.freeze({ ...lastFailure, at: timeline.wallOf(this.lastFailureAt) }));
  }

  /** Operations that run, including those whose call has ended. */
  get running(): number {
    return this.inFlight + this.abandoned;
  }

  /** How long half of the successful calls took at most. Undefined until it is known. */
  get usualMs(): number | undefined {
    const { latency } = this;
    return latency !== null && latency.samples >= LEAST_SAMPLES ? latency.percentile(0.5) : undefined;
  }

  /** Records a success that counts. */
  success(now: number, durationMs: number, slow: boolean): void {
    this.totalSuccess(now, durationMs, slow);
    this.consecutiveFailures = 0;
    this.consecutiveSuccesses += 1;
    this.window.record(slow ? SLOW : 0, now);
  }

  /** Adds a success to the totals only. */
  totalSuccess(now: number, durationMs: number, slow: boolean): void {
    this.succeeded += 1;
    this.lastSuccessAt = now;
    if (slow) this.slowCalls += 1;
    if (durationMs >= 0) (this.latency ??= new LatencyHistogram()).record(durationMs);
  }

  /** Adds a failure to the totals only. */
  totalFailure({ error, value, now, durationMs }: CallEnd, slow: boolean): void {
    this.failed += 1;
    this.lastFailureAt = now;
    this.#learnFailure(failureFacts(error === undefined ? value : error, error !== undefined));
    const types = (this.failureTypes ??= new Map<string, number>());
    const { code, status, name } = this.lastFailure as LastFailure;
    const type = String(code ?? status ?? name);
    const known = types.has(type) || types.size < MOST_FAILURE_TYPES ? type : 'other';
    types.set(known, (types.get(known) ?? 0) + 1);
    if (slow) this.slowCalls += 1;
    if (durationMs >= 0) (this.failedLatency ??= new LatencyHistogram()).record(durationMs);
  }

  /** Adds an outcome, which is in the totals already, to the window and the consecutive outcomes. */
  count(failed: boolean, now: number, slow: boolean): void {
    this.consecutiveSuccesses = failed ? 0 : this.consecutiveSuccesses + 1;
    this.consecutiveFailures = failed ? this.consecutiveFailures + 1 : 0;
    this.window.record(bitsOf(failed, slow), now);
  }

  /** Adds an outcome to those that are shown, whatever its permit decides. */
  show(failed: boolean, now: number, slow: boolean): void {
    this.outcomes?.record(bitsOf(failed, slow), now);
  }

  /** Forgets everything except calls in flight. */
  reset(): void {
    const { inFlight, abandoned, fallbacksRunning } = this;
    Object.assign(this, new Totals(), { offered: inFlight, abandoned, fallbacksRunning });
    this.window.clear();
    this.outcomes?.clear();
  }

  /** All figures. The window must have been rolled. */
  metrics(timeline: Timeline, window: Window, other: OtherFigures): UnifiedCircuitMetrics {
    const { succeeded, failed } = this;
    const latency = this.latency ?? NONE;
    const failedLatency = this.failedLatency ?? NONE;
    const wallOf = (at: number): number | null => (Number.isNaN(at) ? null : timeline.wallOf(at));
    return Object.freeze({
      totalCalls: this.offered,
      successfulCalls: succeeded,
      failedCalls: failed,
      ignoredCalls: this.ignored,
      rejectedCalls: this.rejected,
      rejections: Object.freeze({ ...this.rejections }),
      inFlight: this.inFlight,
      abandoned: this.abandoned,
      timeouts: this.timeouts,
      slowCalls: this.slowCalls,
      staleOutcomes: this.stale,
      wouldHaveRejectedCalls: this.wouldHaveRejected,
      fallbacksServed: this.fallbacksServed,
      fallbacksFailed: this.fallbacksFailed,
      fallbacksRunning: this.fallbacksRunning,
      consecutiveFailures: this.consecutiveFailures,
      consecutiveSuccesses: this.consecutiveSuccesses,
      stateChanges: this.stateChanges,
      circuitOpenedCount: this.opened,
      circuitClosedCount: this.closed,
      failureTypes: Object.fromEntries(this.failureTypes ?? []),
      lastFailureTime: wallOf(this.lastFailureAt),
      lastSuccessTime: wallOf(this.lastSuccessAt),
      windowCount: window.calls,
      currentErrorRate: window.calls === 0 ? 0 : window.failures / window.calls,
      currentSlowCallRate: window.calls === 0 ? 0 : window.slowCalls / window.calls,
      averageResponseTimeMs: latency.meanMs(failedLatency),
      p50Ms: latency.percentile(0.5, failedLatency),
      p95Ms: latency.percentile(0.95, failedLatency),
      p99Ms: latency.percentile(0.99, failedLatency),
      successRate: succeeded + failed === 0 ? 1 : succeeded / (succeeded + failed),
      ...other,
    });
  }
}

const bitsOf = (failed: boolean, slow: boolean): OutcomeBits =>
  ((failed ? FAILED : 0) | (slow ? SLOW : 0)) as OutcomeBits;

export function createWindow(options: WindowOptions, now: number): Window {
  const { slidingWindowMs: ms, slidingWindowBuckets, slidingWindowSize } = options;
  return ms === null ? new CountWindow(slidingWindowSize) : new TimeWindow(ms, slidingWindowBuckets, now);
}
