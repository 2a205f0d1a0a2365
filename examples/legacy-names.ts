// Move from a legacy name to the new form without a change of behaviour: both open and recover at the same moments.
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { CircuitBreaker } from 'unified-circuit-breaker/compat/core';
import { reportLegacyNames } from 'unified-circuit-breaker/compat';
import { FakeClock } from 'unified-circuit-breaker/testing';

const clock = new FakeClock();
reportLegacyNames((message) => console.log(message)); // told once for each name

// As it was: legacy words, and seconds.
const before = new CircuitBreaker({ name: 'orders', failureThreshold: 3, recoveryTimeout: 30 }, { clock });

// As it shall be: the same numbers in the words of this library, and milliseconds.
const after = new UnifiedCircuitBreaker({
  name: 'orders',
  failureThreshold: 3,
  errorRateThreshold: null, // only failures in a row opened it
  recoveryTimeoutMs: 30_000,
  successThreshold: 1,
  timeoutMs: 10_000,
  exponentialBackoff: false,
  jitter: false,
  clock,
});

let isDown = true;
async function getOrder(): Promise<string> {
  if (isDown) throw new Error('refused');
  return 'order 42';
}
const told = (error: unknown): string => (isCircuitBreakerOpenError(error) ? 'rejected' : 'failed');

async function both(): Promise<void> {
  const was = await before.call(getOrder).catch(told);
  const is = await after.call(getOrder).catch(told);
  if (was !== is) throw new Error(`They went different ways: ${was}, ${is}`);
  console.log(`${String(clock.now() / 1_000).padStart(2)} s  before: ${was.padEnd(8)}  after: ${is.padEnd(8)}  ${after.state}`);
}

for (let call = 1; call <= 4; call += 1) await both();
clock.advance(29_000);
await both();
clock.advance(1_000);
await both(); // a probe fails
isDown = false;
clock.advance(30_000);
await both(); // a probe succeeds
//=> failed, failed, failed, rejected, rejected at 29 s, failed at 30 s, order 42 at 60 s
