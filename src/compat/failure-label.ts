/** A failure of which only the kind is known, as legacy code recorded them. Metrics and filters see the kind as the error's name. */
export class LabelledFailure extends Error {
  /** The kind, such as `timeout`. */
  override readonly name: string;

  constructor(kind: string, message: string = kind, options?: ErrorOptions) {
    super(message, options);
    this.name = kind;
  }
}

/** The kind of a failure that was recorded without one. */
export const UNKNOWN_FAILURE = 'generic_error';

/** What `recordFailure()` of a legacy name is given: an error, the name of one, or nothing. */
export function failureOf(error: unknown, otherwise = UNKNOWN_FAILURE): unknown {
  if (error === undefined || error === null) return new LabelledFailure(otherwise);
  return typeof error === 'string' ? new LabelledFailure(error) : error;
}
