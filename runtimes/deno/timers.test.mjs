import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { releaseTimers } from 'unified-circuit-breaker/testing';

const sanitized = { sanitizeOps: true, sanitizeResources: true };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test('a call leaves no timer after releaseTimers()', sanitized, async () => {
  const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
  await breaker.call(() => sleep(1));
  releaseTimers();
});

Deno.test('a call leaves no timer after dispose()', sanitized, async () => {
  const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
  await breaker.call(() => sleep(1));
  breaker.dispose();
});

Deno.test('a call that hangs times out', sanitized, async () => {
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 20 });
  const { error } = await breaker.tryCall(() => new Promise(() => {}));
  if (error?.code !== 'ERR_CIRCUIT_TIMEOUT') throw new Error(`It ended with ${String(error)}.`);
});
