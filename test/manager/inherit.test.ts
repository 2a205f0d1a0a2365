import { describe, expect, it } from 'vitest';
import { inherit } from '../../src/manager/inherit.ts';

describe('inherit', () => {
  it('puts later layers over earlier ones, and joins tags', () => {
    expect({ ...inherit({ timeoutMs: 1, tags: { a: '1', b: '1' } }, { failureThreshold: 2 }, { timeoutMs: 3, tags: { b: '2' } }) }).toEqual({
      timeoutMs: 3,
      failureThreshold: 2,
      tags: { a: '1', b: '2' },
    });
  });

  const classify = (): string => 'success';

  it.each([
    [{ classify }, { ignoreErrors: 404 }, { ignoreErrors: 404 }],
    [{ ignoreErrors: 404, countErrors: 500, isFailure: classify }, { classify }, { classify }],
    [{ slidingWindowMs: 5 }, { slidingWindowSize: 6 }, { slidingWindowSize: 6 }],
    [{ slidingWindowSize: 6 }, { slidingWindowMs: 5 }, { slidingWindowMs: 5 }],
    [{ backoff: classify }, { exponentialBackoff: false }, { exponentialBackoff: false }],
    [{ exponentialBackoff: false }, { backoff: classify }, { backoff: classify }],
    [{ ignoreErrors: 404 }, { countErrors: 500 }, { ignoreErrors: 404, countErrors: 500 }],
    [{}, { slidingWindowSize: 6, slidingWindowMs: 5 }, { slidingWindowSize: 6, slidingWindowMs: 5 }],
  ])('lets one way of saying a thing replace an inherited other: %o under %o', (inherited, own, expected) => {
    expect({ ...inherit(inherited, own) }).toEqual(expected);
  });

  it('takes nothing from prototypes, and changes no layer', () => {
    const layer = Object.freeze({ timeoutMs: 1 });
    const all = inherit(layer, { tags: { a: '1' } });

    expect([Object.getPrototypeOf(all), all['toString'], Object.isFrozen(all)]).toEqual([null, undefined, true]);
  });
});
