import type { AdmissionError } from '../circuit/admission.ts';

/** How a call ended. `tryCall` resolves with it. */
export type Settled<T> =
  | { readonly status: 'success'; readonly value: T; readonly error?: undefined }
  | { readonly status: 'failure' | 'ignored'; readonly value: T; readonly error?: undefined }
  | { readonly status: 'failure' | 'ignored' | 'rejected'; readonly error: unknown; readonly value?: undefined };

/** The cause of the end of a call. `options`: invalid options or a disposed breaker. */
export type EndedBy = 'operation' | 'timeout' | 'abort' | 'circuit' | 'bulkhead' | 'options';

/** The end of a call, with a value or an error. */
export interface Settlement<T> {
  readonly status: 'success' | 'failure' | 'ignored' | 'rejected';
  readonly by: EndedBy;
  readonly threw: boolean;
  readonly value: T | undefined;
  readonly error: unknown;
}

export function withValue<T>(status: Settlement<T>['status'], value: T): Settlement<T> {
  return { status, by: 'operation', threw: false, value, error: undefined };
}

export function withError(status: Settlement<never>['status'], by: EndedBy, error: unknown): Settlement<never> {
  return { status, by, threw: true, value: undefined, error };
}

const REJECTED_BY = {
  ERR_CIRCUIT_OPEN: 'circuit', ERR_BULKHEAD_FULL: 'bulkhead', ERR_CIRCUIT_DISPOSED: 'options',
} as const;

export function notAdmitted(error: AdmissionError): Settlement<never> {
  return withError('rejected', REJECTED_BY[error.code], error);
}

/** The public form. A thrown error that was judged a success has no value, so it is reported as ignored. */
export function toSettled<T>({ status, threw, value, error }: Settlement<T>): Settled<T> {
  if (!threw) return { status, value } as Settled<T>;
  return { status: status === 'success' ? 'ignored' : status, error } as Settled<T>;
}

export function unwrap<T>({ threw, value, error }: Settlement<T>): T {
  if (threw) throw error;
  return value as T;
}

/**
 * Makes a thenable that a promise handler returns instead of throwing `error`. It costs a third of a throw, and rejects
 * a microtask later. By then the caller's handler is attached, so Node doesn't track an unhandled rejection.
 */
export function rejectWith(error: unknown): PromiseLike<never> {
  const then = (_onValue: unknown, onError: (error: unknown) => void): void => onError(error);
  // oxlint-disable-next-line unicorn/no-thenable -- its whole purpose
  return { then } as unknown as PromiseLike<never>;
}
