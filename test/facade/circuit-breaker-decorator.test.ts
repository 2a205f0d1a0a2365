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
const method = { kind: 'method', name: 'get' };
const one = async (): Promise<number> => 1;

describe('circuitBreaker', () => {
  it.each<[string, () => unknown, received: string]>([
    ['a field', () => untyped()(undefined, { kind: 'field', name: 'orders' }), 'field'],
    ['a class', () => untyped()(Date, { kind: 'class', name: 'Date' }), 'class'],
    ['an accessor', () => untyped()({}, { kind: 'accessor', name: 'orders' }), 'accessor'],
    ['a legacy property', () => untyped()({}, 'orders', undefined), 'undefined'],
    ['a legacy class', () => untyped()(Date), 'undefined'],
  ])('throws when it decorates %s', (_title, decorate, received) => {
    expect(decorate).toThrow(new TypeError(`\`@circuitBreaker()\` must decorate a method. Received ${received}.`));
  });

  it.each<[string, unknown[]]>([
    ['a legacy method', [{}, 'get', { value: one }]],
    ['a method', [one, method]],
  ])('throws when it decorates %s without parentheses', (_title, args) => {
    expect(() => untyped(...args)).toThrow(
      new TypeError('Call `circuitBreaker()` to get a decorator. Write `@circuitBreaker()`.'),
    );
  });

  it.each<[title: string, options: object, problem: string]>([
    ['an invalid option', { idleMs: 0 }, '`idleMs` must be a number of milliseconds (1 or more). Received 0.'],
    ['an unknown option', { perr: 'class' }, 'Unknown option `perr`. Did you mean `per`?'],
    ['stream', { stream: 1 }, '`stream` must be left out. Received 1. Use an async generator method.'],
    ['another `per`', { per: 'call' }, "`per` must be 'class' or 'instance'. Received the string \"call\"."],
    [
      'keys and instances',
      { name: 'orders', by: () => 'a', per: 'instance' },
      "`by` and `per: 'instance'` can't be combined.",
    ],
    [
      'a breaker and options',
      { breaker: breakerWith().breaker, per: 'instance' },
      "`breaker` and options for a breaker can't be combined.",
    ],
  ])('throws before it decorates for %s', (_title, options, problem) => {
    expect(() => untyped(options)).toThrow(
      expect.objectContaining({ code: 'ERR_CIRCUIT_CONFIG', message: `\`@circuitBreaker()\`: ${problem}` }) as Error,
    );
  });

  it.each([{}, { per: 'instance' }, { name: 'orders', per: 'instance' }])(
    'throws when it decorates with contradictory options: %o',
    (options) => {
      const decorator = untyped({ ...options, recoveryTimeoutMs: 10_000, maxBackoffMs: 1_000 });

      expect(() => decorator(one, method)).toThrow('`maxBackoffMs` must be at least `recoveryTimeoutMs` (10000).');
    },
  );

  it.each<[title: string, options: object, fn: unknown, advice: string]>([
    ['a generator method', {}, function* pages() {}, 'a generator function. Make it an async generator.'],
    [
      'a generator method with `sync`',
      { sync: true },
      function* pages() {},
      'a generator function. Make it an async generator. Leave out `sync`.',
    ],
    [
      'an async generator method with `sync`',
      { sync: true },
      async function* pages() {},
      'an async generator function. Leave out `sync`.',
    ],
  ])('throws when it decorates %s', (_title, options, fn, advice) => {
    const problem = `\`@circuitBreaker()\` of method get received ${advice}`;

    expect(() => untyped(options)(fn, method)).toThrow(new TypeError(problem));
  });

  it('throws when it decorates a synchronous method with options that need a wait', () => {
    expect(() => untyped({ sync: true, fallback: 1 })(one, method)).toThrow(
      "`@circuitBreaker()` of method get: `fallback` can't be used for a synchronous function, because it can't wait.",
    );
  });

  it('completes options with those of the manager and base before it validates them', async () => {
    const manager = new UnifiedCircuitBreakerManager({
      slowCallRateThreshold: 0.5,
      baseConfigs: { http: { timeoutMs: 5 } },
    });
    class Orders {
      @circuitBreaker({ manager, base: 'http', per: 'instance', failureThreshold: null, errorRateThreshold: null })
      async get(): Promise<number> {
        return 1;
      }
    }
    const orders = new Orders();

    expect(await orders.get()).toBe(1);
    expect(breakerOf(orders.get, orders)?.getStatus().config.timeoutMs).toBe(5);
    expect(manager.size).toBe(0);
  });

  it('reads options once', () => {
    let reads = 0;
    const decorator = untyped({ get timeoutMs() { reads += 1; return 5; } });

    decorator(one, method);
    decorator(one, method);

    expect(reads).toBe(1);
  });

  it('creates one breaker for each method, unless a breaker is given', async () => {
    const { breaker } = breakerWith();
    const [own, given] = [circuitBreaker(), circuitBreaker(breaker)];
    class Orders {
      @own async get(): Promise<void> {}
      @own async list(): Promise<void> {}
      @given async find(): Promise<void> {}
      @given async #secret(): Promise<void> {}
      async tell(): Promise<void> {
        return this.#secret();
      }
    }
    const orders = new Orders();

    await Promise.all([orders.get(), orders.list(), orders.find(), orders.tell()]);

    expect([orders.get, orders.list].map((each) => breakerOf(each)?.name)).toEqual(['Orders.get', 'Orders.list']);
    expect([breakerOf(orders.find), breaker.getMetrics().successfulCalls]).toEqual([breaker, 2]);
  });

  it('keeps its place between other decorators', async () => {
    const seen: string[] = [];
    const noting =
      (note: string) =>
      (decoratee: () => Promise<number>, context: ClassMethodDecoratorContext): (() => Promise<number>) => {
        context.addInitializer(() => void seen.push(`${note} initializer`));
        return async function noted(this: unknown) {
          seen.push(note);
          return Reflect.apply(decoratee, this, []);
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
