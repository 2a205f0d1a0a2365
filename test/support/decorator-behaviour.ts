import { afterEach, describe, expect, it } from 'vitest';
import type { UnifiedCircuitBreaker } from '../../src/breaker/unified-circuit-breaker.ts';
import { breakerOf } from '../../src/facade/breaker-of.ts';
import type { KeyedBreakers } from '../../src/manager/keyed/keyed-breakers.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';

/** The name of a method that has no text for one. */
export const marked: unique symbol = Symbol('marked');

/** An instance of the decorated class. */
interface DecoratedOrders {
  readonly prefix: string;
  get(id: string): Promise<string>;
  find(id: string): Promise<string>;
  loose(id: string): Promise<string>;
  byTenant(tenant: string): Promise<string>;
  own(id: string): Promise<string>;
  parse(text: string): number;
  list(count: number): AsyncGenerator<number>;
  served(id: string): Promise<string>;
  [marked](): Promise<string>;
}

/** The decorated class. */
interface OrdersClass {
  new (): DecoratedOrders;
  make(): Promise<string>;
}

/** The decorated class, made for a manager, and the same decorators put on what they cannot protect. */
export interface Decorated {
  make(manager: UnifiedCircuitBreakerManager): { readonly Orders: OrdersClass; readonly Sub: OrdersClass };
  /** What decorating a getter throws. */
  decorateGetter(): unknown;
}

const managers: UnifiedCircuitBreakerManager[] = [];

function made(decorated: Decorated) {
  const manager = new UnifiedCircuitBreakerManager({ failureThreshold: 2 });
  managers.push(manager);
  return { manager, ...decorated.make(manager) };
}

afterEach(() => managers.splice(0).forEach((manager) => manager.dispose()));

/** What a decorated class does, whichever way it was compiled. */
export function describeDecorator(title: string, decorated: Decorated): void {
  describe(`circuitBreaker as ${title}`, () => {
    it('keeps `this`, arguments, results, name and length', async () => {
      const { Orders } = made(decorated);
      const orders = new Orders();

      expect(await orders.get('42')).toBe('order 42');
      expect([orders.get.name, orders.get.length]).toEqual(['get', 1]);
    });

    it('registers the breaker of a named method when the class is declared', async () => {
      const { manager, Orders } = made(decorated);
      const breaker = manager.getCircuitBreaker('orders-api');

      await new Orders().get('42');

      expect(breaker?.getMetrics().successfulCalls).toBe(1);
      expect(breakerOf(Orders.prototype.get)).toBe(breaker);
    });

    it('shares a breaker between all instances', async () => {
      const { Orders } = made(decorated);
      await new Orders().get('bad').catch(() => {});
      await new Orders().get('bad').catch(() => {});

      await expect(new Orders().get('42')).rejects.toMatchObject({
        code: 'ERR_CIRCUIT_OPEN',
        breakerName: 'orders-api',
      });
    });

    it('names the breaker of a method without a name Class.method at the first call', async () => {
      const { manager, Orders, Sub } = made(decorated);
      expect(breakerOf(Orders.prototype.find)).toBe(undefined);

      await new Sub().find('1');
      await new Orders().find('2');

      const breaker = breakerOf(Orders.prototype.find);
      expect([breaker?.name, breaker?.getMetrics().successfulCalls]).toEqual(['Orders.find', 2]);
      expect(breaker?.getStatus().config.failureThreshold).toBe(2);
      expect(manager.getCircuitBreakerNames()).not.toContain('Orders.find');
    });

    it('names the breakers of static and symbol methods after the class that declares them', async () => {
      const { Orders, Sub } = made(decorated);

      await Sub.make();
      await new Sub()[marked]();

      const methods = [Orders.make, Orders.prototype[marked]];
      expect(methods.map((method) => breakerOf(method)?.name)).toEqual(['Orders.make', 'Orders.Symbol(marked)']);
    });

    it('calls its fallback with the arguments of the call', async () => {
      const { Orders } = made(decorated);

      expect(await new Orders().served('42')).toBe('no 42');
    });

    it('does not share the breaker of a method without a name with another class', async () => {
      const { manager, Orders } = made(decorated);
      const { Orders: Other } = decorated.make(manager);

      await new Orders().find('1');
      await new Other().find('1');

      const [one, other] = [Orders, Other].map(({ prototype }) => breakerOf(prototype.find));
      expect([one === other, one?.name, other?.name]).toEqual([false, 'Orders.find', 'Orders.find']);
    });

    it('names the breaker anonymous.method when the first call has no `this`', async () => {
      const { Orders } = made(decorated);
      const { loose } = Orders.prototype;

      expect(await loose('1')).toBe('loose 1');
      expect(breakerOf(loose)?.name).toBe('anonymous.loose');
    });

    it('creates one breaker per key with `by`', async () => {
      const { manager, Orders } = made(decorated);
      const orders = new Orders();

      await orders.byTenant('a');
      await orders.byTenant('b');

      const breakers = (Orders.prototype.byTenant as unknown as { readonly breakers: KeyedBreakers }).breakers;
      expect([...breakers].map(([key]) => key)).toEqual(['a', 'b']);
      expect(manager.getHealthSummary().keyed['tenants']).toMatchObject({ totalCircuitBreakers: 2 });
    });

    it('creates one breaker per instance with `per: instance`', async () => {
      const { Orders } = made(decorated);
      const [first, second] = [new Orders(), new Orders()];
      await first.own('bad').catch(() => {});
      await first.own('bad').catch(() => {});

      await expect(first.own('1')).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
      expect(await second.own('1')).toBe('order 1');
      expect([breakerOf(first.own, first)?.name, breakerOf(second.own, second)?.name]).toEqual([
        'Orders.own',
        'Orders.own',
      ]);
      expect([breakerOf(first.own), breakerOf(first.own, new Orders())]).toEqual([undefined, undefined]);
    });

    it('rejects a call without an instance with `per: instance`', async () => {
      const { Orders } = made(decorated);
      const { own } = new Orders();

      await expect(own('1')).rejects.toEqual(
        new TypeError(
          'anonymous.own must be called on an instance, because each instance has its own breaker. Received undefined.',
        ),
      );
    });

    it('keeps a method synchronous with `sync`', () => {
      const { Orders } = made(decorated);
      const orders = new Orders();

      expect(orders.parse('5')).toBe(5);
      expect(() => orders.parse('x')).toThrow('no number');
      expect((breakerOf(Orders.prototype.parse) as UnifiedCircuitBreaker).getMetrics()).toMatchObject({
        successfulCalls: 1,
        failedCalls: 1,
      });
    });

    it('streams an async generator as one call', async () => {
      const { Orders } = made(decorated);
      const items: number[] = [];

      for await (const item of new Orders().list(3)) items.push(item);

      expect(items).toEqual([0, 1, 2]);
      expect((breakerOf(Orders.prototype.list) as UnifiedCircuitBreaker).getMetrics()).toMatchObject({
        totalCalls: 1,
        successfulCalls: 1,
      });
    });

    it('throws when it decorates a getter', () => {
      expect(() => decorated.decorateGetter()).toThrow(TypeError);
    });
  });
}
