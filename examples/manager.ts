// One place for all breakers of a process: shared by name, watched together, changed while they run.
import { UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';

const manager = new UnifiedCircuitBreakerManager({ failureThreshold: 2, baseConfigs: { http: { timeoutMs: 1_000 } } });
manager.on('stateChange', ({ name, from, to }) => console.log(`${name}: ${from} -> ${to}`));
manager.on('configConflict', ({ name, differences }) => console.log(`${name}: ${differences.map(({ option }) => option).join(', ')} differs`));

const orders = manager.createCircuitBreaker('orders-api', { base: 'http' });
manager.createCircuitBreaker('search', { base: 'http', tags: { tier: 'optional' } });
console.log(manager.createCircuitBreaker('orders-api', { timeoutMs: 9_000 }) === orders); //=> true

for (let attempt = 1; attempt <= 2; attempt += 1) await orders.call(() => Promise.reject(new Error('down'))).catch(() => {});

const { overallHealth, conditions } = manager.getHealthSummary();
console.log(overallHealth, conditions.open, conditions.closed); //=> degraded [ 'orders-api' ] [ 'search' ]

manager.reconfigure('orders-api', { failureThreshold: 5 });
console.log(orders.state, orders.getStatus().config.failureThreshold); //=> open 5
