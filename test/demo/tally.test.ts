import { describe, expect, it } from 'vitest';
import { percentile, Tally } from '../../examples/demo/tally.ts';

describe('Tally', () => {
  it('counts each ending, and a refused connection as a failure too', () => {
    const tally = new Tally(1_000);

    for (const ending of ['answered', 'failed', 'refused', 'rejected'] as const) tally.ended(tally.started(5), ending,
      10);
    tally.started(10);

    expect(tally.figures(10)).toMatchObject({ calls: 5, answered: 1, failed: 2, refused: 1, rejected: 1, waiting: 1 });
  });

  it('sums what callers waited, and apart from that what they waited for nothing', () => {
    const tally = new Tally(1_000);

    tally.ended(tally.started(0), 'answered', 20);
    tally.ended(tally.started(0), 'failed', 300);
    tally.ended(tally.started(0), 'rejected', 1);

    expect(tally.figures(300)).toMatchObject({ waitedMs: 321, waitedInVainMs: 301 });
  });

  it('counts the wait of those who still wait', () => {
    const tally = new Tally(1_000);

    tally.ended(tally.started(0), 'answered', 20);
    tally.started(100);

    expect(tally.figures(900)).toMatchObject({ waitedMs: 820, waitedInVainMs: 0, p50Ms: 20, p95Ms: 800 });
  });

  it('takes the error rate of the recent calls only, rejections being no failures', () => {
    const tally = new Tally(1_000);

    tally.ended(tally.started(0), 'failed', 0);
    tally.ended(tally.started(0), 'failed', 900);
    tally.ended(tally.started(0), 'rejected', 900);

    expect(tally.figures(900).errorRate).toBe(2 / 3);
    expect(tally.figures(1_000).errorRate).toBe(0.5);
    expect(tally.figures(1_900).errorRate).toBeNull();
  });
});

describe('percentile', () => {
  it.each([
    [[], 0.5, null],
    [[7], 0.95, 7],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.95, 4],
  ])('of %j at %s is %s', (sorted, share, expected) => {
    expect(percentile(sorted, share)).toBe(expected);
  });
});
