import { describe, expect, it } from 'vitest';
import { blocks, healthStatusOf } from '../../src/core/health.ts';

describe('healthStatusOf', () => {
  it.each([
    [true, 'healthy'],
    [false, 'unhealthy'],
    ['healthy', 'healthy'],
    ['degraded', 'degraded'],
    ['unhealthy', 'unhealthy'],
    ['critical', 'critical'],
    ['unknown', 'unknown'],
  ])('takes the answer %j for %s', (answer, expected) => {
    expect(healthStatusOf(answer)).toBe(expected);
  });

  it.each([undefined, null, 0, 1, '', 'Healthy', 'failed', 'timed_out', {}, ['healthy'], Promise.resolve(true)])('takes %o for no answer', (answer) => {
    expect(healthStatusOf(answer)).toBeUndefined();
  });
});

describe('blocks', () => {
  it.each([
    ['healthy', false],
    ['degraded', false],
    ['unhealthy', true],
    ['critical', true],
    ['unknown', false],
    ['failed', false],
    ['timed_out', false],
  ] as const)('says of the answer %s whether it keeps the circuit open: %s', (answer, expected) => {
    expect(blocks(answer)).toBe(expected);
  });
});
