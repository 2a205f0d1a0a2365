import { type ErrorReporter, tryOrReport } from '../core/reporter.ts';
import { describe, ignoreRejection } from '../core/untrusted.ts';

/** Computes the n-th wait in a row, n from 1, before jitter and cap. Returns milliseconds greater than 0. */
export type Backoff = (openings: number) => number;

/**
 * How a wait is randomized, so that many breakers don't probe at the same moment. Jitter can only shorten a wait.
 *
 * With the capped wait t and U uniform in [0, 1): `none` is t, `equal` is t/2 + U·t/2, `proportional` is
 * t·(0.8 + 0.2·U), `full` is U·t, at least 1 ms.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ for `equal` and `full`
 */
export type Jitter = 'none' | 'equal' | 'proportional' | 'full';

export const JITTERS: readonly Jitter[] = ['none', 'equal', 'proportional', 'full'];

/** More openings than this change nothing: 2^29 waits are longer than any process lives. */
export const MOST_OPENINGS = 30;

export interface BackoffRules {
  readonly recoveryTimeoutMs: number;
  readonly maxBackoffMs: number;
  readonly exponentialBackoff: boolean;
  readonly jitter: Jitter;
  readonly backoff: Backoff | undefined;
  readonly random: () => number;
}

/** The wait before cap and jitter: recoveryTimeoutMs · 2^(n−1), or what the user's `backoff` returns. */
export function fullWait(openings: number, rules: BackoffRules, reporter: ErrorReporter): number {
  const { recoveryTimeoutMs, exponentialBackoff, backoff } = rules;
  const builtInMs = exponentialBackoff ? recoveryTimeoutMs * 2 ** (Math.max(1, openings) - 1) : recoveryTimeoutMs;
  return backoff === undefined ? builtInMs : (userNumber(WAIT, () => backoff(openings), reporter) ?? builtInMs);
}

/** A wait with its cap and its jitter. If `random` fails, the wait has no jitter. */
export function drawWait(fullMs: number, rules: BackoffRules, reporter: ErrorReporter): number {
  const { maxBackoffMs, jitter, random } = rules;
  const waitMs = Math.min(fullMs, maxBackoffMs);
  if (jitter === 'none' || waitMs === Infinity) return waitMs;
  const share = userNumber(SHARE, random, reporter) ?? 1;
  if (jitter === 'equal') return waitMs / 2 + (share * waitMs) / 2;
  return jitter === 'full' ? Math.max(1, share * waitMs) : waitMs * (0.8 + 0.2 * share);
}

/** The range of the numbers that user code returns. */
interface NumberRule {
  readonly source: 'backoff' | 'random';
  readonly rule: string;
  readonly least: number;
  readonly most: number;
}

const WAIT: NumberRule = {
  source: 'backoff', rule: 'milliseconds greater than 0', least: Number.MIN_VALUE, most: Infinity,
};
const SHARE: NumberRule = { source: 'random', rule: 'a number from 0 to 1', least: 0, most: 1 };

/** Returns the number that user code returns. Returns undefined, and reports it, if it isn't in the range. */
function userNumber(expected: NumberRule, run: () => unknown, reporter: ErrorReporter): number | undefined {
  const { source, rule, least, most } = expected;
  return tryOrReport(reporter, source, () => {
    const value = run();
    if (typeof value === 'number' && value >= least && value <= most) return value;
    ignoreRejection(value);
    throw new TypeError(`\`${source}\` must return ${rule}. It returned ${describe(value)}.`);
  });
}
