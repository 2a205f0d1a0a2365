import { describe as suite, expect, it } from 'vitest';
import { describe } from '../../src/core/untrusted.ts';

suite('describe, for error messages', () => {
  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [7.5, '7.5'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [12n, '12'],
    [Symbol('mark'), 'Symbol(mark)'],
    ['text', '"text"'],
    ['a "quoted" line\n', '"a \\"quoted\\" line\\n"'],
    [{ a: 1 }, 'an object'],
    [Object.create(null), 'an object'],
    [[1, 2], 'an array'],
    [() => {}, 'a function'],
    [TypeError, 'a function'],
    [Promise.resolve(), 'a promise'],
    [{ then: () => {} }, 'a promise'],
    [Object.assign(() => {}, { then: () => {} }), 'a function'],
    [[Promise.resolve()], 'an array'],
    [{ then: 7 }, 'an object'],
  ])('names the kind of %o', (value, expected) => {
    expect(describe(value)).toBe(expected);
  });

  it('does not trip over an object that throws at every touch', () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();

    expect(describe(proxy)).toBe('an object');
  });
});
