import { wholeMs } from '../../core/clock.ts';
import { DeadlineHeap, DeadlineNode, isDue } from '../../core/deadlines.ts';
import type { Emitter } from '../../core/emitter.ts';
import type { CircuitEvents } from '../../core/events.ts';
import type { ConcurrencyLimit } from '../../limit/adaptive-concurrency.ts';
import type { ResolvedOptions } from '../options/resolve.ts';
import { type Recorder, USUAL_MS } from './recorder.ts';

/** How long an abandoned operation keeps its slot if its call had no timeout. */
const ABANDONED_MS = 30_000;

interface Owner {
  readonly name: string;
  readonly options: ResolvedOptions;
  readonly recorder: Recorder;
  readonly emitter: Emitter<CircuitEvents> | null;
  readonly limit: ConcurrencyLimit | null;
}

/** Limits concurrent operations. An operation keeps its slot after its call has ended, because it still runs. */
export class Bulkhead {
  readonly #owner: Owner;
  readonly #onAbandonedChange: () => void;
  readonly #abandoned = new DeadlineHeap<DeadlineNode>();

  /** @param onAbandonedChange called when the first operation is abandoned, and when none is left. */
  constructor(owner: Owner, onAbandonedChange: () => void) {
    this.#owner = owner;
    this.#onAbandonedChange = onAbandonedChange;
  }

  get limit(): number {
    const { limit, options } = this.#owner;
    return limit?.current ?? (options.maxConcurrent as number | null) ?? Infinity;
  }

  /** Whether all slots are taken, except those that the next admission frees. */
  fullAt(now: number): boolean {
    const { recorder, options } = this.#owner;
    if (options.maxConcurrent === null) return false;
    return recorder.running - this.#abandoned.due(now).length >= this.limit;
  }

  /**
   * Whole milliseconds until a slot is probably free: when a call has taken as long as calls usually do, or when an
   * abandoned operation loses its slot. `Infinity` if nothing frees one, 0 if one is free.
   */
  waitMs(now: number): number {
    if (!this.fullAt(now)) return 0;
    const { recorder } = this.#owner;
    const usualMs = recorder.inFlight > 0 ? Math.max(1, wholeMs(recorder.usualMs ?? USUAL_MS)) : Infinity;
    return Math.min(usualMs, wholeMs(this.#abandoned.nextAfter(now) - now));
  }

  /** The call has ended, but its operation runs on. */
  abandon(now: number, timeoutMs: number | null): DeadlineNode {
    const { recorder, options } = this.#owner;
    const slot = new DeadlineNode();
    slot.deadline = now + (options.maxAbandonedMs ?? timeoutMs ?? ABANDONED_MS);
    this.#abandoned.add(slot);
    recorder.abandoned += 1;
    if (recorder.abandoned === 1) this.#onAbandonedChange();
    return slot;
  }

  release(slot: DeadlineNode): void {
    if (slot.place < 0) return;
    const { recorder } = this.#owner;
    this.#abandoned.remove(slot);
    recorder.abandoned -= 1;
    if (recorder.abandoned === 0) this.#onAbandonedChange();
  }

  /** Frees the slots of operations that were abandoned for too long. */
  freeOverdue(now: number): void {
    const { emitter, name } = this.#owner;
    for (let slot = this.#abandoned.head; slot !== null && isDue(slot, now); slot = this.#abandoned.head) {
      this.release(slot);
      emitter?.emit('slotFreed', { name });
    }
  }
}
