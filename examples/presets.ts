// Start from a preset: it knows which errors say that the dependency is unhealthy, and how long to wait.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { presets } from 'unified-circuit-breaker/presets';

const orders = new UnifiedCircuitBreaker({ ...presets.database, name: 'orders-db' });

/** Stands for a query of a PostgreSQL client, which rejects with an error that has a code. */
async function query(code: string, signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  throw Object.assign(new Error('The query failed'), { code });
}

// 42P01: a table doesn't exist. The database is healthy, so the error is ignored.
for (let call = 1; call <= 5; call += 1) await orders.tryCall(({ signal }) => query('42P01', signal));
console.log(orders.state, orders.getMetrics().ignoredCalls); //=> closed 5

// 57P01: the server shuts down.
for (let call = 1; call <= 3; call += 1) await orders.tryCall(({ signal }) => query('57P01', signal));
console.log(orders.state); //=> open
