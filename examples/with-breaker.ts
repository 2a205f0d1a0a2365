// Protect a function where it is made; whoever calls it sees the same function.
import { isCircuitBreakerOpenError, withBreaker } from 'unified-circuit-breaker';

async function fetchOrder(id: string): Promise<string> {
  if (id === 'broken') throw new Error('orders-api answered 500');
  return `order ${id}`;
}

const getOrder = withBreaker(fetchOrder, { name: 'orders-api', failureThreshold: 2 });

console.log(await getOrder('42')); //=> order 42
for (let attempt = 1; attempt <= 2; attempt += 1) await getOrder('broken').catch(() => {});

const error = await getOrder('42').catch((reason: unknown) => reason);
console.log(isCircuitBreakerOpenError(error), getOrder.breaker.state); //=> true open
