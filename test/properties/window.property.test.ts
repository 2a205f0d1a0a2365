import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountWindow } from '../../src/window/count-window.ts';
import { LatencyHistogram } from '../../src/window/latency-histogram.ts';
import { TimeWindow } from '../../src/window/time-window.ts';
import type { OutcomeBits, Window } from '../../src/window/window.ts';
import { runs } from '../support/random.ts';

/** What can happen to a window; `afterMs` passes before it, and may be negative. */
type Step =
  | { readonly do: 'record'; readonly outcome: OutcomeBits; readonly afterMs: number }
  | { readonly do: 'roll' | 'clear'; readonly afterMs: number };

const outcome = fc.constantFrom<OutcomeBits[]>(0, 1, 2, 3);

/** Gaps around the widths of buckets and windows, pauses, and steps back. */
const afterMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 2, arbitrary: fc.constantFrom(99, 100, 101, 999, 1_000, 1_001, 1_400, 1_500) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -500, max: -1 }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 300, noNaN: true }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('record' as const), outcome, afterMs }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('roll' as const), afterMs }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), afterMs }) },
);

const steps = fc.array(step, { maxLength: 200, size: 'max' });

/** What a list of outcomes adds up to. */
function sumOf(outcomes: readonly OutcomeBits[]): readonly [calls: number, failures: number, slowCalls: number] {
  return [outcomes.length, outcomes.filter((bits) => bits % 2 === 1).length,
    outcomes.filter((bits) => bits >= 2).length];
}

function apply(window: Window, { do: action, ...rest }: Step, now: number): void {
  if (action === 'roll') window.roll?.(now);
  else if (action === 'clear') window.clear();
  else if ('outcome' in rest) window.record(rest.outcome, now);
}

describe('CountWindow', () => {
  it.each([1, 2, 3, 14, 15, 16, 29, 30, 31, 45, 100])('of size %i equals the last outcomes of a list', (size) => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const window = new CountWindow(size);
        let list: OutcomeBits[] = [];
        for (const one of sequence) {
          apply(window, one, 0);
          if (one.do === 'record') list.push(one.outcome);
          if (one.do === 'clear') list = [];
          expect([window.calls, window.failures, window.slowCalls]).toEqual(sumOf(list.slice(-size)));
        }
      }),
      { numRuns: runs(60) },
    );
  });
});

describe('TimeWindow', () => {
  it.each([
    [1_000, 1],
    [1_000, 2],
    [1_000, 10],
    [1_500, 15],
    [1_400, 14],
    [100, 7],
    [31, 31],
  ])('of %i ms in %i buckets equals the recent ticks of a list', (windowMs, buckets) => {
    fc.assert(
      fc.property(steps, fc.constantFrom(0, -5_000, 123_456.789), (sequence, origin) => {
        const window = new TimeWindow(windowMs, buckets, origin);
        let list: { tick: number; outcome: OutcomeBits }[] = [];
        let now = origin;
        let head = 0;
        for (const one of sequence) {
          now += one.afterMs;
          apply(window, one, now);
          // What happened before the start counts as of the start; a clear looks at no clock.
          const tick = Math.max(0, Math.floor((now - origin) / (windowMs / buckets)));
          if (one.do === 'clear') list = [];
          else head = Math.max(head, tick);
          if (one.do === 'record') list.push({ tick, outcome: one.outcome });
          const recent = list.filter((entry) => entry.tick > head - buckets);
          expect([window.calls, window.failures, window.slowCalls])
            .toEqual(sumOf(recent.map((entry) => entry.outcome)));
        }
      }),
      { numRuns: runs(60) },
    );
  });
});

describe('LatencyHistogram', () => {
  const durations = fc.array(fc.double({ min: 0.5, max: 4_000_000, noNaN: true }), { minLength: 1, maxLength: 200 });

  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it.each([0, 0.5, 0.95, 0.99, 1])('puts the share %d within 6.25 %% of the same place in the sorted list', (place) => {
    fc.assert(
      fc.property(durations, (list) => {
        const histogram = new LatencyHistogram();
        for (const durationMs of list) histogram.record(durationMs);
        const exact = list.toSorted((one, other) =>
          one - other)[Math.max(1, Math.ceil(place * list.length)) - 1] as number;

        const shown = histogram.percentile(place);

        expect(Math.abs(shown - exact) / exact).toBeLessThanOrEqual(0.0625);
      }),
    );
  });

  it('never falls as the share rises, nor leaves 0 to the longest bucket', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, noNaN: true }), { minLength: 1 }), share, share, (list, one, other) => {
        const histogram = new LatencyHistogram();
        for (const durationMs of list) histogram.record(durationMs);

        const lower = histogram.percentile(Math.min(one, other));
        const upper = histogram.percentile(Math.max(one, other));

        expect(lower).toBeGreaterThan(0);
        expect(upper).toBeGreaterThanOrEqual(lower);
        expect(upper).toBeLessThanOrEqual(2 ** 26 / 16);
      }),
    );
  });
});
