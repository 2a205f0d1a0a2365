import type { Outcome } from '../core/outcome.ts';
import type { Permit } from '../core/permit.ts';
import { conclude } from './conclusion.ts';
import type { Host } from './host.ts';
import { concludeError } from './judgement.ts';
import type { AbandonedSlot } from './slots.ts';

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
