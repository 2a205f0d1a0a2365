import { DeadlineList } from '../../core/deadlines.ts';
import type { DeadlineNode } from '../../core/deadlines.ts';
import type { Circuit } from './circuit.ts';

/** The slot of an operation that has outlived its call. */
export class AbandonedSlot implements DeadlineNode {
  deadline: number;
  previous: DeadlineNode | null = null;
  next: DeadlineNode | null = null;
  listed = false;

  constructor(deadline: number) {
    this.deadline = deadline;
  }
}

/** Without a timeout to multiply, an abandoned operation keeps its slot at most this long. */
const LONGEST_ABANDONED_MS = 300_000;

/** The bulkhead. A slot belongs to the operation and not to the call: what still runs still loads the dependency. */
export class Slots {
  readonly #circuit: Circuit;
  #abandoned: DeadlineList<AbandonedSlot> | null = null;

  constructor(circuit: Circuit) {
    this.#circuit = circuit;
  }

  get limit(): number {
    const { options, load } = this.#circuit;
    return load?.limit ?? (options.maxConcurrent as number | null) ?? Number.POSITIVE_INFINITY;
  }

  /** Whether all slots are taken, not counting those that the next admission frees. */
  fullAt(now: number): boolean {
    const { recorder, options } = this.#circuit;
    if (options.maxConcurrent === null) return false;
    let running = recorder.inFlight + recorder.abandoned;
    for (let slot = this.#abandoned?.head ?? null; slot !== null && slot.deadline <= now; slot = slot.next as AbandonedSlot | null) running -= 1;
    return running >= this.limit;
  }

  /** The call has ended and its operation has not. */
  abandon(now: number, timeoutMs: number | null): AbandonedSlot {
    const { recorder, options } = this.#circuit;
    const withoutTimeout = Math.min(options.maxBackoffMs, LONGEST_ABANDONED_MS);
    const slot = new AbandonedSlot(now + (options.maxAbandonedMs ?? (timeoutMs === null ? withoutTimeout : 10 * timeoutMs)));
    (this.#abandoned ??= new DeadlineList()).add(slot);
    recorder.abandoned += 1;
    return slot;
  }

  /** The operation has ended. */
  release(slot: AbandonedSlot): void {
    if (!slot.listed) return;
    this.#abandoned?.remove(slot);
    this.#circuit.recorder.abandoned -= 1;
  }

  /** Whether operations are abandoned at all. */
  get haunted(): boolean {
    return this.#abandoned !== null && this.#abandoned.head !== null;
  }

  freeOverdue(now: number): void {
    const { emitter, options } = this.#circuit;
    for (let slot = this.#abandoned?.head ?? null; slot !== null && slot.deadline <= now; slot = this.#abandoned?.head ?? null) {
      this.release(slot);
      emitter?.emit('slotFreed', { name: options.name });
    }
  }
}
