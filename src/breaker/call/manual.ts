import { batch } from '../../core/emitter.ts';
import type { Judge, Outcome } from '../../core/judge.ts';
import { UNBOUND } from '../../core/state.ts';
import type { Permit } from '../../core/state.ts';
import { describe } from '../../core/untrusted.ts';
import { pace, standing, takeProbe } from '../circuit/admission.ts';
import type { AbandonedSlot } from '../circuit/bulkhead.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { noticeLeases } from '../circuit/leases.ts';
import { conclude, concludeError } from '../circuit/settle.ts';
import type { Host } from './breaker-core.ts';

/** A call admitted and settled at this moment, with success. */
export function recordSuccess(circuit: Circuit, durationMs: number | undefined): void {
  record(circuit, durationMs, (permit, now, ms) => conclude(circuit, permit, 'success', { now, durationMs: ms }));
}

/** A call admitted and settled at this moment, with a failure; an error goes through the filters. */
export function recordFailure(circuit: Circuit, judge: Judge, error: unknown, durationMs: number | undefined): void {
  record(circuit, durationMs, (permit, now, ms) => {
    if (error === undefined) conclude(circuit, permit, 'failure', { now, durationMs: ms });
    else concludeError(circuit, judge, permit, error, now, ms);
  });
}

function record(circuit: Circuit, durationMs: number | undefined, settle: (permit: Permit, now: number, durationMs: number) => void): void {
  const { options, timeline, emitter, recorder } = circuit;
  if (durationMs !== undefined && !(Number.isFinite(durationMs) && durationMs >= 0)) {
    throw new TypeError(`Expected the duration to be milliseconds, 0 or more, got ${describe(durationMs)}`);
  }
  if (circuit.disposed || options.mode === 'off') return;
  const now = timeline.now();
  noticeLeases(circuit, now);
  circuit.ease(now);
  batch(emitter, () => {
    recorder.offered += 1;
    // Where a call would not have been admitted, the record is in the totals and decides nothing.
    const permit = circuit.override === null && standing(circuit, now) && pace(circuit, now) === null ? takeProbe(circuit, now, null) : UNBOUND;
    settle(permit, now, options.trackLatency && durationMs !== undefined ? durationMs : -1);
  });
}

/** The right to run one call, settled by hand. Only the first settlement counts. */
export interface CircuitPermit {
  /** The call has succeeded; unfiltered. */
  success(): void;
  /** The call has failed; an error goes through the filters of the breaker. */
  failure(error?: unknown): void;
  /** The call has proved nothing: gives the permit back. */
  ignore(): void;
  /** `ignore()` unless settled, so that `using` never leaks a permit. */
  [Symbol.dispose](): void;
}

/** A permit of a breaker. */
export class PermitHandle implements CircuitPermit {
  readonly #host: Host;
  readonly #permit: Permit;
  readonly #startedAt: number;
  #settled = false;
  #slot: AbandonedSlot | null = null;

  constructor(host: Host, permit: Permit, startedAt: number) {
    this.#host = host;
    this.#permit = permit;
    this.#startedAt = startedAt;
    if (permit.name === 'probe') {
      permit.onExpired = () => {
        this.#slot = host.slots.abandon(host.circuit.timeline.now(), null);
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
    this.#settle('ignored', undefined);
  }

  #settle(outcome: Outcome, error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    const { circuit, judge, slots } = this.#host;
    const now = circuit.timeline.now();
    const durationMs = circuit.options.trackLatency ? now - this.#startedAt : -1;
    if (outcome === 'failure' && error !== undefined) concludeError(circuit, judge, this.#permit, error, now, durationMs);
    else conclude(circuit, this.#permit, outcome, { now, durationMs });
    if (this.#slot !== null) slots.release(this.#slot);
  }
}

/** The permit of a breaker that is off. */
export const FREE_PERMIT: CircuitPermit = { success() {}, failure() {}, ignore() {}, [Symbol.dispose]() {} };
