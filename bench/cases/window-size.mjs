// @ts-check
import { leanPlan } from '../libraries/plan.mjs';
import { cockatiel, mollitia, opossum, ours } from '../libraries/index.mjs';
import { interleave } from '../measure.mjs';
import { bareSubject, subject, timeColumns } from './case.mjs';

const async = /** @type {const} */ ({ operation: 'async' });

/** @type {import('./case.mjs').Case[]} */
export const windowSizeCases = [
  {
    id: 'window-calls',
    title: 'Success by window size, count window',
    about: 'Lean; every window is full before it is measured. Mollitia needs minutes to fill 100,000.',
    columns: timeColumns,
    async run({ effort, onProgress }) {
      const subjects = [
        ...[10, 100, 1_000, 100_000].map((calls) => sized(ours, calls)),
        ...[10, 1_000, 100_000].map((calls) => sized(cockatiel, calls)),
        ...[10, 1_000].map((calls) => sized(mollitia, calls)),
      ];
      for (const { size, call } of subjects) await call(size);
      return interleave(bareSubject(async), subjects, effort, onProgress);
    },
  },
  {
    id: 'window-time',
    title: 'Success by window size, time window',
    about: 'Lean. Opossum has its statistics over 10 s; longer ones cost it more memory, not more time.',
    columns: timeColumns,
    async run({ effort, onProgress }) {
      const subjects = [
        ...[1_000, 60_000, 300_000].map((ms) => timed(ours, ms)),
        ...[1_000, 60_000, 300_000].map((ms) => timed(cockatiel, ms)),
        timed(opossum, 10_000),
        timed(mollitia, 1_000),
      ];
      return interleave(bareSubject(async), subjects, effort, onProgress);
    },
  },
];

/**
 * @param {import('../libraries/plan.mjs').Library} library
 * @param {number} calls
 */
function sized(library, calls) {
  const name = `${library.name}, ${calls.toLocaleString('en')} calls`;
  return { size: calls, ...subject(name, library, { ...leanPlan, window: { calls } }, async) };
}

/**
 * @param {import('../libraries/plan.mjs').Library} library
 * @param {number} ms
 */
function timed(library, ms) {
  return subject(`${library.name}, ${ms / 1_000} s`, library, { ...leanPlan, window: { ms } }, async);
}
