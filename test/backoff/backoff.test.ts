import { describe, expect, it, vi } from 'vitest';
import { drawWait, fullWait } from '../../src/backoff/backoff.ts';
import type { BackoffRules } from '../../src/backoff/backoff.ts';
import type { ErrorReporter } from '../../src/core/reporter.ts';

const RULES: BackoffRules = {
  recoveryTimeoutMs: 250,
  maxBackoffMs: 8_000,
  exponentialBackoff: true,
  jitter: 'none',
  backoff: undefined,
  random: () => 0.5,
};
const NEVER = Number.POSITIVE_INFINITY;
const BOOM = new Error('boom');
const throwing = (): never => {
  throw BOOM;
};
const returning = <T>(value: unknown): (() => T) => () => value as T;

describe('fullWait', () => {
  it.each<[number, Partial<BackoffRules>, number]>([
    [0, {}, 250],
    [1, {}, 250],
    [2, {}, 500],
    [3, {}, 1_000],
    // Without the cap.
    [30, {}, 250 * 2 ** 29],
    [3, { recoveryTimeoutMs: NEVER }, NEVER],
    [1, { exponentialBackoff: false }, 250],
    [30, { exponentialBackoff: false }, 250],
    [3, { backoff: (openings) => openings * 7 }, 21],
    [3, { backoff: () => NEVER }, NEVER],
    [3, { backoff: () => 0.1, exponentialBackoff: false }, 0.1],
  ])('after opening %i, with %o, is %d ms', (openings, changes, expected) => {
    const report = vi.fn<ErrorReporter['report']>();

    expect(fullWait(openings, { ...RULES, ...changes }, { report })).toBe(expected);
    expect(report).not.toHaveBeenCalled();
  });

  it.each([
    [0, '0'],
    [-1, '-1'],
    [Number.NaN, 'NaN'],
    ['5', '"5"'],
    [undefined, 'undefined'],
    [Promise.resolve(5), 'a promise'],
  ])('is the built-in wait, and reports the mistake, when `backoff` returns %o', (value, shown) => {
    const report = vi.fn<ErrorReporter['report']>();

    expect(fullWait(2, { ...RULES, backoff: returning(value) }, { report })).toBe(500);
    expect(report.mock.calls).toEqual([
      ['backoff', new TypeError(`\`backoff\` must return milliseconds greater than 0. It returned ${shown}.`)],
    ]);
  });

  it('is the built-in wait, and reports the error, when `backoff` throws', () => {
    const report = vi.fn<ErrorReporter['report']>();

    expect(fullWait(2, { ...RULES, backoff: throwing }, { report })).toBe(500);
    expect(report.mock.calls).toEqual([['backoff', BOOM]]);
  });
});

describe('drawWait', () => {
  it.each<[number, Partial<BackoffRules>, number]>([
    [1_000, {}, 1_000],
    [8_001, {}, 8_000],
    [NEVER, {}, 8_000],
    [1_000, { jitter: 'equal' }, 750],
    [9_000, { jitter: 'full' }, 4_000],
    [1_000, { jitter: 'equal', random: () => 0 }, 500],
    [1_000, { jitter: 'equal', random: () => 1 }, 1_000],
    // Without jitter, `random` isn't called.
    [1_000, { random: throwing }, 1_000],
  ])('caps %d ms and adds the jitter of %o: %d ms', (fullMs, changes, expected) => {
    const report = vi.fn<ErrorReporter['report']>();

    expect(drawWait(fullMs, { ...RULES, ...changes }, { report })).toBe(expected);
    expect(report).not.toHaveBeenCalled();
  });

  it.each([
    ['returns NaN', returning<number>(Number.NaN),
      new TypeError('`random` must return a number from 0 to 1. It returned NaN.')],
    ['returns 1.1', returning<number>(1.1),
      new TypeError('`random` must return a number from 0 to 1. It returned 1.1.')],
    ['returns -0.1', returning<number>(-0.1),
      new TypeError('`random` must return a number from 0 to 1. It returned -0.1.')],
    ['throws', throwing, BOOM],
  ])('has no jitter, and reports the mistake, when `random` %s', (_, random, error) => {
    const report = vi.fn<ErrorReporter['report']>();

    expect(drawWait(1_000, { ...RULES, jitter: 'equal', random }, { report })).toBe(1_000);
    expect(report.mock.calls).toEqual([['random', error]]);
  });

  it('handles the rejection when `random` is async', async () => {
    const value = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };

    drawWait(1_000, { ...RULES, jitter: 'full', random: returning(value) }, { report() {} });
    await Promise.resolve();

    expect(value.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });
});
