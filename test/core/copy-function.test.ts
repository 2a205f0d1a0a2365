import { describe, expect, it } from 'vitest';
import { copyFunctionProperties } from '../../src/core/copy-function.ts';

const plain = (): ((...args: unknown[]) => unknown) => (...args) => ['wrapped', ...args];

describe('copyFunctionProperties', () => {
  it('returns the wrapper with the name and the length of the function', () => {
    function getOrder(_id: string, _full: boolean): void {}
    const wrapper = plain();

    expect(copyFunctionProperties(wrapper, getOrder)).toBe(wrapper);
    expect([wrapper.name, wrapper.length]).toEqual(['getOrder', 2]);
    expect(Object.getOwnPropertyDescriptor(wrapper, 'name'))
      .toMatchObject({ writable: false, enumerable: false, configurable: true });
  });

  it('copies other properties, and accessors as accessors', () => {
    const mark = Symbol('mark');
    let reads = 0;
    const fn = Object.defineProperty(Object.assign(() => {}, { breaker: 'orders', [mark]: 1 }), 'fresh', {
      get: () => (reads += 1),
    });

    const wrapper = copyFunctionProperties(plain(), fn) as typeof fn & { readonly fresh: number };

    expect([wrapper.breaker, wrapper[mark], reads, wrapper.fresh]).toEqual(['orders', 1, 0, 1]);
  });

  it('makes a copied property configurable when the original was fixed', () => {
    const wrapper = copyFunctionProperties(plain(), Object.defineProperty(() => {}, 'breaker', { value: 'inner' }));

    Object.defineProperty(wrapper, 'breaker', { value: 'outer' });

    expect(Reflect.get(wrapper, 'breaker')).toBe('outer');
  });

  it('does not copy the prototype of a constructor', () => {
    function Order(): void {}

    expect(Object.hasOwn(copyFunctionProperties(plain(), Order), 'prototype')).toBe(false);
  });

  it('skips what throws when it is read', () => {
    const throwing = (): never => {
      throw new Error('trap');
    };
    const closed = new Proxy(() => {}, { ownKeys: throwing });
    const partly = new Proxy(Object.assign(() => {}, { a: 1, b: 2 }), {
      getOwnPropertyDescriptor: (target, key) =>
        (key === 'a' ? throwing() : Reflect.getOwnPropertyDescriptor(target, key)),
    });

    const wrapper = copyFunctionProperties(plain(), partly);

    expect((copyFunctionProperties(plain(), closed) as () => unknown)()).toEqual(['wrapped']);
    expect([Object.hasOwn(wrapper, 'a'), wrapper.b]).toEqual([false, 2]);
  });
});
