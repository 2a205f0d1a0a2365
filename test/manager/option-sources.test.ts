import { describe, expect, it } from 'vitest';
import { inherit } from '../../src/manager/option-sources.ts';

describe('inherit', () => {
  it('lets later options win, and joins tags', () => {
    const first = { timeoutMs: 1, tags: { a: '1', b: '1' } };
    const all = { ...inherit(first, { failureThreshold: 2 }, { timeoutMs: 3, tags: { b: '2' } }) };

    expect(all).toEqual({ timeoutMs: 3, failureThreshold: 2, tags: { a: '1', b: '2' } });
  });

  const classify = (): string => 'success';

  it.each([
    [{ classify }, { ignoreErrors: 404 }, { classify, ignoreErrors: 404 }],
    [{ ignoreErrors: 404, countErrors: 500 }, { classify }, { ignoreErrors: 404, countErrors: 500, classify }],
    [{ slidingWindowMs: 5 }, { slidingWindowSize: 6 }, { slidingWindowSize: 6 }],
    [{ slidingWindowSize: 6 }, { slidingWindowMs: 5 }, { slidingWindowMs: 5 }],
    [{ backoff: classify }, { exponentialBackoff: false }, { exponentialBackoff: false }],
    [{ exponentialBackoff: false }, { backoff: classify }, { backoff: classify }],
    [{ ignoreErrors: 404 }, { countErrors: 500 }, { ignoreErrors: 404, countErrors: 500 }],
    [{}, { slidingWindowSize: 6, slidingWindowMs: 5 }, { slidingWindowSize: 6, slidingWindowMs: 5 }],
  ])('replaces an inherited alternative when %j receives %j', (inherited, own, expected) => {
    expect({ ...inherit(inherited, own) }).toEqual(expected);
  });

  it('returns a frozen object without prototype', () => {
    const all = inherit(Object.freeze({ timeoutMs: 1 }), { tags: { a: '1' } });

    expect([Object.getPrototypeOf(all), all['toString'], Object.isFrozen(all)]).toEqual([null, undefined, true]);
  });
});
