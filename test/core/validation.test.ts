import { describe, expect, it } from 'vitest';
import { aBoolean, aDuration, aFunction, anObject, aRate, assertNone, aString, aWholeNumber, nearestName, oneOf, orNull, problemWith, readOptions, requireOptions } from '../../src/core/validation.ts';
import { CircuitBreakerConfigError } from '../../src/index.ts';
import { errorOf } from '../support/outcomes.ts';

describe('requirements', () => {
  it.each([
    ['a duration', aDuration, 1, true],
    ['a duration', aDuration, 1.5, true],
    ['a duration', aDuration, Number.POSITIVE_INFINITY, true],
    ['a duration', aDuration, 0.999, false],
    ['a duration', aDuration, 0, false],
    ['a duration', aDuration, -5, false],
    ['a duration', aDuration, Number.NaN, false],
    ['a duration', aDuration, '5', false],
    ['a duration', aDuration, 5n, false],
    ['a rate', aRate, Number.MIN_VALUE, true],
    ['a rate', aRate, 1, true],
    ['a rate', aRate, 0, false],
    ['a rate', aRate, 1.001, false],
    ['a rate', aRate, 50, false],
    ['a rate', aRate, Number.NaN, false],
    ['a rate', aRate, '0.5', false],
    ['a boolean', aBoolean, false, true],
    ['a boolean', aBoolean, 0, false],
    ['a string', aString, '', true],
    ['a string', aString, 5, false],
    ['an object', anObject, {}, true],
    ['an object', anObject, null, false],
    ['an object', anObject, [], false],
    ['an object', anObject, Math.abs, false],
    ['a function', aFunction, {}, false],
    ['a function', aFunction, null, false],
  ])('%s accepts %3$s: %4$s', (_what, requirement, value, fits) => {
    expect(requirement.fits(value)).toBe(fits);
  });

  it('a function is one of any kind', () => {
    expect([aFunction.fits(() => {}), aFunction.fits(Map), aFunction.fits(async () => {})]).toEqual([true, true, true]);
  });

  it.each([
    [2, false],
    [3, true],
    [5, true],
    [6, false],
    [3.5, false],
    ['4', false],
    [Number.NaN, false],
  ])('a whole number from 3 to 5 accepts %s: %s', (value, fits) => {
    const requirement = aWholeNumber(3, 5);

    expect(requirement.fits(value)).toBe(fits);
    expect(requirement.rule).toBe('a whole number, 3 to 5');
  });

  it.each([
    [Number.MAX_SAFE_INTEGER, true],
    [Number.MAX_SAFE_INTEGER + 1, false],
    [Number.POSITIVE_INFINITY, false],
  ])('a whole number without an upper end accepts %s: %s', (value, fits) => {
    const requirement = aWholeNumber(1);

    expect(requirement.fits(value)).toBe(fits);
    expect(requirement.rule).toBe('a whole number, 1 or more');
  });

  it('one of several values names them all', () => {
    const requirement = oneOf(true, 'full');

    expect(requirement.rule).toBe("true or 'full'");
    expect([requirement.fits(true), requirement.fits('full'), requirement.fits(false)]).toEqual([true, true, false]);
  });

  it('or null accepts null besides', () => {
    const requirement = orNull(aRate);

    expect(requirement.rule).toBe('a rate above 0, to 1, or null');
    expect([requirement.fits(null), requirement.fits(0.5), requirement.fits(undefined), requirement.fits(2)]).toEqual([true, true, false, false]);
  });
});

describe('problems', () => {
  it('has none with a value that fits', () => {
    expect(problemWith('jitter', true, aBoolean)).toBeUndefined();
  });

  it.each([
    ['"text"', 'text'],
    ['5', 5],
    ['null', null],
    ['undefined', undefined],
    ['an object', {}],
    ['an array', []],
    ['a function', () => {}],
    ['a promise', Promise.resolve()],
  ])('names the option, the rule and what arrived: %s', (shown, value) => {
    const problem = problemWith('jitter', value, aBoolean);

    expect(problem).toBe(`Expected \`jitter\` to be true or false, got ${shown}`);
  });

  it('collects unfit values in the order of the rules, then unknown keys, with a prefix', () => {
    const options = { intervalMs: 0, intervallMs: 5, zzz: 1, timeoutMs: 5 };

    const read = readOptions(options, { timeoutMs: aDuration, intervalMs: aDuration }, 'healthCheck.');

    expect(read.values).toEqual({ timeoutMs: 5 });
    expect(read.problems).toEqual([
      'Expected `healthCheck.intervalMs` to be milliseconds, 1 to Infinity, got 0',
      'Unknown option `healthCheck.intervallMs`; did you mean `intervalMs`?',
      'Unknown option `healthCheck.zzz`',
    ]);
  });

  it('takes undefined as not given', () => {
    expect(readOptions({ timeoutMs: undefined }, { timeoutMs: aDuration })).toEqual({ values: {}, problems: [] });
  });

  it('knows no key that every object inherits', () => {
    expect(readOptions({ toString: 5 }, { timeoutMs: aDuration }).problems).toEqual(['Unknown option `toString`']);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['5', 5],
    ['"text"', 'text'],
    ['an array', []],
    ['a function', () => {}],
  ])('refuses options that are no object: %s', (shown, options) => {
    expect(readOptions(options, {})).toEqual({ values: {}, problems: [`Expected the options to be an object, got ${shown}`] });
  });
});

describe('the assertion', () => {
  it('passes when there are no problems', () => {
    expect(() => assertNone('orders', [undefined, undefined])).not.toThrow();
  });

  it('throws all problems together', () => {
    const assertion = () => assertNone('orders', [undefined, 'One is wrong', 'Two is wrong']);

    expect(assertion).toThrow(CircuitBreakerConfigError);
    expect(assertion).toThrow('Circuit breaker "orders": One is wrong; Two is wrong');
  });

  it('keeps the problems apart on the error', async () => {
    const error = await errorOf(Promise.resolve().then(() => assertNone('orders', ['One is wrong', undefined, 'Two is wrong'])));

    expect(error).toMatchObject({ problems: ['One is wrong', 'Two is wrong'], breakerName: 'orders' });
  });

  it('gives options that are right as they were read', () => {
    expect(requireOptions('orders', { timeoutMs: 5 }, { timeoutMs: aDuration })).toEqual({ timeoutMs: 5 });
    expect(() => requireOptions('orders', { timeoutMs: 0 }, { timeoutMs: aDuration })).toThrow('Circuit breaker "orders": Expected `timeoutMs` to be milliseconds, 1 to Infinity, got 0');
  });
});

describe('the nearest name', () => {
  it.each([
    ['timeoutMS', 'timeoutMs'],
    ['timeout', 'timeoutMs'],
    ['time_out_ms', 'timeoutMs'],
    ['halfOpenMaxCall', 'halfOpenMaxCalls'],
    ['halfOpenMaxFailure', 'halfOpenMaxFailures'],
    ['abcdefgh', undefined],
    ['', undefined],
  ])('of %s is %s', (name, nearest) => {
    expect(nearestName(name, ['timeoutMs', 'halfOpenMaxCalls', 'halfOpenMaxFailures'])).toBe(nearest);
  });

  it.each([
    ['abcd', 'abxx', 'abxx'],
    ['abcd', 'axxx', undefined],
    ['abcdefghijkl', 'abcdefghixxx', 'abcdefghixxx'],
    ['abcdefghijkl', 'abcdefghxxxx', undefined],
  ])('may differ in three letters, or in half of a short one, and no more: %s and %s', (name, known, nearest) => {
    expect(nearestName(name, [known])).toBe(nearest);
  });

  it('is the first of several that are equally near', () => {
    expect(nearestName('jitte', ['jitted', 'jitter'])).toBe('jitted');
  });

  it('counts letters left out, added and exchanged alike', () => {
    expect(nearestName('clok', ['clocks', 'clock'])).toBe('clock');
    expect(nearestName('clockk', ['blockkes', 'clock'])).toBe('clock');
    expect(nearestName('cloak', ['crooked', 'clock'])).toBe('clock');
  });
});
