import type { RetryEvent } from '../retry/retry-options.ts';
import type { RetryContext } from '../retry/retry-run.ts';
import { retry } from '../retry/retry.ts';
import type { LegacyRuntime } from './runtime.ts';

/** How a legacy name retried. */
export interface LegacyRetry {
  /** All attempts, the first one included. */
  readonly attempts: number;
  /** Seconds to wait after the attempt of that number, which failed with `error`. */
  readonly delayAfter: (attempt: number, error: unknown) => number;
  /** Whether another attempt is worth it. */
  readonly retryOn: (error: unknown) => boolean;
  /** Bounds everything, in seconds. Default: nothing does. */
  readonly totalSeconds?: number | undefined;
  /** Called before each wait. */
  readonly onRetry?: ((event: RetryEvent) => unknown) | undefined;
}

/** Runs an operation by `retry` of this library with the waits of a legacy name, and on top what an error asks for by `retryAfterMs`; there is no budget. */
export async function legacyRetry<T>(operation: (context: RetryContext) => T | PromiseLike<T>, how: LegacyRetry, { clock }: LegacyRuntime): Promise<T> {
  let latest: unknown;
  const attempt = async (context: RetryContext): Promise<T> => {
    try {
      return await operation(context);
    } catch (error) {
      latest = error;
      throw error;
    }
  };
  return retry(attempt, {
    attempts: how.attempts,
    totalTimeoutMs: how.totalSeconds === undefined ? null : Math.max(1, how.totalSeconds * 1_000),
    baseDelayMs: 1,
    maxDelayMs: Number.POSITIVE_INFINITY,
    jitter: false,
    // The wait begins with the failure before it, so that `latest` is the error of that attempt.
    backoff: (attempts) => Math.max(1, Math.round(how.delayAfter(attempts, latest) * 1_000)),
    retryOn: how.retryOn,
    budget: null,
    onRetry: how.onRetry,
    clock,
  });
}
