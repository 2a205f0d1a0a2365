import { describe, expect, it } from 'vitest';
import { adaptiveConcurrency } from '../../src/limit/adaptive-concurrency.ts';
import type { ConcurrencyLimit, LoadEvidence } from '../../src/limit/adaptive-concurrency.ts';

/** The limit after a window of 20 calls that ran 30 at once. */
function afterWindow(record: (limit: ConcurrencyLimit, now: number) => void): number {
  const limit = adaptiveConcurrency({ ceiling: 200 }).create();
  for (let call = 1; call <= 20; call += 1) record(limit, call * 10);
  return limit.current;
}

describe('adaptiveConcurrency', () => {
  it.each<[string, LoadEvidence, number]>([
    ['a timeout', { timedOut: true }, 15],
    ['a status 429', { error: Object.assign(new Error('x'), { status: 429 }) }, 15],
    ['a statusCode 503 of a cause', { error: new Error('x', { cause: { statusCode: 503 } }) }, 15],
    ['a requested pause', { retryAfterMs: 1_000 }, 15],
    ['a status 500', { error: { status: 500 } }, 200],
    ['an error that throws when it is read', { error: new Proxy({}, { get: () => { throw new Error('trap'); } }) },
      200],
    ['no error', {}, 200],
  ])('halves the limit only when failures speak of overload: %s', (_, evidence, expected) => {
    expect(afterWindow((limit, now) => limit.failed(now, 100, 30, evidence))).toBe(expected);
  });

  it('learns from successes, and nothing from calls without a duration', () => {
    expect(afterWindow((limit, now) => limit.succeeded(now, now > 100 ? 400 : 100, 30))).toBe(200);
    expect(afterWindow((limit, now) => limit.failed(now, -1, 30, { timedOut: true }))).toBe(200);
    const mixed = afterWindow((limit, now) => {
      limit.succeeded(now, -1, 30);
      limit.failed(now, 0, 30, { timedOut: true });
      limit.succeeded(now, -1, 30);
    });
    expect(mixed).toBe(15);
  });

  it('makes a new limit for each circuit, at the ceiling', () => {
    const limiter = adaptiveConcurrency({ ceiling: 7 });

    expect([limiter.create().current, limiter.create() === limiter.create()]).toEqual([7, false]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '7', undefined])(
    'throws when the ceiling is %s',
    (ceiling) => {
      expect(() => adaptiveConcurrency({ ceiling: ceiling as number })).toThrow(
        new RangeError(`\`ceiling\` must be a whole number, 1 or more. Received ${String(ceiling)}.`),
      );
    },
  );
});
