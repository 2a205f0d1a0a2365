import { CircuitBreakerDisposedError } from '../../core/errors.ts';
import { ignoreRejection, isPrimitive, safeGet } from '../../core/untrusted.ts';
import { admit } from '../circuit/admission.ts';
import { settle } from '../circuit/settle.ts';
import type { Execution } from './execution.ts';
import { applyFallbackSync } from './fallback.ts';
import { notAdmitted, type Settlement, unwrap, withError, withValue } from './settlement.ts';
import { notAFunction, type Operation, OperationContext } from './signal.ts';

/** Runs one synchronous call: no timeout and no promise. */
export function callSync<T>(execution: Execution, operation: Operation<T>): T {
  if (typeof operation !== 'function') throw notAFunction('callSync', operation);
  const { circuit } = execution;
  const { options } = circuit;
  if (circuit.disposed) throw new CircuitBreakerDisposedError(circuit.name);
  if (options.mode === 'off') return operation(new OperationContext(undefined)) as T;
  const settlement = offerSync(execution, operation);
  return unwrap(options.fallback === undefined ? settlement : applyFallbackSync(circuit, settlement, options.fallback));
}

function offerSync<T>(execution: Execution, operation: Operation<T>): Settlement<T> {
  const { circuit } = execution;
  const startedAt = circuit.now();
  const { fastPath } = circuit;
  if (fastPath !== null) circuit.recorder.offered += 1;
  const permit = fastPath ?? admit(circuit, startedAt, null);
  if (permit instanceof Error) return notAdmitted(permit);
  let result: T | PromiseLike<T>;
  try {
    result = operation(new OperationContext(undefined));
  } catch (error) {
    return withError(execution.settleError(permit, startedAt, error), 'operation', error);
  }
  if (isPrimitive(result) || typeof safeGet(result, 'then') !== 'function') {
    return withValue(execution.settleValue(permit, startedAt, result), result as T);
  }
  ignoreRejection(result);
  const error = new TypeError('The operation of `callSync()` must not return a promise. Use `call()`.');
  settle(circuit, permit, 'ignored', { now: circuit.now(), durationMs: -1, error });
  return withError('ignored', 'operation', error);
}
