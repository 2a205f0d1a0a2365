// Share breakers by name, watch them together, and change them while they run.
import { UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';
import { startService } from './support/service.ts';

const service = await startService();
const manager = new UnifiedCircuitBreakerManager({ failureThreshold: 2, baseConfigs: { http: { timeoutMs: 1_000 } } });
manager.on('stateChange', ({ name, from, to }) => console.log(`${name}: ${from} -> ${to}`));
manager.on('configConflict', ({ name, differences }) => console.log(name, 'has another', differences[0]?.option));

const orders = manager.createCircuitBreaker('orders-api', { base: 'http' });
manager.createCircuitBreaker('search', { base: 'http', tags: { tier: 'optional' } });
// The first configuration stays in effect.
console.log(manager.createCircuitBreaker('orders-api', { timeoutMs: 9_000 }) === orders); //=> true

async function getOrders(): Promise<string> {
  return orders.call(async ({ signal }) => {
    const response = await fetch(`${service.url}/orders`, { signal });
    if (!response.ok) throw new Error(`orders-api responded with ${response.status}`);
    return response.text();
  });
}

service.status = 500;
for (let call = 1; call <= 2; call += 1) await getOrders().catch(() => {});

const { overallHealth, conditions } = manager.getHealthSummary();
console.log(overallHealth, conditions.open, conditions.closed); //=> degraded [ 'orders-api' ] [ 'search' ]

manager.reconfigure('orders-api', { failureThreshold: 5 });
console.log(orders.state, orders.getStatus().config.failureThreshold); //=> open 5
