// Protect methods. Methods with the same `name` share a breaker, and `by` gives each key its own.
import { breakerOf, circuitBreaker } from 'unified-circuit-breaker';
import { http } from 'unified-circuit-breaker/profiles';
import { startService } from './support/service.ts';

const { url } = await startService();

async function getText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(url + path, { signal: signal ?? null });
  if (!response.ok) throw new Error(`orders-api responded with ${response.status}`, { cause: response });
  return response.text();
}

const passSignal = ([id]: [string], signal: AbortSignal) => [id, signal];

class Orders {
  @circuitBreaker({ name: 'orders-api', profile: http(), timeoutMs: 2_000, passSignal })
  async get(id: string, signal?: AbortSignal): Promise<string> {
    return getText(`/orders/${id}`, signal);
  }

  @circuitBreaker({ name: 'orders-by-tenant', by: (tenant: string) => tenant, profile: http(), passSignal })
  async list(tenant: string, signal?: AbortSignal): Promise<string> {
    return getText(`/tenants/${tenant}/orders`, signal);
  }
}

const orders = new Orders();
console.log(await orders.get('42')); //=> /orders/42
console.log(await orders.list('acme')); //=> /tenants/acme/orders
console.log(breakerOf(orders.get)?.getMetrics().successfulCalls); //=> 1
