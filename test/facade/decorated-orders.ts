import { circuitBreaker } from '../../src/facade/circuit-breaker-decorator.ts';
import type { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';
import { marked } from '../support/decorator-behaviour.ts';
import type { Decorated } from '../support/decorator-behaviour.ts';

/** A class that is compiled with standard decorators. */
export const decorated: Decorated = {
  make(manager: UnifiedCircuitBreakerManager) {
    class Orders {
      readonly prefix = 'order ';

      @circuitBreaker({ name: 'orders-api', manager })
      async get(id: string): Promise<string> {
        if (id === 'bad') throw new Error('bad');
        return this.prefix + id;
      }

      @circuitBreaker({ manager })
      async find(id: string): Promise<string> { return this.prefix + id; }

      @circuitBreaker({ manager })
      async loose(id: string): Promise<string> { return `loose ${id}`; }

      @circuitBreaker({ name: 'tenants', by: (tenant: string) => tenant, manager })
      async byTenant(tenant: string): Promise<string> { return this.prefix + tenant; }

      @circuitBreaker({ per: 'instance', manager })
      async own(id: string): Promise<string> {
        if (id === 'bad') throw new Error('bad');
        return this.prefix + id;
      }

      @circuitBreaker({ manager })
      static async make(): Promise<string> { return 'made'; }

      @circuitBreaker({ manager })
      async [marked](): Promise<string> { return 'marked'; }

      @circuitBreaker({ manager, fallback: (_error: unknown, id: string) => `no ${id}` })
      async served(_id: string): Promise<string> { throw new Error('bad'); }

      @circuitBreaker({ name: 'parser', sync: true, manager })
      parse(text: string): number {
        const number = Number(text);
        if (Number.isNaN(number)) throw new Error('no number');
        return number;
      }

      @circuitBreaker({ name: 'lists', manager })
      async *list(count: number): AsyncGenerator<number> {
        for (let item = 0; item < count; item += 1) yield item;
      }
    }
    return { Orders, Sub: class Sub extends Orders {} };
  },
  decorateGetter() {
    const decorator = circuitBreaker() as unknown as (...args: unknown[]) => undefined;
    class Wrong {
      @decorator
      get answer(): number { return 42; }
    }
    return Wrong;
  },
};
