/** What a call says about the dependency. `ignored`: nothing. */
export type Outcome = 'success' | 'failure' | 'ignored';

/** How an operation ended, as a classifier sees it. */
export type OperationResult = { readonly status: 'success'; readonly value: unknown } | { readonly status: 'failure'; readonly error: unknown };

/** A failure after which the dependency asked for a pause. */
export interface RetryAfter {
  /** Always true: only a failure can ask for a pause. */
  readonly failure: true;
  /** Milliseconds above 0; opens the circuit at once for that long, at most `maxRetryAfterMs`. */
  readonly retryAfterMs?: number | undefined;
}

/** What a classifier may answer. */
export type Verdict = Outcome | RetryAfter;

/** Judges how an operation ended. */
export type Classifier = (result: OperationResult) => Verdict;

/** The outcome that a verdict means. */
export function outcomeOf(verdict: Verdict): Outcome {
  return typeof verdict === 'string' ? verdict : 'failure';
}
