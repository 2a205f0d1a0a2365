// Move from a legacy name to the new form without a change of behavior: both open and recover together.
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { reportLegacyNames } from 'unified-circuit-breaker/compat';
import { CircuitBreaker } from 'unified-circuit-breaker/compat/core';
import { FakeClock } from 'unified-circuit-breaker/testing';
import { startService } from './support/service.ts';

const service = await startService();
const clock = new FakeClock();
reportLegacyNames((message) => console.log(message)); // once for each name

// Before: legacy names, and seconds.
const before = new CircuitBreaker({ name: 'orders', failureThreshold: 3, recoveryTimeout: 30 }, { clock });

// After: the same numbers, in milliseconds.
const after = new UnifiedCircuitBreaker({
  name: 'orders',
  failureThreshold: 3,
  errorRateThreshold: null, // only consecutive failures opened it
  recoveryTimeoutMs: 30_000,
  successThreshold: 1,
  timeoutMs: 10_000,
  exponentialBackoff: false,
  jitter: false,
  clock,
});

async function getOrder(signal?: AbortSignal): Promise<string> {
  const response = await fetch(`${service.url}/orders/42`, { signal: signal ?? null });
  if (!response.ok) throw new Error(`orders-api responded with ${response.status}`);
  return response.text();
}
const outcomeOf = (error: unknown): string => (isCircuitBreakerOpenError(error) ? 'rejected' : 'failed');

async function both(): Promise<void> {
  const was = await before.call(() => getOrder()).catch(outcomeOf);
  const is = await after.call(({ signal }) => getOrder(signal)).catch(outcomeOf);
  if (was !== is) throw new Error(`The breakers differ: ${was}, ${is}`);
  console.log(`${clock.now() / 1_000} s: ${was}, ${after.state}`);
}

service.status = 500;
for (let call = 1; call <= 4; call += 1) await both();
clock.advance(30_000);
await both(); // a probe fails
service.status = 200;
clock.advance(30_000);
await both(); // a probe succeeds
//=> failed, failed, failed, rejected, failed at 30 s, /orders/42 at 60 s
