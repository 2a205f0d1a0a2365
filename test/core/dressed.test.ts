import { describe, expect, it } from 'vitest';
import { dressed } from '../../src/core/dressed.ts';

const plain = (): ((...args: unknown[]) => unknown) => (...args) => ['wrapped', ...args];

describe('dressed', () => {
  it('gives the wrapper itself', () => {
    const wrapper = plain();

    expect(dressed(wrapper, () => {})).toBe(wrapper);
  });

  it('takes over name and length, which stay what they are for any function', () => {
    function getOrder(_id: string, _full: boolean): void {}

    const wrapper = dressed(plain(), getOrder);

    expect([wrapper.name, wrapper.length]).toEqual(['getOrder', 2]);
    expect(Object.getOwnPropertyDescriptor(wrapper, 'name')).toEqual({ value: 'getOrder', writable: false, enumerable: false, configurable: true });
  });

  it('takes over what else was put on the function, accessors included', () => {
    const mark = Symbol('mark');
    let reads = 0;
    const fn = Object.defineProperty(Object.assign(() => {}, { breaker: 'orders', [mark]: 1 }), 'fresh', { get: () => (reads += 1) });

    const wrapper = dressed(plain(), fn) as typeof fn & { readonly fresh: number };

    expect([wrapper.breaker, wrapper[mark], reads, wrapper.fresh]).toEqual(['orders', 1, 0, 1]);
  });

  it('lets what a fixed property held be defined anew', () => {
    const fn = Object.defineProperty(() => {}, 'breaker', { value: 'inner' });

    const wrapper = Object.defineProperty(dressed(plain(), fn), 'breaker', { value: 'outer' });

    expect((wrapper as unknown as { breaker: string }).breaker).toBe('outer');
  });

  it('leaves the prototype of a constructor alone', () => {
    function Order(): void {}

    const wrapper = dressed(plain(), Order);

    expect(Object.hasOwn(wrapper, 'prototype')).toBe(false);
  });

  it('leaves the wrapper as it is where the function refuses to be looked at', () => {
    const shy = new Proxy(() => {}, { ownKeys: () => { throw new Error('shy'); } });
    const wrapper = plain();

    expect((dressed(wrapper, shy) as () => unknown)()).toEqual(['wrapped']);
  });

  it('skips one property that cannot be read', () => {
    const partly = new Proxy(Object.assign(() => {}, { a: 1, b: 2 }), {
      getOwnPropertyDescriptor: (target, key) => {
        if (key === 'a') throw new Error('not this');
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
    });

    const wrapper = dressed(plain(), partly);

    expect([Object.hasOwn(wrapper, 'a'), wrapper.b]).toEqual([false, 2]);
  });
});
