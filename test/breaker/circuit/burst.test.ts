import { describe, expect, it } from 'vitest';
import { isOfBurst } from '../../../src/breaker/circuit/burst.ts';
import { Recorder } from '../../../src/breaker/circuit/recorder.ts';

const OPTIONS = { burstMs: 1_000, slidingWindowMs: null, slidingWindowSize: 100, slidingWindowBuckets: 10 };
const NO_DURATION = Number.NEGATIVE_INFINITY;

describe('a failure within a burst', () => {
  it.each([
    ['counts with the first if its call was running by then', { durationMs: 60 }, true],
    ['counts if its call began later', { durationMs: 50 }, false],
    ['counts if its start is unknown', { durationMs: -1 }, false],
    ['counts with the first if it has an age and no duration', { durationMs: NO_DURATION, ageMs: 60 }, true],
    ['counts if it is a timeout', { durationMs: 60, timedOut: true }, false],
    ['counts if it asks for a pause', { durationMs: 60, retryAfterMs: 10 }, false],
  ])('%s', (_, end, expected) => {
    const recorder = new Recorder(OPTIONS, 0);

    const first = isOfBurst(recorder, OPTIONS, { now: 1_000, durationMs: 20 });

    expect([first, isOfBurst(recorder, OPTIONS, { now: 1_050, ...end })]).toEqual([false, expected]);
  });
});
