import type { Settled, UnifiedCircuitBreaker } from '../../src/index.ts';

/** A promise that the test settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

/** What failing operations throw. */
export const BOOM = new Error('boom');

/** `count` calls that succeed at once. */
export async function succeed(breaker: UnifiedCircuitBreaker, count = 1): Promise<void> {
  for (let call = 0; call < count; call += 1) await breaker.call(() => Promise.resolve('fine'));
}

/** `count` calls that fail at once, or are rejected. */
export async function fail(breaker: UnifiedCircuitBreaker, count = 1, error: unknown = BOOM): Promise<void> {
  for (let call = 0; call < count; call += 1) await breaker.tryCall(() => Promise.reject(error));
}

/** A call that settles when the test says so. */
export interface Pending<T> {
  /** How the operation ends. */
  readonly operation: Deferred<T>;
  /** How the call ends. */
  readonly settled: Promise<Settled<T>>;
}

/** A call in flight. */
export function hang(breaker: UnifiedCircuitBreaker): Pending<string> {
  const operation = deferred<string>();
  return { operation, settled: breaker.tryCall(() => operation.promise) };
}

/** What a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('Expected the promise to reject');
}
