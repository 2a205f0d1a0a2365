import { expect, it } from 'vitest';
import { circuitBreaker } from '../../src/facade/circuit-breaker-decorator.ts';
import { describeDecorator } from '../support/decorator-behaviour.ts';
import { decorated } from './decorated-orders.ts';

describeDecorator('a legacy decorator', decorated);

it('is really compiled as one: a decorator gets target, key and descriptor', () => {
  const seen: unknown[] = [];
  const spy = (...args: unknown[]): void => void seen.push(args.length, typeof args[2]);
  class Spied {
    // @ts-ignore Standard decorators don't accept it.
    @spy
    method(): void {}
  }

  expect([Spied.name, ...seen]).toEqual(['Spied', 3, 'object']);
});

it('rejects a synchronous method by its type', () => {
  class Wrong {
    // @ts-expect-error A sync method would become async.
    @circuitBreaker({ name: 'wrong' })
    method(): number {
      return 1;
    }
  }

  expect(typeof new Wrong().method).toBe('function');
});
