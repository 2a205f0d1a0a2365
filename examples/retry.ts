// A retry around a breaker: each attempt is one call, a rejection is waited out if that fits, and a budget bounds what retries add.
import { isCircuitBreakerOpenError, retry, RetryBudget, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { FakeClock } from 'unified-circuit-breaker/testing';

// The clock is an option; with this one the example need not wait.
const clock = new FakeClock();
const breaker = new UnifiedCircuitBreaker({ name: 'orders-api', failureThreshold: 3, recoveryTimeoutMs: 2_000, jitter: false, clock });
const budget = new RetryBudget({ ratio: 0.1, reserve: 5 });

let down = 2;
async function getOrder(): Promise<string> {
  if (down > 0) {
    down -= 1;
    throw new Error('connection refused');
  }
  return 'order 42';
}

async function order(totalTimeoutMs: number): Promise<string> {
  const answer = retry(({ signal }) => breaker.call(getOrder, { signal }), {
    totalTimeoutMs,
    budget,
    jitter: false,
    clock,
    onRetry: ({ attempt, error, delayMs }) => console.log(`  attempt ${attempt}: ${(error as Error).message}; again in ${delayMs} ms`),
  });
  const told = answer.catch((error: unknown) => (isCircuitBreakerOpenError(error) ? `no order: ${error.retryAfterMs} ms do not fit` : String(error)));
  await clock.advanceAsync(totalTimeoutMs);
  return told;
}

console.log('two failures, then an answer:');
console.log(await order(1_000)); //=> order 42

down = Number.POSITIVE_INFINITY;
console.log('it stays down, and the circuit opens:');
console.log(await order(1_000)); //=> Error: connection refused
console.log(await order(1_000)); //=> no order: 1300 ms do not fit

down = 0;
console.log('a rejection that fits is waited out:');
console.log(await order(5_000)); //=> order 42
console.log(`${breaker.getMetrics().totalCalls} calls, ${budget.tokens.toFixed(1)} tokens left`);
