import { describe, expect, it } from 'vitest';
import { BulkheadFullError, CircuitBreakerFallbackError, CircuitBreakerTimeoutError } from '../../src/core/errors.ts';
import { isRejected } from '../../src/core/rejected.ts';

const rejection = new BulkheadFullError('inner', 7);
const around = (cause: unknown, fields: object = {}): Error => Object.assign(new Error('x', { cause }), fields);

describe('a rejection by a breaker', () => {
  it.each<[string, unknown, boolean]>([
    ['itself', rejection, true],
    ['behind other errors', around(around(rejection)), true],
    ['behind an error with a status', around(rejection, { status: 502 }), false],
    ['behind an error with a code', around(rejection, { code: 'E_DOWN' }), false],
    ['as the cause of failed fallbacks', new CircuitBreakerFallbackError('outer', rejection, [new Error('x')]), true],
    ['as the error of a fallback', new CircuitBreakerFallbackError('outer', new Error('x'), [rejection]), false],
    ['in an AggregateError of nothing else', new AggregateError([rejection, around(rejection)]), true],
    ['in an AggregateError with other errors', new AggregateError([rejection, new Error('x')]), false],
    ['as the cause of an AggregateError of other errors',
      Object.assign(new AggregateError([new Error('x')]), { cause: rejection }), false],
    ['in a tree of too many errors', new AggregateError(Array.from({ length: 60 }, () => around(rejection))), false],
    ['in nested AggregateErrors', new AggregateError([new AggregateError([rejection])]), true],
    ['in an AggregateError of nothing', new AggregateError([]), false],
    ['not at all', around(new Error('y')), false],
    ['as a timeout of a breaker', new CircuitBreakerTimeoutError('inner', 5), false],
    ['too deep', Array.from({ length: 60 }).reduce((inner) => around(inner), rejection as unknown), false],
  ])('is recognized %s', (_title, error, expected) => {
    expect(isRejected(error)).toBe(expected);
  });

  it('is looked for in wide trees without spending time', () => {
    let tree: Error = around(rejection);
    let reads = 0;
    for (let depth = 0; depth < 6; depth += 1) {
      const inner = tree;
      tree = new AggregateError([]);
      const get = (list: unknown[], key: string): unknown => ((reads += 1), Reflect.get(list, key));
      Object.assign(tree, { errors: new Proxy(Array.from({ length: 100 }, () => inner), { get: get as never }) });
    }

    expect([isRejected(tree), reads < 2_000]).toEqual([false, true]);
  });

  it('is looked for in errors that contain themselves', () => {
    const circle = new AggregateError([]);
    circle.errors.push(circle, circle);

    expect(isRejected(circle)).toBe(false);
  });
});
