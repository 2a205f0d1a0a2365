import fc from 'fast-check';
import type { Classifier, OperationResult, UnifiedCircuitConfig } from '../../src/index.ts';
import type { FakeClock } from '../../src/testing/index.ts';
import type { ModelOptions } from './model-rules.ts';
import type { ModelVerdict } from './model.ts';

/** Small options, so that short schedules reach every corner. */
export interface Setup extends ModelOptions {
  /** What judges: nothing, `ignoreErrors` and `isFailure`, or `classify`. */
  readonly judge: 'default' | 'filters' | 'classify';
}

/**
 * How an operation ends. `bad value`: it returns a value that filters and classifiers call a failure. `answered`: it
 * throws an error with a status that they ignore.
 */
export type Ending = 'success' | 'bad value' | 'failure' | 'ignored' | 'answered' | { readonly pauseMs: number };

export const BAD = { is: 'bad' };

/** What operations throw; it says how it wants to be judged. */
export class Thrown extends Error {
  readonly ending: Ending;
  readonly code: string;
  readonly status: number | undefined;

  constructor(ending: Ending, { judge }: Setup) {
    super('thrown');
    this.ending = ending;
    const inner = judge === 'default' ? 'ERR_CIRCUIT_OPEN' : 'HARMLESS';
    this.code = ending === 'ignored' ? inner : 'ECONNRESET';
    this.status = ending === 'answered' ? 404 : undefined;
  }
}

/** What the setup's judge makes of an ending. */
export function verdictOf(ending: Ending, { judge }: Setup): ModelVerdict {
  if (ending === 'bad value') return judge === 'default' ? 'success' : 'failure';
  if (ending === 'answered') return judge === 'default' ? 'failure' : 'answered';
  if (typeof ending === 'object') return judge === 'classify' ? ending : 'failure';
  return ending;
}

const classify: Classifier = (result: OperationResult) => {
  if (result.status === 'success') return result.value === BAD ? 'failure' : 'success';
  const ending = result.error instanceof Thrown ? result.error.ending : 'failure';
  if (typeof ending === 'object') return { failure: true, retryAfterMs: ending.pauseMs };
  return ending === 'ignored' || ending === 'answered' ? 'ignored' : 'failure';
};

function judgeOptions({ judge }: Setup): Partial<UnifiedCircuitConfig> {
  if (judge === 'classify') return { classify };
  return judge === 'filters' ? { ignoreErrors: ['HARMLESS', 404], isFailure: (value: unknown) => value === BAD } : {};
}

/** These options as a breaker takes them. */
export function configOf(setup: Setup, clock: FakeClock): UnifiedCircuitConfig {
  const { window, backoff, share, halfOpenLeaseMs, judge: _, ...plain } = setup;
  return {
    name: 'orders',
    clock,
    random: () => share,
    onInternalError: () => {},
    maxAbandonedMs: Number.POSITIVE_INFINITY,
    ...plain,
    slowCallThresholdMs: Math.min(setup.slowCallThresholdMs, setup.timeoutMs ?? setup.slowCallThresholdMs),
    ...('size' in window ? { slidingWindowSize: window.size } : { slidingWindowMs: window.windowMs,
      slidingWindowBuckets: window.buckets }),
    backoff: backoff === null ? undefined : (n) => backoff[Math.min(n, backoff.length) - 1] as number,
    halfOpenLeaseMs: halfOpenLeaseMs ?? undefined,
    ...judgeOptions(setup),
  };
}

const INFINITE = Number.POSITIVE_INFINITY;

const anySetup = fc.record({
  failureThreshold: fc.constantFrom(null, 1, 2, 3, 4),
  burstMs: fc.constantFrom(0, 0, 5, 20, 60),
  errorRateThreshold: fc.constantFrom(null, 0.25, 0.34, 0.5, 1),
  slowCallRateThreshold: fc.constantFrom(null, 0.5, 1),
  slowCallThresholdMs: fc.constantFrom(1, 5, 20),
  trackLatency: fc.boolean(),
  minRequestsThreshold: fc.integer({ min: 1, max: 6 }),
  window: fc.oneof(
    fc.record({ size: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ windowMs: fc.constantFrom(20, 40, 100), buckets: fc.constantFrom(1, 2, 4, 5) }),
  ),
  recoveryTimeoutMs: fc.constantFrom(10, 25),
  maxBackoffMs: fc.constantFrom(10, 25, 40, 100, INFINITE),
  exponentialBackoff: fc.boolean(),
  backoff: fc.constantFrom(null, null, [7, 30, 12, 200], [Number.NaN, 40, 0, -1], [60, 5]),
  jitter: fc.constantFrom('none' as const, 'none' as const, 'equal' as const, 'proportional' as const, 'full' as const),
  share: fc.constantFrom(0, 0.25, 0.5, 0.75),
  maxRetryAfterMs: fc.constantFrom(30, 100),
  halfOpenMaxCalls: fc.integer({ min: 1, max: 3 }),
  successThreshold: fc.integer({ min: 1, max: 3 }),
  halfOpenMaxFailures: fc.constantFrom(0, 0, 1, 2),
  halfOpenLeaseMs: fc.constantFrom(null, null, 5, 15, 40),
  maxConcurrent: fc.constantFrom(null, null, 2, 4),
  timeoutMs: fc.constantFrom(null, 10, 30),
  judge: fc.constantFrom('default' as const, 'filters' as const, 'classify' as const),
});

/** Any legal options: contradictions are repaired, so that no run is wasted. */
export const setups: fc.Arbitrary<Setup> = anySetup.map((setup) => ({
  ...setup,
  failureThreshold: setup.errorRateThreshold === null && setup.slowCallRateThreshold === null
    ? (setup.failureThreshold ?? 2) : setup.failureThreshold,
  trackLatency: setup.trackLatency || setup.slowCallRateThreshold !== null,
  minRequestsThreshold: 'size' in setup.window
    ? Math.min(setup.minRequestsThreshold, setup.window.size) : setup.minRequestsThreshold,
  // Slower calls time out.
  slowCallThresholdMs: Math.min(setup.slowCallThresholdMs, setup.timeoutMs ?? setup.slowCallThresholdMs),
  maxBackoffMs: Math.max(setup.maxBackoffMs, setup.recoveryTimeoutMs),
  // Waits without rounding errors: those are another property's matter.
  share: setup.jitter === 'proportional' ? Math.round(setup.share) / 2 : setup.share,
}));
