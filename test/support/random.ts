import fc from 'fast-check';

/**
 * The properties draw the same sequences in every run, so that a verdict on a commit is not luck;
 * `npm run test:explore` draws others.
 */
export const FIXED_SEED = 20_261_124;

const exploring = process.env['EXPLORE'] !== undefined;

fc.configureGlobal(exploring ? {} : { seed: FIXED_SEED });

/** How many sequences a property tries: `usual` of them, and more while exploring. */
export function runs(usual: number, explored: number = usual * 20): number {
  return exploring ? explored : usual;
}
