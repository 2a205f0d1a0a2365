import { notAFunction } from '../breaker/call/signal.ts';
import type { Clock } from '../core/clock.ts';
import { RetryBudget } from './retry-budget.ts';
import type { RetryOptions } from './retry-options.ts';
import { planRetry } from './retry-plan.ts';
import { RetryRun } from './retry-run.ts';
import type { RetryOperation } from './retry-run.ts';

/** A closure says nothing of what it calls, so all share one budget. A test that brings its clock has its own. */
const budgets = /* @__PURE__ */ new WeakMap<Clock, RetryBudget>();

function budgetOf(clock: Clock): RetryBudget {
  const budget = budgets.get(clock) ?? new RetryBudget();
  budgets.set(clock, budget);
  return budget;
}

/**
 * Runs `operation`, and again when it fails, with growing waits, as long as the total and the budget allow.
 *
 * A breaker goes inside, so that each attempt is one call. A rejection waits out its `retryAfterMs` if that fits the rest of the
 * total, and is thrown at once if not. So does any error with a `retryAfterMs`.
 *
 * @example
 * ```ts
 * import { retry, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 *
 * const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 500 });
 * const response = await retry(({ signal }) => breaker.call((call) => fetch('https://orders.example/42', { signal: call.signal }), { signal }), {
 *   totalTimeoutMs: 2_000,
 * });
 * ```
 * @throws the last error unchanged, when it is not worth a retry, or attempts, total or budget allow none.
 * @throws CircuitBreakerTimeoutError when `totalTimeoutMs` pass during an attempt; its `cause` is the error of the attempt before.
 * @throws CircuitBreakerConfigError that lists every problem with the options, TypeError when `operation` is no function.
 * @throws the reason of `options.signal`.
 */
export async function retry<T>(operation: RetryOperation<T>, options: RetryOptions = {}): Promise<T> {
  if (typeof operation !== 'function') throw notAFunction(operation);
  return RetryRun.start(operation, planRetry(options, budgetOf));
}
