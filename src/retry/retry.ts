import { notAFunction } from '../breaker/call/signal.ts';
import type { Clock } from '../core/clock.ts';
import { copyFunctionProperties } from '../core/copy-function.ts';
import { RetryBudget } from './retry-budget.ts';
import { planRetry, type RetryOptions } from './retry-options.ts';
import { type RetryOperation, RetryRun } from './retry-run.ts';

/** `retry()` can't tell which dependency an operation calls. Tests with their own clock don't share. */
const budgets = /* @__PURE__ */ new WeakMap<Clock, RetryBudget>();

function budgetOf(clock: Clock): RetryBudget {
  const budget = budgets.get(clock) ?? new RetryBudget();
  budgets.set(clock, budget);
  return budget;
}

/**
 * Runs `operation`, and retries it with growing waits while attempts, total timeout and budget allow.
 *
 * Put the circuit breaker inside, so that each attempt is one call. If the circuit rejects an attempt, `retry()` waits
 * for its `retryAfterMs` if that fits into the total timeout, and fails immediately if not. A wait that the dependency
 * asks for, for example with `Retry-After`, is treated the same way.
 * @example
 * ```ts
 * import { retry, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 *
 * const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 500 });
 * const getOrder = async (signal: AbortSignal): Promise<unknown> => {
 *   const response = await fetch('https://orders.example/42', { signal });
 *   if (!response.ok) throw new Error(`orders responded with ${response.status}`, { cause: response });
 *   return response.json();
 * };
 * await retry(({ signal }) => breaker.call((call) => getOrder(call.signal), { signal }));
 * ```
 * @throws the last error, if it isn't retried.
 * @throws CircuitBreakerTimeoutError at the total timeout. Its `cause` is the error of the attempt before.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 * @throws TypeError if `operation` is not a function.
 * @throws the reason of `options.signal`.
 */
export async function retry<T>(operation: RetryOperation<T>, options: RetryOptions = {}): Promise<T> {
  if (typeof operation !== 'function') throw notAFunction('retry', operation);
  // Without `await`, the stack of an early error would end here.
  return await RetryRun.start(operation, planRetry(options, budgetOf));
}

/**
 * Wraps a function so that its calls are retried. Keeps type, `this`, arguments, name, length and properties. The
 * function has its own budget unless you pass one.
 * @example
 * ```ts
 * import { withRetry } from 'unified-circuit-breaker';
 *
 * const getOrder = withRetry(
 *   async (id: string) => {
 *     const response = await fetch(`https://orders.example/${id}`);
 *     if (!response.ok) throw new Error(`orders responded with ${response.status}`, { cause: response });
 *     return response.json();
 *   },
 *   { attempts: 2, retryOn: [429, 503, 'ECONNRESET'] },
 * );
 * await getOrder('42');
 * ```
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 * @throws TypeError if `fn` is not a function.
 */
export function withRetry<F extends (...args: never[]) => Promise<unknown>>(fn: F, options: RetryOptions = {}): F {
  if (typeof fn !== 'function') throw notAFunction('withRetry', fn);
  const plan = planRetry(options, () => new RetryBudget());
  return copyFunctionProperties(function retried(this: unknown, ...args: unknown[]) {
    return RetryRun.start(() => Reflect.apply(fn, this, args), plan);
  }, fn);
}
