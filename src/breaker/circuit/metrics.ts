import type { Timeline } from '../../core/clock.ts';
import type { HealthAnswer } from '../../core/health.ts';
import type { UnifiedCircuitMetrics } from '../../core/metrics.ts';
import type { AdaptiveRules } from '../../trip/adaptive-rules.ts';
import type { Load } from './load.ts';
import type { Recorder } from './recorder.ts';

/** What the figures are taken from. */
interface Source {
  readonly recorder: Recorder;
  readonly timeline: Timeline;
  readonly adaptive: AdaptiveRules | null;
  readonly health: HealthAnswer | null;
  readonly load: Load | null;
}

/** The figures of a circuit, rates derived; the window as it was at `at`. */
export function metricsOf({ recorder, timeline, adaptive, health, load }: Source, at = timeline.now()): UnifiedCircuitMetrics {
  const { window, latency, succeeded, failed, lastFailureAt, lastSuccessAt } = recorder;
  window.roll(at);
  return Object.freeze({
    totalCalls: recorder.offered,
    successfulCalls: succeeded,
    failedCalls: failed,
    ignoredCalls: recorder.ignored,
    rejectedCalls: recorder.rejected,
    inFlight: recorder.inFlight,
    abandoned: recorder.abandoned,
    timeouts: recorder.timeouts,
    slowCalls: recorder.slowCalls,
    staleOutcomes: recorder.stale,
    wouldHaveRejectedCalls: recorder.wouldHaveRejected,
    consecutiveFailures: recorder.consecutiveFailures,
    consecutiveSuccesses: recorder.consecutiveSuccesses,
    stateChanges: recorder.stateChanges,
    circuitOpenedCount: recorder.opened,
    circuitClosedCount: recorder.closed,
    failureTypes: Object.fromEntries(recorder.failureTypes ?? []),
    lastFailureTime: wallOf(lastFailureAt, timeline),
    lastSuccessTime: wallOf(lastSuccessAt, timeline),
    windowCount: window.calls,
    currentErrorRate: share(window.failures, window.calls),
    currentSlowCallRate: share(window.slowCalls, window.calls),
    averageResponseTimeMs: latency?.meanMs ?? 0,
    p50Ms: latency?.percentile(0.5) ?? 0,
    p95Ms: latency?.percentile(0.95) ?? 0,
    p99Ms: latency?.percentile(0.99) ?? 0,
    concurrencyLimit: load?.limit ?? null,
    adaptive: adaptive === null ? null : Object.freeze({ ...adaptive.inForce(window, health), baselineErrorRate: adaptive.baseline }),
    successRate: succeeded + failed === 0 ? 1 : succeeded / (succeeded + failed),
  });
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function wallOf(moment: number, timeline: Timeline): number | null {
  return Number.isNaN(moment) ? null : timeline.wallOf(moment);
}
