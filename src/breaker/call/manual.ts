import type { DeadlineNode } from '../../core/deadlines.ts';
import type { Outcome } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { mustBe } from '../../core/validation.ts';
import { admitRecord } from '../circuit/admission.ts';
import type { CallEnd } from '../circuit/call-end.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { expireProbes, settle, settleError } from '../circuit/settle.ts';

/** Records a call that ran elsewhere. An error goes through the filters. */
export function record(circuit: Circuit, outcome: Outcome, error: unknown, durationMs: number | undefined): void {
  if (durationMs !== undefined && !(Number.isFinite(durationMs) && durationMs >= 0)) {
    throw new TypeError(mustBe('durationMs', 'a number of milliseconds (0 or more)', durationMs));
  }
  const { options } = circuit;
  if (circuit.disposed || options.mode === 'off') return;
  const now = circuit.now();
  expireProbes(circuit, now);
  const end = { now, durationMs: options.trackLatency && durationMs !== undefined ? durationMs : -1, error };
  circuit.batch(() => settleManually(circuit, admitRecord(circuit, now), outcome, end));
}

/** A failure without an error isn't judged. */
function settleManually(circuit: Circuit, permit: Permit, outcome: Outcome, end: CallEnd): void {
  const { now, durationMs, error } = end;
  if (outcome === 'failure' && error !== undefined) settleError(circuit, permit, error, now, durationMs);
  else settle(circuit, permit, outcome, end);
}

/** The right to run one call, which you settle yourself. Only the first settlement counts. */
export interface CircuitPermit {
  /** The call succeeded. */
  success(): void;
  /** The call failed. An error goes through the filters of the breaker. */
  failure(error?: unknown): void;
  /** The call says nothing about the dependency. */
  ignore(): void;
  /** Ignores the call unless it is settled, so that `using` never leaks a permit. */
  [Symbol.dispose](): void;
}

export class PermitHandle implements CircuitPermit {
  readonly #circuit: Circuit;
  readonly #permit: Permit;
  readonly #startedAt: number;
  #settled = false;
  #slot: DeadlineNode | null = null;

  constructor(circuit: Circuit, permit: Permit, startedAt: number) {
    this.#circuit = circuit;
    this.#permit = permit;
    this.#startedAt = startedAt;
    if (permit.name === 'probe') {
      permit.onExpired = () => {
        this.#slot = circuit.bulkhead.abandon(circuit.now(), null);
      };
    }
  }

  success(): void {
    this.#settle('success', undefined);
  }

  failure(error?: unknown): void {
    this.#settle('failure', error);
  }

  ignore(): void {
    this.#settle('ignored', undefined);
  }

  [Symbol.dispose](): void {
    this.#settle('ignored', undefined, false);
  }

  #settle(outcome: Outcome, error: unknown, returned = true): void {
    if (this.#settled) return;
    this.#settled = true;
    const circuit = this.#circuit;
    const now = circuit.now();
    const durationMs = circuit.options.trackLatency ? now - this.#startedAt : -1;
    settleManually(circuit, this.#permit, outcome, { now, durationMs, error, returned });
    if (this.#slot !== null) circuit.bulkhead.release(this.#slot);
  }
}

/** The permit of a breaker in mode `off`. */
export const FREE_PERMIT: CircuitPermit = { success() {}, failure() {}, ignore() {}, [Symbol.dispose]() {} };
