import type { OutcomeBits, Window } from './window.ts';

/** Two bits per outcome, fifteen outcomes per small integer. */
export const OUTCOMES_PER_WORD = 15;
const BITS_PER_WORD = 2 * OUTCOMES_PER_WORD;

/** The last `size` outcomes, in a ring with running totals. Its ring is public for `resizedCountWindow`. */
export class CountWindow implements Window {
  calls = 0;
  failures = 0;
  slowCalls = 0;
  readonly size: number;
  ring: number[] | null = null;
  /** The slot of the next outcome, which holds the oldest one. */
  slot = 0;
  /** Where that slot is: its word, and its bits in the word. */
  #word = 0;
  #shift = 0;

  constructor(size: number) {
    this.size = size;
  }

  record(outcome: OutcomeBits): void {
    const ring = (this.ring ??= new Array<number>(Math.ceil(this.size / OUTCOMES_PER_WORD)).fill(0));
    const word = ring[this.#word] as number;
    // A slot that was never written holds 0, so subtracting it changes nothing.
    const oldest = (word >> this.#shift) & 3;
    if (this.calls < this.size) this.calls += 1;
    if (oldest !== outcome) {
      this.failures += (outcome & 1) - (oldest & 1);
      this.slowCalls += (outcome >> 1) - (oldest >> 1);
      ring[this.#word] = word ^ ((oldest ^ outcome) << this.#shift);
    }
    this.slot += 1;
    this.#shift += 2;
    if (this.slot === this.size) this.slot = this.#word = this.#shift = 0;
    else if (this.#shift === BITS_PER_WORD) {
      this.#word += 1;
      this.#shift = 0;
    }
  }

  clear(): void {
    this.calls = 0;
    this.failures = 0;
    this.slowCalls = 0;
    this.ring?.fill(0);
    this.slot = this.#word = this.#shift = 0;
  }
}
