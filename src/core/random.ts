/** Gives numbers from 0 up to, but not including, 1. */
export type Random = () => number;

/** The randomness of the platform. */
export const systemRandom: Random = () => Math.random();
