/** Returns numbers from 0 to 1 (exclusive). */
export type Random = () => number;

/** The platform's randomness. */
export const systemRandom: Random = () => Math.random();
