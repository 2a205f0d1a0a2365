import type { OutcomeBits, Window } from './window.ts';

/** Two bits an outcome, fifteen outcomes a small integer. */
const PER_WORD = 15;

/** The last `size` outcomes, in a ring with running totals. */
export class CountWindow implements Window {
  calls = 0;
  failures = 0;
  slowCalls = 0;
  readonly #size: number;
  #ring: number[] | null = null;
  #at = 0;

  constructor(size: number) {
    this.#size = size;
  }

  record(outcome: OutcomeBits): void {
    const ring = (this.#ring ??= new Array<number>(Math.ceil(this.#size / PER_WORD)).fill(0));
    const index = Math.trunc(this.#at / PER_WORD);
    const shift = (this.#at - index * PER_WORD) * 2;
    const word = ring[index] as number;
    const oldest = (word >> shift) & 3;
    if (this.calls < this.#size) this.calls += 1;
    // A slot that was never written holds 0, so subtracting it is harmless.
    this.failures += (outcome & 1) - (oldest & 1);
    this.slowCalls += (outcome >> 1) - (oldest >> 1);
    if (oldest !== outcome) ring[index] = word ^ ((oldest ^ outcome) << shift);
    this.#at = this.#at + 1 === this.#size ? 0 : this.#at + 1;
  }

  roll(): void {}

  /** The same outcomes, as many of the newest as fit, in a window of another size. */
  resized(size: number): CountWindow {
    const next = new CountWindow(size);
    for (let age = Math.min(this.calls, size); age > 0; age -= 1) next.record(this.#outcomeAt((this.#at - age + this.#size) % this.#size));
    return next;
  }

  #outcomeAt(index: number): OutcomeBits {
    return (((this.#ring?.[Math.trunc(index / PER_WORD)] as number) >> ((index % PER_WORD) * 2)) & 3) as OutcomeBits;
  }

  clear(): void {
    this.calls = 0;
    this.failures = 0;
    this.slowCalls = 0;
    this.#ring?.fill(0);
    this.#at = 0;
  }
}
