import { notAFunction } from '../breaker/call/signal.ts';
import { dressed } from '../core/dressed.ts';
import { RetryBudget } from './retry-budget.ts';
import type { RetryOptions } from './retry-options.ts';
import { planRetry } from './retry-plan.ts';
import { RetryRun } from './retry-run.ts';

/**
 * The same function with retries: same type, `this`, arguments, name, length and properties. It has a budget of its own unless one is given.
 *
 * @example
 * ```ts
 * import { withRetry } from 'unified-circuit-breaker';
 *
 * const getOrder = withRetry(async (id: string) => (await fetch(`https://orders.example/${id}`)).json(), { attempts: 2 });
 * await getOrder('42');
 * ```
 * @throws CircuitBreakerConfigError that lists every problem with the options, TypeError when `fn` is no function. Calls throw what `retry` throws.
 */
export function withRetry<F extends (...args: never[]) => Promise<unknown>>(fn: F, options: RetryOptions = {}): F {
  if (typeof fn !== 'function') throw notAFunction(fn);
  const plan = planRetry(options, () => new RetryBudget());
  return dressed(function retried(this: unknown, ...args: unknown[]) {
    return RetryRun.start(() => Reflect.apply(fn, this, args), plan);
  }, fn);
}
