import { builtInWait, nextOpenings } from '../../backoff/backoff.ts';
import type { BackoffRules } from '../../backoff/backoff.ts';
import { jittered } from '../../backoff/jitter.ts';
import type { InternalErrorSource } from '../../core/reporter.ts';
import type { ClosedState, HalfOpenState } from '../../core/state.ts';
import { remembered } from '../../core/transition.ts';
import type { Opening } from '../../core/transition.ts';
import { describe, disarm } from '../../core/untrusted.ts';
import type { ResolvedOptions } from '../options/resolve.ts';

/** How waits grow and spread, and who is told when the caller's code for that misbehaves. */
export interface Waiting {
  readonly options: BackoffRules & Pick<ResolvedOptions, 'backoff' | 'random'>;
  report(source: InternalErrorSource, error: unknown): void;
}

/** What an opening needs to know of the breaker. */
interface Breaker extends Waiting {
  readonly options: ResolvedOptions;
}

/** Why the circuit opens, and how long it was asked to stay open. */
export interface OpeningCause {
  readonly reason: string;
  /** The pause that the dependency asked for, as far as it is granted. */
  readonly retryAfterMs?: number | undefined;
  /** The time given to `trip()`. */
  readonly forMs?: number | undefined;
}

/** The opening that follows from a cause. The wait is drawn here, once. */
export function planOpening(from: ClosedState | HalfOpenState, at: number, cause: OpeningCause, breaker: Breaker): Opening {
  const { options } = breaker;
  const openings = nextOpenings(remembered(from, at, options.recoveryTimeoutMs));
  const fullMs = fullWait(openings, breaker);
  const firmMs = cause.forMs ?? cause.retryAfterMs ?? 0;
  const drawn = (): number => jittered(Math.min(fullMs, options.maxBackoffMs), options.jitter, () => drawRandom(breaker));
  const asked = cause.forMs !== undefined || (cause.retryAfterMs !== undefined && from.name === 'closed');
  return {
    reason: cause.reason,
    openings,
    saturated: fullMs >= options.maxBackoffMs,
    waitMs: asked ? firmMs : Math.max(firmMs, drawn()),
    firmMs,
  };
}

/** The longest wait that a relapse at `at` could bring: what reads assume before it is drawn. */
export function unjitteredWait(from: HalfOpenState, at: number, breaker: Breaker): number {
  const { options } = breaker;
  const openings = nextOpenings(remembered(from, at, options.recoveryTimeoutMs));
  return Math.min(fullWait(openings, breaker), options.maxBackoffMs);
}

/** The wait before cap and jitter: of the caller's `backoff`, or the built-in one where that gives nothing usable. */
export function fullWait(openings: number, breaker: Waiting): number {
  const { options } = breaker;
  if (options.backoff !== undefined) {
    try {
      const waitMs: unknown = options.backoff(openings);
      if (typeof waitMs === 'number' && waitMs > 0) return waitMs;
      disarm(waitMs);
      breaker.report('backoff', new TypeError(`Expected backoff(${openings}) to return milliseconds above 0, got ${describe(waitMs)}`));
    } catch (error) {
      breaker.report('backoff', error);
    }
  }
  return builtInWait(openings, options);
}

/** A source that gives no share of 1 costs the jitter, not the wait. */
export function drawRandom(breaker: Waiting): number {
  try {
    const share: unknown = breaker.options.random();
    if (typeof share === 'number' && share >= 0 && share <= 1) return share;
    disarm(share);
    breaker.report('random', new TypeError(`Expected random() to return a number from 0 to 1, got ${describe(share)}`));
  } catch (error) {
    breaker.report('random', error);
  }
  return 1;
}
