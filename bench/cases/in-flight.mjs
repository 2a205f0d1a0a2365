// @ts-check
import { defaultPlan, leanPlan } from '../libraries/plan.mjs';
import { libraries, ours } from '../libraries/index.mjs';
import { collectGarbage, interleave, spread } from '../measure.mjs';
import { compileLoop, compileOperation } from '../operations.mjs';
import { timeColumns } from './case.mjs';

const inFlight = 10_000;

/** @type {import('./case.mjs').Case} */
export const inFlightCase = {
  id: 'in-flight',
  title: '10,000 calls in flight',
  about:
    'All are started, then all operations settle, then all results are awaited. Heap is what is retained per ' +
    'call while they wait, operation included.',
  columns: [...timeColumns, { figure: 'heapBytes', title: 'heap bytes per call in flight', digits: 0 }],
  async run({ effort, quick, onProgress }) {
    const bare = wave('bare call', 'operation()');
    const subjects = [wave('ours, lean', ours, leanPlan), wave('ours, default', ours, defaultPlan)];
    for (const library of libraries) {
      if (library !== ours) subjects.push(wave(library.name, library, leanPlan));
    }
    const rows = await interleave(bare, subjects, effort, (share) => onProgress(share * 0.9));
    for (const [index, { heapBytesPerCall }] of [bare, ...subjects].entries()) {
      const row = rows[index];
      if (row) row.figures['heapBytes'] = await heapBytesPerCall(quick ? 1 : 3);
    }
    return rows;
  },
};

/**
 * A subject that always makes all its calls at once.
 *
 * @param {string} name
 * @param {import('../libraries/plan.mjs').Library | 'operation()'} library
 * @param {import('../libraries/plan.mjs').Plan} [plan]
 */
function wave(name, library, plan = leanPlan) {
  const { operation, control } = compileOperation('pending', name);
  const breaker = library === 'operation()' ? { target: undefined, call: library } : library.create(plan, operation);
  const loop = compileLoop('wave', breaker.call, name);

  const run = async () => {
    const sum = await loop(breaker.target, operation, inFlight, control);
    if (sum !== inFlight) throw new Error(`${name}: ${inFlight} calls gave ${sum}`);
  };
  const heapBytesPerCall = async (/** @type {number} */ repeats) => {
    /** @type {number[]} */
    const bytes = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      await loop(breaker.target, operation, inFlight, control, () => {
        collectGarbage();
        bytes.push((process.memoryUsage().heapUsed - before) / inFlight);
      });
    }
    return spread(bytes);
  };
  return { name, run, minTimes: inFlight, maxTimes: inFlight, heapBytesPerCall };
}
