/** Outcomes in one sample: enough for a rate, few enough to learn within minutes. */
const SAMPLE = 100;
/** A fault must not become normal, so the average rises slowly and falls fast (after Semian's smoother). */
const RISE = 0.02;
const FALL = 0.2;
/** A sample with a higher rate shows a fault, not noise, and isn't learned. */
const LARGEST_NOISE = 0.3;
/** The highest rate that counts as normal. */
const CAP = 0.2;

/** Learns the usual rate of bad outcomes: an asymmetric moving average over samples of 100 outcomes. */
export class Baseline {
  /** From 0 to 0.2. 0 until something was learned. */
  rate = 0;
  #seen = 0;
  #bad = 0;

  record(bad: boolean): void {
    this.#seen += 1;
    if (bad) this.#bad += 1;
    if (this.#seen === SAMPLE) this.#learn();
  }

  #learn(): void {
    const share = this.#bad / SAMPLE;
    if (share <= LARGEST_NOISE) {
      this.rate = Math.min(CAP, this.rate + (share > this.rate ? RISE : FALL) * (share - this.rate));
    }
    this.discardSample();
  }

  /** Drops the sample in progress, which may show the fault that opened the circuit. */
  discardSample(): void {
    this.#seen = 0;
    this.#bad = 0;
  }

  forget(): void {
    this.rate = 0;
    this.discardSample();
  }
}
