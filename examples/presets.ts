// Start from what is known of a kind of dependency: which errors say something about it, and how patient to be.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { presets } from 'unified-circuit-breaker/presets';

const orders = new UnifiedCircuitBreaker({ ...presets.database, name: 'orders-db' });

const query = (code: string) => () => Promise.reject(Object.assign(new Error('query failed'), { code }));

for (let attempt = 1; attempt <= 5; attempt += 1) await orders.tryCall(query('42P01')); // no such table: our own mistake
console.log(orders.state, orders.getMetrics().ignoredCalls); //=> closed 5

for (let attempt = 1; attempt <= 3; attempt += 1) await orders.tryCall(query('57P01')); // the server shuts down
console.log(orders.state); //=> open
