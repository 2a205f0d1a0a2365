import type { ResolvedOptions } from '../options/resolve.ts';
import type { CallEnd } from './call-end.ts';
import type { Recorder } from './recorder.ts';

/** After so many failures that counted with another one, each failure counts until the window is full of others. */
const MOST_UNCOUNTED = 3;

type BurstOptions = Pick<ResolvedOptions, 'burstMs' | 'slidingWindowMs' | 'slidingWindowSize'>;

/**
 * Whether a failure counts with an earlier one: its call was running when that came, and both came within `burstMs`, as
 * when connections are reset together. Timeouts and pauses count each.
 */
export function isOfBurst(recorder: Recorder, options: BurstOptions, end: CallEnd): boolean {
  const { burstMs, slidingWindowMs, slidingWindowSize } = options;
  const { now, durationMs, ageMs = durationMs, timedOut, retryAfterMs } = end;
  const sinceMs = now - recorder.burstBeganAt;
  const progress = slidingWindowMs === null ? recorder.succeeded + recorder.failed : now;
  if (sinceMs < burstMs) {
    // Durations are compared, because the start of the call would be rounded.
    if (timedOut || retryAfterMs !== undefined || ageMs <= sinceMs) return false;
    recorder.burstFailures += 1;
    recorder.burstEndedAt = progress;
    return true;
  }
  if (progress - recorder.burstEndedAt >= (slidingWindowMs ?? slidingWindowSize)) recorder.burstFailures = 0;
  recorder.burstBeganAt = recorder.burstFailures < MOST_UNCOUNTED ? now : NaN;
  return false;
}
