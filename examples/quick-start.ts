// A dependency fails, the circuit opens, time passes, the dependency is back, the circuit closes.
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { FakeClock } from 'unified-circuit-breaker/testing';

// The clock is an option; with this one the example need not wait.
const clock = new FakeClock();
const breaker = new UnifiedCircuitBreaker({ name: 'orders-api', failureThreshold: 3, recoveryTimeoutMs: 10_000, jitter: false, clock });
breaker.on('stateChange', ({ from, to, reason }) => console.log(`${from} -> ${to} (${reason})`));

let healthy = false;
async function getOrder(): Promise<string> {
  if (!healthy) throw new Error('connection refused');
  return 'order 42';
}

for (let call = 1; call <= 5; call += 1) {
  try {
    await breaker.call(getOrder);
  } catch (error) {
    console.log(isCircuitBreakerOpenError(error) ? `rejected, retry in ${error.retryAfterMs} ms` : 'failed');
  }
}
console.log(breaker.explain());

healthy = true;
clock.advance(10_000);
for (let call = 1; call <= 3; call += 1) console.log(await breaker.call(getOrder));
console.log(breaker.state); //=> closed
