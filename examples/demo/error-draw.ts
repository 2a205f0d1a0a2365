/** The share of requests that fail while the fault is `errors`: a rate, 0 to 1. */
export const errorShare = 0.3;

/**
 * Returns a function that says, request after request, whether the next one fails.
 *
 * The draws look random, but each run has the same ones, so that no run is unlucky.
 */
export function errorDraw(seed = 7): () => boolean {
  let state = seed;
  return () => {
    // mulberry32: a small generator with 32 bits of state.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 < errorShare;
  };
}
