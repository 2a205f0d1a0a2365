import { notAFunction } from '../breaker/call/signal.ts';
import { withoutStack } from '../breaker/circuit/admission.ts';
import type { StreamOptions } from '../breaker/options/options.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { CircuitBreakerOpenError, isCircuitBreakerOpenError } from '../core/errors.ts';

/** A legacy operation: its arguments are given beside it, and it may be synchronous. */
export type LegacyOperation<Args extends readonly unknown[], T> = (...args: Args) => T | PromiseLike<T>;

/** An operation with its arguments. What is no function stays what it is: it is refused, and counts as nothing. */
export function withArguments<Args extends readonly unknown[], Given extends (...args: Args) => unknown>(operation: Given, args: Args): () => ReturnType<Given> {
  return typeof operation === 'function' ? () => operation(...args) as ReturnType<Given> : operation;
}

/** Makes the error that legacy callers expect when the circuit did not admit a call. */
export type RejectionMaker = (rejection: CircuitBreakerOpenError) => Error;

/** Runs an operation through a breaker; a rejection by this breaker, and no other, becomes the legacy error. Throws a TypeError when the operation is no function. */
export async function guardedCall<T>(breaker: UnifiedCircuitBreaker, operation: () => T | PromiseLike<T>, rejected: RejectionMaker, options?: StreamOptions): Promise<T> {
  if (typeof operation !== 'function') throw notAFunction(operation);
  let admitted = false;
  try {
    return await breaker.call(() => {
      admitted = true;
      return operation();
    }, options);
  } catch (error) {
    if (admitted || !isCircuitBreakerOpenError(error)) throw error;
    throw withoutStack({ captureStack: false }, () => rejected(error));
  }
}

/** The same for an operation that is synchronous. */
export function guardedCallSync<T>(breaker: UnifiedCircuitBreaker, operation: () => T, rejected: RejectionMaker): T {
  if (typeof operation !== 'function') throw notAFunction(operation);
  let admitted = false;
  try {
    return breaker.callSync(() => {
      admitted = true;
      return operation();
    });
  } catch (error) {
    if (admitted || !isCircuitBreakerOpenError(error)) throw error;
    throw withoutStack({ captureStack: false }, () => rejected(error));
  }
}

/** A rejection with the message and the name that legacy callers know. It is still a `CircuitBreakerOpenError`, so that outer breakers and web frameworks treat it as one. */
export class LegacyOpenError extends CircuitBreakerOpenError {
  constructor(rejection: CircuitBreakerOpenError, message: string) {
    super(rejection.breakerName, rejection as CircuitBreakerOpenError & { readonly cause: unknown });
    this.message = message;
  }

  /** The name of the circuit, as legacy callers read it. */
  get circuitName(): string {
    return this.breakerName;
  }
}
