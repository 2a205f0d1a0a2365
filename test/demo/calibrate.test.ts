import { describe, expect, it } from 'vitest';
import { stretchFor } from '../../examples/demo/calibrate.ts';

describe('stretchFor', () => {
  const rows = [[0, 1], [50, 1], [62, 1.2], [130, 2.6], [200, 4], [5_000, 4]];

  it.each(rows)('a healthy answer within %s ms makes a run %s times as long', (p95Ms, factor) => {
    expect(stretchFor(p95Ms)).toBe(factor);
  });
});
