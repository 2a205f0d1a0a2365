/** A manual forced open or forced closed that holds until it is released. */
export interface Override {
  /** What calls meet. */
  readonly state: 'open' | 'closed';
  /** The text given to `forceOpen()` or `forceClose()`. */
  readonly reason: string;
}
