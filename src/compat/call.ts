import { notAFunction } from '../breaker/call/signal.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { withStack } from '../breaker/circuit/admission.ts';
import {
  CircuitBreakerOpenError, type CircuitBreakerTimeoutError, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError,
} from '../core/errors.ts';

/** A legacy operation. Its arguments are passed beside it, and it may be synchronous. */
export type LegacyOperation<Args extends readonly unknown[], T> = (...args: Args) => T | PromiseLike<T>;

/** The kind of a failure that was recorded without one. */
export const UNKNOWN_FAILURE = 'generic_error';

/** A failure of which only the kind is known. Metrics and filters use the kind as the error's name. */
export class LabelledFailure extends Error {
  override readonly name: string;

  constructor(kind: string, message = kind) {
    super(message);
    this.name = kind;
  }
}

/** Returns an error for what legacy code recorded: an error, the name of one, or nothing. */
export function failureOf(error: unknown, message?: string): unknown {
  const kind = error ?? UNKNOWN_FAILURE;
  return typeof kind === 'string' ? new LabelledFailure(kind, message) : kind;
}

/** A rejection with a legacy message. It is a `CircuitBreakerOpenError`, so outer breakers and frameworks know it. */
export class LegacyOpenError extends CircuitBreakerOpenError {
  constructor(rejection: CircuitBreakerOpenError, message: string) {
    super(rejection.breakerName, rejection as CircuitBreakerOpenError & { readonly cause: unknown });
    this.message = message;
  }

  /** The name of the circuit. */ get circuitName(): string { return this.breakerName; }
}

/** Turns an error of the breaker into the one that legacy callers expect. */
export type ErrorMaker = (error: unknown) => unknown;

/** The errors of a legacy name: for a rejected call, and for one that took too long. */
export interface LegacyErrors {
  readonly rejected?: (rejection: CircuitBreakerOpenError) => Error;
  readonly timedOut?: (timeout: CircuitBreakerTimeoutError) => Error;
}

/** Returns a function that makes legacy errors from those of a breaker, and leaves other errors as they are. */
export function legacyErrors({ rejected = isOpen, timedOut = (timeout) => timeout }: LegacyErrors): ErrorMaker {
  return (error) => {
    if (isCircuitBreakerTimeoutError(error)) return timedOut(error);
    if (!isCircuitBreakerOpenError(error)) return error;
    // A stack trace would cost more than the rejection.
    return withStack(false, () => rejected(error));
  };
}

function isOpen(rejection: CircuitBreakerOpenError): Error {
  return new LegacyOpenError(rejection, `Circuit breaker '${rejection.breakerName}' is OPEN`);
}

/**
 * Runs an operation through a breaker. Errors of the operation stay unchanged, also the rejection of another breaker.
 * @throws TypeError when the operation isn't a function. That counts as nothing.
 */
export async function guardedCall<Args extends readonly unknown[], T>(
  breaker: UnifiedCircuitBreaker, operation: LegacyOperation<Args, T>, args: Args, errorFor: ErrorMaker,
): Promise<T> {
  if (typeof operation !== 'function') throw notAFunction('call', operation);
  let thrown: unknown = breaker;
  try {
    return await breaker.call(async () => {
      try {
        return await operation(...args);
      } catch (error) {
        thrown = error;
        throw error;
      }
    });
  } catch (error) {
    throw error === thrown ? error : errorFor(error);
  }
}

/** Runs a synchronous operation through a breaker, as `guardedCall` does. */
export function guardedCallSync<Args extends readonly unknown[], T>(
  breaker: UnifiedCircuitBreaker, operation: (...args: Args) => T, args: Args, errorFor: ErrorMaker,
): T {
  if (typeof operation !== 'function') throw notAFunction('call', operation);
  let admitted = false;
  try {
    return breaker.callSync(() => {
      admitted = true;
      return operation(...args);
    });
  } catch (error) {
    throw admitted ? error : errorFor(error);
  }
}
