import { describe, expect, it } from 'vitest';
import { blocks, healthStatusOf } from '../../src/core/health.ts';

describe('healthStatusOf', () => {
  it.each<[unknown, string | undefined]>([
    [true, 'healthy'],
    [false, 'unhealthy'],
    ['healthy', 'healthy'],
    ['degraded', 'degraded'],
    ['unhealthy', 'unhealthy'],
    ['critical', 'critical'],
    ['unknown', 'unknown'],
    [undefined, undefined],
    [null, undefined],
    [0, undefined],
    [1, undefined],
    ['', undefined],
    ['Healthy', undefined],
    ['failed', undefined],
    ['timed_out', undefined],
    [{}, undefined],
    [['healthy'], undefined],
    [Promise.resolve(true), undefined],
  ])('reads the answer %o as %s', (answer, expected) => {
    expect(healthStatusOf(answer)).toBe(expected);
  });
});

describe('blocks', () => {
  it('is true only when the dependency is unhealthy or critical', () => {
    const answers = ['healthy', 'degraded', 'unhealthy', 'critical', 'unknown', 'failed', 'timed_out'] as const;

    expect(answers.filter(blocks)).toEqual(['unhealthy', 'critical']);
  });
});
