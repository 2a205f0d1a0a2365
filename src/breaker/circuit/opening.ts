import { drawWait, fullWait, MOST_OPENINGS } from '../../backoff/backoff.ts';
import type { HalfOpenState } from '../../core/half-open.ts';
import type { ErrorReporter } from '../../core/reporter.ts';
import type { ClosedState } from '../../core/state.ts';
import type { Opening } from '../../core/transition.ts';
import type { ResolvedOptions } from '../options/resolve.ts';

/** Why the circuit opens, and how long it was asked to stay open. */
export interface OpeningCause {
  readonly reason: string;
  /** The pause that the dependency asked for, capped: the least wait. */
  readonly retryAfterMs?: number | undefined;
  /** The exact wait: the time given to `trip()`, or a pause that opens a closed circuit. */
  readonly forMs?: number | undefined;
}

interface OpeningCircuit extends ErrorReporter {
  readonly options: ResolvedOptions;
}

type From = ClosedState | HalfOpenState;

/** A circuit must stay closed for at least this time before an opening is forgiven, however short its waits are. */
const SHORTEST_FORGIVING_MS = 60_000;

/** Plans an opening and draws its wait. */
export function planOpening(from: From, at: number, cause: OpeningCause, circuit: OpeningCircuit): Opening {
  const { options } = circuit;
  const openings = nextOpenings(from, at, options.recoveryTimeoutMs);
  const fullMs = fullWait(openings, options, circuit);
  // Without a prototype, a polluted one adds no pause.
  const { forMs, retryAfterMs, reason } = Object.assign(Object.create(null) as object, cause);
  const firmMs = forMs ?? retryAfterMs ?? 0;
  return {
    reason,
    openings,
    saturated: fullMs >= options.maxBackoffMs,
    waitMs: forMs ?? Math.max(firmMs, drawWait(fullMs, options, circuit)),
    firmMs,
  };
}

/** The longest wait of a reopening at `at`. Reads assume it before the wait is drawn. */
export function longestRelapse(from: HalfOpenState, at: number, circuit: OpeningCircuit): number {
  const { options } = circuit;
  return Math.min(fullWait(nextOpenings(from, at, options.recoveryTimeoutMs), options, circuit), options.maxBackoffMs);
}

/** How many openings are forgiven in this time. */
export function forgivenIn(ms: number, recoveryTimeoutMs: number): number {
  return Math.floor(ms / Math.max(recoveryTimeoutMs, SHORTEST_FORGIVING_MS));
}

/**
 * The count of openings after one more. Each full minute that the circuit stayed closed takes one off, or each
 * `recoveryTimeoutMs` if that is longer. The count stops growing when the wait has reached its cap.
 */
export function nextOpenings(from: From, at: number, recoveryTimeoutMs: number): number {
  const forgiven = from.name === 'closed' ? forgivenIn(at - from.since, recoveryTimeoutMs) : 0;
  if (forgiven > 0) return Math.max(0, from.openings - forgiven) + 1;
  return from.saturated ? from.openings : Math.min(from.openings + 1, MOST_OPENINGS);
}
