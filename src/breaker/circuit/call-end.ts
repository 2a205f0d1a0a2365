/** How a call ended, for those who judge and count it. */
export interface CallEnd {
  readonly now: number;
  /** Milliseconds. −1 if unknown. */
  readonly durationMs: number;
  /** How long the call ran, if that isn't its duration: that of a stream ends with its first item. */
  readonly ageMs?: number;
  /** The thrown value. `undefined` if nothing was thrown. */
  readonly error?: unknown;
  readonly retryAfterMs?: number | undefined;
  /** Whether that pause opens the circuit by itself. */
  readonly opens?: boolean | undefined;
  /** Whether a deadline ended the call. */
  readonly timedOut?: boolean;
  /** Whether the operation ended the call, and no deadline or caller. */
  readonly returned?: boolean;
  /** The returned value, if a classifier judged it. */
  readonly value?: unknown;
}

/** The pause that the call asked for. A polluted prototype asks for none. */
export const pauseOf = (end: CallEnd): number | undefined =>
  Object.hasOwn(end, 'retryAfterMs') ? end.retryAfterMs : undefined;
