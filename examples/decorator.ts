// Protect methods where they are declared: one breaker for each dependency, shared by name.
import { breakerOf, circuitBreaker } from 'unified-circuit-breaker';

class Orders {
  @circuitBreaker({ name: 'orders-api', timeoutMs: 2_000 })
  async get(id: string): Promise<string> {
    return `order ${id}`;
  }

  @circuitBreaker({ name: 'orders-by-tenant', by: (tenant: string) => tenant, maxKeys: 1_000 })
  async list(tenant: string): Promise<string[]> {
    return [`order of ${tenant}`];
  }
}

const orders = new Orders();
console.log(await orders.get('42')); //=> order 42
console.log(await orders.list('acme')); //=> [ 'order of acme' ]
console.log(breakerOf(orders.get)?.getMetrics().successfulCalls); //=> 1
