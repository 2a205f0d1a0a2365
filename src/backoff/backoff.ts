import type { Jitter } from './jitter.ts';

/** The wait before jitter and cap after the n-th opening in a row, n from 1: milliseconds above 0. */
export type Backoff = (openings: number) => number;

/** More openings than this change nothing: 2^29 recoveries are longer than any process lives. */
export const MOST_OPENINGS = 30;

/** What decides how long the circuit stays open. */
export interface BackoffRules {
  readonly recoveryTimeoutMs: number;
  readonly maxBackoffMs: number;
  readonly exponentialBackoff: boolean;
  readonly jitter: Jitter;
}

/** The next count of openings: it saturates where the wait has reached the cap. */
export function nextOpenings({ openings, saturated }: { openings: number; saturated: boolean }): number {
  return saturated ? openings : Math.min(openings + 1, MOST_OPENINGS);
}

/** The built-in wait, before cap and jitter. */
export function builtInWait(openings: number, rules: BackoffRules): number {
  return rules.exponentialBackoff ? exponential(openings, rules.recoveryTimeoutMs) : rules.recoveryTimeoutMs;
}

/** base · 2^(n−1): doubles with each opening. */
export function exponential(openings: number, baseMs: number): number {
  return baseMs * 2 ** (Math.max(1, openings) - 1);
}
