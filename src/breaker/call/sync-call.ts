import { CircuitBreakerDisposedError } from '../../core/errors.ts';
import { disarm, isPrimitive } from '../../core/untrusted.ts';
import { admit } from '../circuit/admission.ts';
import { conclude } from '../circuit/settle.ts';
import type { Execution } from './execution.ts';
import { serveSync } from './fallback.ts';
import { notAdmitted, unwrap, withError } from './settlement.ts';
import type { Settlement } from './settlement.ts';
import { notAFunction, OperationContext } from './signal.ts';
import type { Operation } from './signal.ts';

/** One synchronous call: no timeout, and no promise. */
export function callSync<T>(execution: Execution, operation: Operation<T>): T {
  if (typeof operation !== 'function') throw notAFunction(operation);
  const { circuit } = execution;
  const { options } = circuit;
  if (circuit.disposed) throw new CircuitBreakerDisposedError(options.name);
  if (options.mode === 'off') return operation(new OperationContext(undefined)) as T;
  const settlement = offerSync(execution, operation);
  return unwrap(options.fallback === undefined ? settlement : serveSync(circuit, settlement, options.fallback));
}

function offerSync<T>(execution: Execution, operation: Operation<T>): Settlement<T> {
  const { circuit, slots } = execution;
  const startedAt = circuit.timeline.now();
  const permit = admit(circuit, slots, startedAt, null);
  if (permit instanceof Error) return notAdmitted(permit);
  let result: T | PromiseLike<T>;
  let thenable: boolean;
  try {
    result = operation(new OperationContext(undefined));
    thenable = !isPrimitive(result) && typeof (result as PromiseLike<T>).then === 'function';
  } catch (error) {
    return execution.endedAtOnce(permit, startedAt, error, true);
  }
  if (!thenable) return execution.endedAtOnce(permit, startedAt, result, false);
  disarm(result);
  const error = new TypeError('Expected the operation of callSync to return a value, got a promise; use call');
  conclude(circuit, permit, 'ignored', { now: circuit.timeline.now(), durationMs: -1, error });
  return withError('ignored', 'operation', error);
}
