import type { CircuitBreakerConfigError, CircuitPermit, Settled } from '../../src/index.ts';
import type { UnifiedCircuitBreaker, UnifiedCircuitMetrics } from '../../src/index.ts';
import type { Made, SeenEvent } from './breaker.ts';
import { hang } from './outcomes.ts';
import type { Pending } from './outcomes.ts';

/** An operation that never settles. */
export const never = (): Promise<never> => new Promise<never>(() => {});

/** An operation, or other user code, that throws. */
export const throwing = (error: unknown) => (): never => {
  throw error;
};

/** Ends a call in flight, with the error if one is given. */
export function finish(call: Pending<string>, error?: unknown): Promise<Settled<string>> {
  if (error === undefined) call.operation.resolve('fine');
  else call.operation.reject(error);
  return call.settled;
}

type Timed = Pick<Made, 'breaker' | 'clock'>;

/** A call that takes so long, and then fails if an error is given. */
export async function take({ breaker, clock }: Timed, durationMs: number, error?: unknown): Promise<void> {
  const call = hang(breaker);
  clock.advance(durationMs);
  await finish(call, error);
}

/** Opens the circuit and lets its wait pass, so that the next call is a probe. */
export function readyToProbe<M extends Made>(made: M): M {
  made.breaker.trip();
  made.clock.advance(made.breaker.retryAfterMs as number);
  return made;
}

/** The moves of the state machine, in order. */
export function movesOf(events: readonly SeenEvent[]) {
  return events.filter((event) => event.type === 'stateChange');
}

/** How many calls the totals have too many. 0 if they balance. */
export function imbalanceOf(breaker: UnifiedCircuitBreaker): number {
  const { totalCalls, rejectedCalls, successfulCalls, failedCalls, ignoredCalls, inFlight } = breaker.getMetrics();
  return totalCalls - rejectedCalls - successfulCalls - failedCalls - ignoredCalls - inFlight;
}

/** What synchronous code throws. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('Expected the code to throw');
}

/** The problems that a configuration error lists. */
export function problemsOf(run: () => unknown): readonly string[] {
  return (thrownBy(run) as CircuitBreakerConfigError).problems;
}

/** A permit that only its settlement ends, or the lease of a probe. Null if the breaker rejects it. */
export function untimedPermit(breaker: UnifiedCircuitBreaker): CircuitPermit | null {
  try {
    return breaker.acquire({ timeoutMs: null });
  } catch {
    return null;
  }
}

/** The figures of a breaker that has seen no call. */
export const FRESH_METRICS: UnifiedCircuitMetrics = {
  totalCalls: 0,
  successfulCalls: 0,
  failedCalls: 0,
  ignoredCalls: 0,
  rejectedCalls: 0,
  rejections: { open: 0, half_open_full: 0, bulkhead: 0, forced: 0 },
  inFlight: 0,
  abandoned: 0,
  timeouts: 0,
  slowCalls: 0,
  staleOutcomes: 0,
  wouldHaveRejectedCalls: 0,
  fallbacksServed: 0,
  fallbacksFailed: 0,
  fallbacksRunning: 0,
  consecutiveFailures: 0,
  consecutiveSuccesses: 0,
  stateChanges: 0,
  circuitOpenedCount: 0,
  circuitClosedCount: 0,
  failureTypes: {},
  lastFailureTime: null,
  lastSuccessTime: null,
  windowCount: 0,
  currentErrorRate: 0,
  currentSlowCallRate: 0,
  averageResponseTimeMs: 0,
  p50Ms: 0,
  p95Ms: 0,
  p99Ms: 0,
  successRate: 1,
  adaptive: null,
  concurrencyLimit: null,
};
