// A service fails, the circuit opens, time passes, the service is back, and the circuit closes.
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { http } from 'unified-circuit-breaker/profiles';
import { FakeClock } from 'unified-circuit-breaker/testing';
import { startService } from './support/service.ts';

const service = await startService();
const clock = new FakeClock(); // so that the example doesn't have to wait
const orders = new UnifiedCircuitBreaker({
  name: 'orders-api',
  profile: http(),
  failureThreshold: 3,
  jitter: false,
  clock,
});
orders.on('stateChange', ({ from, to, reason }) => console.log(`${from} -> ${to} (${reason})`));

function getOrder(id: string): Promise<string> {
  return orders.call(async ({ signal }) => {
    const response = await fetch(`${service.url}/orders/${id}`, { signal });
    if (!response.ok) throw new Error(`orders-api responded with ${response.status}`, { cause: response });
    return response.text();
  });
}

service.status = 500;
for (let call = 1; call <= 5; call += 1) {
  try {
    await getOrder('42');
  } catch (error) {
    console.log(isCircuitBreakerOpenError(error) ? `rejected, retry in ${error.retryAfterMs} ms` : 'failed');
  }
}
console.log(orders.explain());

service.status = 200;
clock.advance(1_000);
for (let call = 1; call <= 3; call += 1) console.log(await getOrder('42'));
console.log(orders.state); //=> closed
