// Share breakers by name, watch them together, and change them while they run.
import { UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';
import { http } from 'unified-circuit-breaker/profiles';
import { startService } from './support/service.ts';

const service = await startService();
const manager = new UnifiedCircuitBreakerManager({
  failureThreshold: 2,
  baseConfigs: { http: { profile: http(), timeoutMs: 1_000 } },
});
manager.on('stateChange', ({ name, from, to }) => console.log(`${name}: ${from} -> ${to}`));
manager.on('configConflict', ({ name, differences }) => console.log(name, 'has another', differences[0]?.option));

const orders = manager.createCircuitBreaker('orders-api', { base: 'http' });
manager.createCircuitBreaker('search', { base: 'http', tags: { tier: 'optional' } });
// The first configuration stays in effect.
console.log(manager.createCircuitBreaker('orders-api', { timeoutMs: 9_000 }) === orders); //=> true

service.status = 500;
for (let call = 1; call <= 2; call += 1) await orders.call(({ signal }) => fetch(`${service.url}/orders`, { signal }));

const { overallHealth, conditions } = manager.getHealthSummary();
console.log(overallHealth, conditions.open, conditions.closed); //=> degraded [ 'orders-api' ] [ 'search' ]

manager.reconfigure('orders-api', { failureThreshold: 5 });
console.log(orders.state, orders.getStatus().config.failureThreshold); //=> open 5
