// Wrap a function. The wrapper has its parameters and its result.
import { isCircuitBreakerOpenError, withBreaker } from 'unified-circuit-breaker';
import { http } from 'unified-circuit-breaker/profiles';
import { startService } from './support/service.ts';

const service = await startService();

async function fetchOrder(id: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(`${service.url}/orders/${id}`, { signal: signal ?? null });
  if (!response.ok) throw new Error(`orders-api responded with ${response.status}`, { cause: response });
  return response.text();
}

const getOrder = withBreaker(fetchOrder, {
  name: 'orders-api',
  profile: http(),
  failureThreshold: 2,
  passSignal: ([id], signal) => [id, signal],
});

console.log(await getOrder('42')); //=> /orders/42
service.status = 500;
for (let call = 1; call <= 2; call += 1) await getOrder('42').catch(() => {});

const error = await getOrder('42').catch((reason: unknown) => reason);
console.log(isCircuitBreakerOpenError(error), getOrder.breaker.state); //=> true open
