/** Outcomes in one lesson: enough for a share, few enough to learn within minutes. */
const LESSON = 100;
/** The average follows a worse lesson slowly and a better one fast, after Semian's smoother: a fault must not become normal. */
const SLOWLY = 0.02;
const FAST = 0.2;
/** A lesson above this is no noise, and teaches nothing. */
const QUIET = 0.3;
/** Nothing worse than this is ever called normal. */
const CAP = 0.2;

/** What share of outcomes is bad while all is well: an asymmetric average, taken from lessons of 100 outcomes. */
export class Baseline {
  /** 0 until something was learned, at most 0.2. */
  rate = 0;
  #seen = 0;
  #bad = 0;

  record(bad: boolean): void {
    this.#seen += 1;
    if (bad) this.#bad += 1;
    if (this.#seen === LESSON) this.#learn();
  }

  #learn(): void {
    const share = this.#bad / LESSON;
    if (share <= QUIET) this.rate = Math.min(CAP, this.rate + (share > this.rate ? SLOWLY : FAST) * (share - this.rate));
    this.interrupt();
  }

  /** Drops the lesson that was begun: a circuit that opens was not quiet. */
  interrupt(): void {
    this.#seen = 0;
    this.#bad = 0;
  }

  /** Forgets everything. */
  forget(): void {
    this.rate = 0;
    this.interrupt();
  }
}
