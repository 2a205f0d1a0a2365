import { describe, expect, it } from 'vitest';
import * as validation from '../../src/core/validation.ts';
import type { Requirement } from '../../src/core/validation.ts';
import { CircuitBreakerConfigError } from '../../src/index.ts';

const { aBoolean, aDuration, aFunction, anObject, aRate, assertNone, aString, aWholeNumber, didYouMean,
  listenerProblems, mustBe } = validation;
const { oneOf, orNull, problemWith, readOptions, requireOptions } = validation;

describe('requirements', () => {
  it.each<[string, Requirement, unknown[], unknown[]]>([
    ['a number of milliseconds (1 or more)', aDuration, [1, 1.5, Number.POSITIVE_INFINITY],
      [0.999, 0, -5, Number.NaN, '5', 5n]],
    ['a fraction greater than 0 and at most 1', aRate, [Number.MIN_VALUE, 1], [0, 1.001, 50, Number.NaN, '0.5']],
    ['a fraction greater than 0 and at most 1, or null', orNull(aRate), [null, 0.5], [undefined, 2]],
    ['true or false', aBoolean, [true, false], [0, null]],
    ['a string', aString, ['', 'x'], [5, null]],
    ['an object', anObject, [{}, new Map()], [null, [], Math.abs]],
    ['a function', aFunction, [() => {}, Map, async () => {}], [{}, null]],
    ['a whole number (3 to 5)', aWholeNumber(3, 5), [3, 5], [2, 6, 3.5, '4', Number.NaN]],
    ['a whole number (1 or more)', aWholeNumber(1), [1, Number.MAX_SAFE_INTEGER],
      [0, Number.MAX_SAFE_INTEGER + 1, Infinity]],
    ["true or 'full'", oneOf(true, 'full'), [true, 'full'], [false, 'Full']],
  ])('accept and reject values: %s', (rule, requirement, right, wrong) => {
    expect(requirement.rule).toBe(rule);
    expect([...right, ...wrong].filter((value) => requirement.fits(value))).toEqual(right);
  });
});

describe('problemWith', () => {
  it.each<[unknown, Requirement, string | undefined]>([
    [true, aBoolean, undefined],
    ['2s', aBoolean, '`it` must be true or false. Received the string "2s".'],
    [5, aBoolean, '`it` must be true or false. Received 5.'],
    [null, aBoolean, '`it` must be true or false. Received null.'],
    [{}, aBoolean, '`it` must be true or false. Received an object.'],
    [Promise.resolve(), aBoolean, '`it` must be true or false. Received a promise.'],
    [50, aRate, '`it` must be a fraction greater than 0 and at most 1. Received 50. Did you mean 0.5?'],
    [100, aRate, '`it` must be a fraction greater than 0 and at most 1. Received 100. Did you mean 1?'],
    [101, aRate, '`it` must be a fraction greater than 0 and at most 1. Received 101.'],
    [0, aRate, '`it` must be a fraction greater than 0 and at most 1. Received 0.'],
    ['50', aRate, '`it` must be a fraction greater than 0 and at most 1. Received the string "50".'],
  ])('names the option, the rule, the value and a hint: %o', (value, requirement, problem) => {
    expect(problemWith('it', value, requirement)).toBe(problem);
  });

  it('rejects a value when its check throws', () => {
    const trapped = { fits: () => { throw new Error('trap'); }, rule: 'readable' };

    expect(problemWith('it', 5, trapped)).toBe(mustBe('it', 'readable', 5));
  });
});

describe('readOptions', () => {
  it('collects wrong values, then unknown keys, with a prefix', () => {
    const options = { intervalMs: 0, intervallMs: 5, zzz: 1, timeoutMs: 5 };

    expect(readOptions(options, { timeoutMs: aDuration, intervalMs: aDuration }, 'healthCheck.')).toEqual({
      values: { timeoutMs: 5 },
      problems: [
        '`healthCheck.intervalMs` must be a number of milliseconds (1 or more). Received 0.',
        'Unknown option `healthCheck.intervallMs`. Did you mean `intervalMs`?',
        'Unknown option `healthCheck.zzz`.',
      ],
    });
  });

  it('says what to write instead of an unknown key that has a hint', () => {
    const hints = { wait: 'Use `timeoutMs`.' };
    const read = (options: object) => readOptions(options, { timeoutMs: aDuration }, '', hints).problems;

    expect(read({ wait: 5, timeOutMs: 5, toString: 5 })).toEqual([
      'Unknown option `wait`. Use `timeoutMs`.',
      'Unknown option `timeOutMs`. Did you mean `timeoutMs`?',
      'Unknown option `toString`.',
    ]);
    expect(readOptions({ wait: 5 }, { wait: aDuration }, '', hints).problems).toEqual([]);
  });

  it('ignores undefined, and names of properties that every object inherits', () => {
    expect(readOptions({ timeoutMs: undefined }, { timeoutMs: aDuration })).toEqual({ values: {}, problems: [] });
    expect(readOptions({ toString: 5 }, { timeoutMs: aDuration }).problems).toEqual(['Unknown option `toString`.']);
  });

  it('reads what an instance inherits, but nothing from Object.prototype', () => {
    class Defaults {
      get timeoutMs(): number {
        return 5;
      }
    }

    expect(readOptions(new Defaults(), { timeoutMs: aDuration, toString: aFunction }).values).toEqual({ timeoutMs: 5 });
    expect(readOptions(Object.assign(Object.create(null), { timeoutMs: 5 }), { timeoutMs: aDuration }).values)
      .toEqual({ timeoutMs: 5 });
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['text', '"text"'],
    [[], 'an array'],
    [() => {}, 'a function'],
  ])('rejects options that are %o', (options, shown) => {
    expect(readOptions(options, {}))
      .toEqual({ values: {}, problems: [`The options must be an object. Received ${shown}.`] });
  });
});

describe('assertNone and requireOptions', () => {
  it('throw one error with all problems', () => {
    const failing = () => assertNone('orders', [undefined, 'One is wrong.', 'Two is wrong.']);

    expect(failing).toThrow(CircuitBreakerConfigError);
    expect(failing).toThrow(
      expect.objectContaining({
        message: 'Circuit breaker "orders": One is wrong. Two is wrong.',
        problems: ['One is wrong.', 'Two is wrong.'],
        breakerName: 'orders',
      }),
    );
    expect(() => assertNone('orders', ['One is wrong.'], 'Manager')).toThrow(/^Manager: One is wrong\.$/u);
    expect(() => requireOptions('orders', { timeoutMs: 0 }, { timeoutMs: aDuration })).toThrow(
      'Circuit breaker "orders": `timeoutMs` must be a number of milliseconds (1 or more). Received 0.',
    );
  });

  it('pass when there is no problem', () => {
    expect(() => assertNone('orders', [undefined, undefined])).not.toThrow();
    expect(requireOptions('orders', { timeoutMs: 5 }, { timeoutMs: aDuration })).toEqual({ timeoutMs: 5 });
  });
});

describe('listenerProblems', () => {
  it('checks the event and the listener', () => {
    expect(listenerProblems('ping', () => {}, ['ping', 'pong'])).toEqual([undefined, undefined]);
    expect(listenerProblems('pin', 5, ['ping', 'pong'])).toEqual([
      '`event` must be the name of an event, such as `stateChange`. Received the string "pin". Did you mean `ping`?',
      '`listener` must be a function. Received 5.',
    ]);
  });
});

describe('didYouMean', () => {
  const OPTIONS = ['timeoutMs', 'halfOpenMaxCalls', 'halfOpenMaxFailures'];

  it.each([
    ['timeoutMS', OPTIONS, 'timeoutMs'],
    ['timeout', OPTIONS, 'timeoutMs'],
    ['time_out_ms', OPTIONS, 'timeoutMs'],
    ['halfOpenMaxCall', OPTIONS, 'halfOpenMaxCalls'],
    ['halfOpenMaxFailure', OPTIONS, 'halfOpenMaxFailures'],
    ['abcdefgh', OPTIONS, undefined],
    ['', OPTIONS, undefined],
    // At most three letters, or half of a short name.
    ['abcd', ['abxx'], 'abxx'],
    ['abcd', ['axxx'], undefined],
    ['abcdefghijkl', ['abcdefghixxx'], 'abcdefghixxx'],
    ['abcdefghijkl', ['abcdefghxxxx'], undefined],
    // The first of several.
    ['jitte', ['jitted', 'jitter'], 'jitted'],
    // Letters that were left out, added or exchanged.
    ['clok', ['clocks', 'clock'], 'clock'],
    ['clockk', ['blockkes', 'clock'], 'clock'],
    ['cloak', ['crooked', 'clock'], 'clock'],
  ])('suggests the known name with the fewest edits of %j', (name, known, nearest) => {
    expect(didYouMean(name, known)).toBe(nearest && `Did you mean \`${nearest}\`?`);
  });
});
