import { expect, it } from 'vitest';
import { CumulativeSum } from '../../src/trip/cusum.ts';

// A tolerated rate above 0.9 of the threshold was quietly taken for 0.9 of it, and tripped more often than promised.
it('keeps its word for a tolerated rate close to the threshold', () => {
  const sum = new CumulativeSum({ tolerated: 0.48, callsPerFalseTrip: 1_000_000 }, 0.5);

  // ln 10⁶ / (2 · ln(0.52 / 0.48))
  expect(sum.bound(0.5)).toBeCloseTo(86.3009, 3);
});

it('tolerates the same share of a threshold that has moved', () => {
  const sum = new CumulativeSum({ tolerated: 0.48, callsPerFalseTrip: 1_000_000 }, 0.6);

  // 0.8 of 0.5 is 0.4: ln 10⁶ / (2 · ln(0.6 / 0.4))
  expect(sum.bound(0.5)).toBeCloseTo(17.0366, 3);
});
