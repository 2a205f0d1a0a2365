import { UnifiedCircuitBreaker } from '../../src/index.ts';

/** What can be seen of a breaker from outside. */
export interface Sight {
  readonly state: string;
  readonly override: string | null;
  readonly canExecute: boolean;
  /** `soon`: the model doesn't estimate when a probe or a call will end. */
  readonly retryAfterMs: number | 'soon' | undefined;
  readonly consecutiveFailures: number;
  readonly windowCount: number;
  readonly errorRate: number;
  readonly slowCallRate: number;
  readonly totals: {
    readonly offered: number;
    readonly rejected: number;
    readonly successful: number;
    readonly failed: number;
    readonly ignored: number;
    readonly inFlight: number;
    readonly abandoned: number;
  };
  readonly openings: number;
  /** Of an open circuit; 0 otherwise. */
  readonly remainingWaitMs: number;
}

/** Finer differences are rounding errors. */
export const toMicroseconds = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** What a breaker shows of itself. */
export function sightOf(breaker: UnifiedCircuitBreaker): Sight {
  const { state, override, retryAfterMs } = breaker;
  const circuit = UnifiedCircuitBreaker.circuitOf(breaker);
  // The figures that the rules see, also under an override.
  const metrics = circuit.metrics(circuit.now(), circuit.recorder.window);
  const { openings, remainingWaitMs } = breaker.snapshot();
  return {
    state,
    override: override?.state ?? null,
    canExecute: breaker.canExecute(),
    retryAfterMs,
    consecutiveFailures: metrics.consecutiveFailures,
    windowCount: metrics.windowCount,
    errorRate: metrics.currentErrorRate,
    slowCallRate: metrics.currentSlowCallRate,
    totals: {
      offered: metrics.totalCalls,
      rejected: metrics.rejectedCalls,
      successful: metrics.successfulCalls,
      failed: metrics.failedCalls,
      ignored: metrics.ignoredCalls,
      inFlight: metrics.inFlight,
      abandoned: metrics.abandoned,
    },
    openings,
    remainingWaitMs: toMicroseconds(remainingWaitMs ?? Number.POSITIVE_INFINITY),
  };
}
