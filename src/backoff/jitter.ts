/**
 * How a wait is spread, so that many breakers do not probe at the same moment. Jitter only shortens.
 *
 * With t the capped wait and U uniform in [0, 1): `none` t; `equal` t/2 + U·t/2; `proportional` t·(0.8 + 0.2·U);
 * `full` U·t, at least 1 ms.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ for `equal` and `full`
 */
export type Jitter = 'none' | 'equal' | 'proportional' | 'full';

/** Every kind of jitter. */
export const JITTERS: readonly Jitter[] = ['none', 'equal', 'proportional', 'full'];

/** A wait with its jitter; an infinite one stays as it is. */
export function jittered(waitMs: number, jitter: Jitter, random: () => number): number {
  if (waitMs === Number.POSITIVE_INFINITY) return waitMs;
  switch (jitter) {
    case 'none':
      return waitMs;
    case 'equal':
      return waitMs / 2 + (random() * waitMs) / 2;
    case 'proportional':
      return waitMs * (0.8 + 0.2 * random());
    case 'full':
      return Math.max(1, random() * waitMs);
  }
}
