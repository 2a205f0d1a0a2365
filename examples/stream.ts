// A stream is one call. The timeout limits the silence before each item, not the whole stream.
import { setTimeout as sleep } from 'node:timers/promises';
import { isCircuitBreakerTimeoutError, UnifiedCircuitBreaker } from 'unified-circuit-breaker';

const breaker = new UnifiedCircuitBreaker({ name: 'llm', timeoutMs: 100 });

async function* tokens(signal: AbortSignal): AsyncGenerator<string> {
  yield 'The ';
  await sleep(20, undefined, { signal });
  yield 'answer ';
  await sleep(10_000, undefined, { signal });
}

try {
  for await (const token of breaker.stream(({ signal }) => tokens(signal))) console.log(token);
} catch (error) {
  if (!isCircuitBreakerTimeoutError(error)) throw error;
  console.log(`No token for ${error.timeoutMs} ms`); //=> No token for 100 ms
}
console.log(breaker.getMetrics().timeouts); //=> 1
