// Retry around a breaker: each attempt is one call, and a budget limits how many calls retries add.
import { isCircuitBreakerOpenError, retry, RetryBudget, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { startService } from './support/service.ts';

const service = await startService();
const breaker = new UnifiedCircuitBreaker({
  name: 'orders-api',
  failureThreshold: 3,
  recoveryTimeoutMs: 300,
  jitter: false,
});
const budget = new RetryBudget({ ratio: 0.1, reserve: 5 });

async function getOrder(signal: AbortSignal): Promise<string> {
  const response = await fetch(`${service.url}/orders/42`, { signal });
  if (!response.ok) throw new Error(`orders-api responded with ${response.status}`);
  return response.text();
}

async function order(totalTimeoutMs: number): Promise<string> {
  try {
    // Pass the signal of the retry to the breaker, and that of the breaker to the request.
    return await retry(({ signal }) => breaker.call((call) => getOrder(call.signal), { signal }), {
      totalTimeoutMs,
      budget,
      baseDelayMs: 20,
      jitter: false,
      onRetry: ({ attempt, delayMs }) => console.log(`  attempt ${attempt} failed, again in ${delayMs} ms`),
    });
  } catch (error) {
    return isCircuitBreakerOpenError(error) ? 'rejected' : String(error);
  }
}

service.status = 500;
console.log('The service is down, and the circuit opens:');
console.log(await order(1_000)); //=> Error: orders-api responded with 500
console.log('A wait that is longer than the total timeout fails immediately:');
console.log(await order(100)); //=> rejected

service.status = 200;
console.log('A wait that fits is waited for:');
console.log(await order(5_000)); //=> /orders/42
