// @ts-check
import { defaultPlan } from '../libraries/plan.mjs';
import { libraries, mollitia } from '../libraries/index.mjs';
import { spread } from '../measure.mjs';
import { subject } from './case.mjs';

const successes = [1_000, 10_000, 100_000];

/** @type {import('./case.mjs').Case} */
export const outageBeginsCase = {
  id: 'outage-begins',
  title: 'One failing call after many successes',
  about:
    'What the first failing calls of an outage cost when the window already holds that many successes; default ' +
    'options, windows long enough to hold them. Single calls: below 10 us it is mostly cold code.',
  columns: successes.map((count) => ({
    figure: `us${count}`,
    title: `us after ${count.toLocaleString('en')}`,
    digits: 1,
  })),
  async run({ quick, onProgress }) {
    const rows = [];
    for (const [index, library] of libraries.entries()) {
      /** @type {Record<string, import('../measure.mjs').Spread | null>} */
      const figures = {};
      for (const count of successes) {
        const tooSlow = (quick && count > 1_000) || (library === mollitia && count > 1_000);
        figures[`us${count}`] = tooSlow ? null : await microsecondsOfOneFailure(library, count);
      }
      rows.push({ name: library.name, figures });
      onProgress((index + 1) / libraries.length);
    }
    return rows;
  },
};

/**
 * @param {import('../libraries/plan.mjs').Library} library
 * @param {number} count
 */
async function microsecondsOfOneFailure(library, count) {
  const plan = { ...defaultPlan, window: { calls: count }, trips: /** @type {const} */ ('never') };
  const { call, control } = subject(`${library.name} ${count}`, library, plan, {
    operation: 'nineInTenFail',
    loop: 'catch',
  });
  control.failing = false;
  await call(count);
  control.failing = true;
  control.ran = 0;

  const microseconds = [];
  for (let repeat = 0; repeat < 9; repeat += 1) {
    const startedAt = performance.now();
    const thrown = await call(1);
    microseconds.push((performance.now() - startedAt) * 1_000);
    if (thrown !== 1) throw new Error(`${library.name}: the call did not fail`);
  }
  return spread(microseconds);
}
