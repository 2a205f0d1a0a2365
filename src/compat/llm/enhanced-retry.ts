import { decorateWith } from '../decorate.ts';
import type { LegacyDecorator } from '../decorate.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { legacyRetry } from '../legacy-retry.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { RetryStrategy } from './retry-strategy.ts';
import type { RetryPacing } from './retry-strategy.ts';

/** Runs an operation by a strategy. Throws the last error. */
export function retryBy<T>(strategy: RetryPacing, operation: () => T | PromiseLike<T>, runtime: LegacyRuntime): Promise<T> {
  const { maxAttempts: attempts } = strategy;
  return legacyRetry(operation, { attempts, delayAfter: (attempt) => strategy.calculateDelay(attempt), retryOn: (error) => strategy.shouldRetry(error) }, runtime);
}

/** Retries functions and methods by a strategy; without one by a `RetryStrategy`. @deprecated Use `withRetry(fn, options)`. */
export function withEnhancedRetry(strategy?: RetryPacing, runtime: LegacyRuntime = {}): LegacyDecorator {
  warnOfLegacyName('llm', 'withEnhancedRetry', 'withRetry(fn, options)');
  const own = strategy ?? insideLegacyName(() => new RetryStrategy({}, runtime));
  return decorateWith(() => (operation) => retryBy(own, operation, runtime));
}
