import { afterEach, describe, expect, it } from 'vitest';
import { breakerOf } from '../../src/facade/breaker-of.ts';
import { circuitBreaker } from '../../src/facade/circuit-breaker-decorator.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';
import { breakerWith } from '../support/breaker.ts';
import { describeDecorator } from '../support/decorator-behaviour.ts';
import { decorated } from './decorated-orders.ts';

describeDecorator('a standard decorator', decorated);

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

const untyped = circuitBreaker as unknown as (...args: unknown[]) => (...args: unknown[]) => unknown;

describe('circuitBreaker', () => {
  it.each<[string, () => unknown]>([
    ['a field', () => untyped()(undefined, { kind: 'field', name: 'orders' })],
    ['a class', () => untyped()(Date, { kind: 'class', name: 'Date' })],
    ['an accessor', () => untyped()({}, { kind: 'accessor', name: 'orders' })],
    ['a legacy property', () => untyped()({}, 'orders', undefined)],
    ['a legacy class', () => untyped()(Date)],
    ['a method, before it was called itself', () => untyped({}, 'get', { value: async () => 1 })],
    ['a method by a standard decorator, before it was called itself', () => untyped(async () => 1, { kind: 'method', name: 'get' })],
  ])('refuses to decorate %s', (_title, decorate) => {
    expect(decorate).toThrow(TypeError);
  });

  it.each([
    [{ timeoutMs: 0 }, 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0'],
    [{ perr: 'class' }, 'Unknown option `perr`; did you mean `per`?'],
    [{ per: 'call' }, "Expected `per` to be 'class' or 'instance', got \"call\""],
    [{ name: 'orders', by: () => 'a', per: 'instance' }, "Expected either `by` or `per: 'instance'`, got both"],
    [{ breaker: breakerWith().breaker, per: 'instance' }, 'Expected either `breaker` or options for one, got both'],
  ])('refuses %o before it decorates', (options, problem) => {
    expect(() => untyped(options)).toThrow(expect.objectContaining({ code: 'ERR_CIRCUIT_CONFIG', problems: [problem] }) as Error);
  });

  it.each([{}, { per: 'instance' }, { name: 'orders', per: 'instance' }])('refuses options that contradict each other when it decorates, and not at the first call: %o', (options) => {
    const decorator = untyped({ ...options, recoveryTimeoutMs: 10_000, maxBackoffMs: 1_000 });

    expect(() => decorator(async () => 1, { kind: 'method', name: 'get' })).toThrow('Expected `maxBackoffMs` to be at least `recoveryTimeoutMs`');
  });

  it('lets a manager complete options that would not do by themselves', async () => {
    const manager = new UnifiedCircuitBreakerManager({ slowCallRateThreshold: 0.5 });
    class Orders {
      @circuitBreaker({ manager, failureThreshold: null, errorRateThreshold: null })
      async get(): Promise<number> {
        return 1;
      }
    }

    expect(await new Orders().get()).toBe(1);
  });

  it('reads options once', () => {
    let reads = 0;
    const decorator = untyped({
      get timeoutMs() {
        reads += 1;
        return 5;
      },
    });

    decorator(async () => 1, { kind: 'method', name: 'get' });
    decorator(async () => 1, { kind: 'method', name: 'list' });

    expect(reads).toBe(1);
  });

  it('gives each method of one decorator a breaker of its own, unless a breaker is given', async () => {
    const { breaker } = breakerWith();
    const [own, given] = [circuitBreaker(), circuitBreaker(breaker)];
    class Orders {
      @own async get(): Promise<number> {
        return 1;
      }
      @own async list(): Promise<number> {
        return 1;
      }
      @given async find(): Promise<number> {
        return 1;
      }
    }
    const orders = new Orders();

    await Promise.all([orders.get(), orders.list(), orders.find()]);

    expect(getUnifiedCircuitBreakerManager().getCircuitBreakerNames()).toEqual(['Orders.get', 'Orders.list']);
    expect(breakerOf(orders.find)).toBe(breaker);
  });

  it('calls private methods through their breaker', async () => {
    class Orders {
      @circuitBreaker()
      async #secret(): Promise<string> {
        return 'secret';
      }

      tell(): Promise<string> {
        return this.#secret();
      }
    }

    expect(await new Orders().tell()).toBe('secret');
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('Orders.#secret')?.getMetrics().successfulCalls).toBe(1);
  });

  it('stands in the order of other decorators', async () => {
    const seen: string[] = [];
    const noting =
      (note: string) =>
      (method: () => Promise<number>, context: ClassMethodDecoratorContext): (() => Promise<number>) => {
        context.addInitializer(() => void seen.push(`${note} initializer`));
        return async function noted(this: unknown) {
          seen.push(note);
          return Reflect.apply(method, this, []);
        };
      };
    class Orders {
      @noting('outside')
      @circuitBreaker({ name: 'orders' })
      @noting('inside')
      async get(): Promise<number> {
        return 1;
      }
    }

    const orders = new Orders();
    await orders.get();
    getUnifiedCircuitBreakerManager().getCircuitBreaker('orders')?.forceOpen();
    await orders.get().catch(() => {});

    expect(seen).toEqual(['inside initializer', 'outside initializer', 'outside', 'inside', 'outside']);
  });
});
