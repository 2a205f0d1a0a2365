// @ts-check
import { defaultPlan, leanPlan } from '../libraries/plan.mjs';
import { libraries, ours } from '../libraries/index.mjs';
import { interleave } from '../measure.mjs';
import { bareSubject, subject, timeColumns } from './case.mjs';

/** @type {import('./case.mjs').Case} */
export const rejectionCase = {
  id: 'rejection',
  title: 'Rejection while open',
  about:
    'The circuit has been opened by failing calls. The bare rejection is an async function that throws an ' +
    'error made beforehand; all are caught.',
  columns: timeColumns,
  async run({ effort, onProgress }) {
    const bare = bareSubject({ operation: 'throwing', loop: 'catch' }, 'bare rejection');
    const subjects = [
      await openSubject('ours, lean', ours, leanPlan),
      await openSubject('ours, default', ours, defaultPlan),
    ];
    for (const library of libraries) {
      if (library !== ours) subjects.push(await openSubject(library.name, library, leanPlan));
    }
    return interleave(bare, subjects, effort, onProgress);
  },
};

/**
 * @param {string} name
 * @param {import('../libraries/plan.mjs').Library} library
 * @param {import('../libraries/plan.mjs').Plan} plan
 */
async function openSubject(name, library, plan) {
  const options = /** @type {const} */ ({ operation: 'throwing', loop: 'catch', ran: () => 0 });
  const made = subject(name, library, { ...plan, trips: 'soon' }, options);
  for (let calls = 0; calls < 1_000 && !made.isOpen(); calls += 1) await made.call(1);
  if (!made.isOpen()) throw new Error(`${name}: a thousand failing calls did not open the circuit`);
  return made;
}
