// @ts-check
import { defaultPlan, leanPlan } from '../libraries/plan.mjs';
import { brakes, cockatiel, handWritten, mollitia, opossum, ours } from '../libraries/index.mjs';
import { interleave } from '../measure.mjs';
import { bareSubject, keepTimersWarm, subject, timeColumns } from './case.mjs';

/**
 * Nine calls in ten fail, thresholds are out of reach, and every window is full before it is measured.
 */
const failing = /** @type {const} */ ({
  operation: 'nineInTenFail',
  loop: 'catch',
  result: (/** @type {number} */ times) => Math.round(times * 0.9),
});

const windowSizes = [10, 1_000, 100_000];

/** @type {import('./case.mjs').Case[]} */
export const failureCases = [
  failingCase('failing-lean', 'Failing call, lean', leanPlan),
  failingCase('failing-default', 'Failing call, default options', defaultPlan),
];

/**
 * @param {string} id
 * @param {string} title
 * @param {import('../libraries/plan.mjs').Plan} options
 * @returns {import('./case.mjs').Case}
 */
function failingCase(id, title, options) {
  const plan = { ...options, trips: /** @type {const} */ ('never') };
  return {
    id,
    title,
    about:
      'Nine calls in ten throw the same error, and no threshold is reached. Ours with windows of 10 to 100,000 ' +
      'calls: the figures must be the same. Opossum starts each batch with a window of 1,000 successes, ' +
      'because its cost grows with the window.',
    columns: timeColumns,
    async run({ effort, onProgress }) {
      keepTimersWarm();
      const subjects = [
        ...windowSizes.map((calls) => subject(`ours, window ${calls}`, ours, { ...plan, window: { calls } }, failing)),
        subject('hand-written', handWritten, plan, failing),
        subject('cockatiel, window 100', cockatiel, plan, failing),
        { ...subject('opossum, 10 s', opossum, plan, { ...failing, renewWith: 1_000 }), maxTimes: 500 },
        subject('mollitia, window 100', mollitia, plan, failing),
        subject('brakes, 60 s', brakes, plan, failing),
      ];
      await fillWindows(subjects.slice(0, windowSizes.length), windowSizes);
      return interleave(bareSubject(failing), subjects, effort, onProgress);
    },
  };
}

/**
 * @param {readonly import('./case.mjs').BreakerSubject[]} subjects
 * @param {readonly number[]} sizes
 */
async function fillWindows(subjects, sizes) {
  for (const [index, { call }] of subjects.entries()) await call(sizes[index] ?? 0);
}
