import type { BulkheadFullError, CircuitBreakerOpenError } from '../../core/errors.ts';

/** How a call ended, as its caller sees it. `tryCall` gives this instead of throwing. */
export type Settled<T> =
  | { readonly status: 'success'; readonly value: T; readonly error?: undefined }
  | { readonly status: 'failure' | 'ignored'; readonly value: T; readonly error?: undefined }
  | { readonly status: 'failure' | 'ignored' | 'rejected'; readonly error: unknown; readonly value?: undefined };

/** What ended a call. */
export type EndedBy = 'operation' | 'timeout' | 'abort' | 'circuit' | 'bulkhead' | 'refusal';

/** The end of a call: with a value, or with an error. */
export interface Settlement<T> {
  readonly status: 'success' | 'failure' | 'ignored' | 'rejected';
  readonly by: EndedBy;
  readonly threw: boolean;
  readonly value: T | undefined;
  readonly error: unknown;
}

/** An end with a value. */
export function withValue<T>(status: Settlement<T>['status'], value: T): Settlement<T> {
  return { status, by: 'operation', threw: false, value, error: undefined };
}

/** An end with an error. */
export function withError(status: Settlement<never>['status'], by: EndedBy, error: unknown): Settlement<never> {
  return { status, by, threw: true, value: undefined, error };
}

/** The end of a call that was not admitted. */
export function notAdmitted(error: CircuitBreakerOpenError | BulkheadFullError): Settlement<never> {
  return withError('rejected', error.code === 'ERR_CIRCUIT_OPEN' ? 'circuit' : 'bulkhead', error);
}

/** What `tryCall` gives for an end. */
export function toSettled<T>({ status, threw, value, error }: Settlement<T>): Settled<T> {
  if (!threw) return { status, value } as Settled<T>;
  // What was thrown cannot be a success for whoever asked for a value.
  return { status: status === 'success' ? 'ignored' : status, error } as Settled<T>;
}

/** The value of a call, or what it threw. */
export function unwrap<T>({ threw, value, error }: Settlement<T>): T {
  if (threw) throw error;
  return value as T;
}

/**
 * A thenable that rejects. Returning it from a promise's handler rejects the promise, a microtask later, for a third of what
 * throwing costs; by then the caller's handler is attached, which spares Node its bookkeeping of unhandled rejections.
 */
class Rejected {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- to be a thenable is all that it is for
  then(_onValue: unknown, onError: (error: unknown) => void): void {
    onError(this.#error);
  }
}

/** What to return from a promise's handler instead of throwing `error`. */
export function rejected(error: unknown): PromiseLike<never> {
  return new Rejected(error) as unknown as PromiseLike<never>;
}
