// @ts-check
import { spread } from '../measure.mjs';
import { pairCases } from '../pairs-cases.mjs';
import { jsonFrom } from './child.mjs';

/** @type {import('./case.mjs').Case} */
export const hotPathCase = {
  id: 'hot-path',
  title: 'Hot paths by CPU time',
  about: [
    'This package alone, as `npm run bench:pairs` measures it: CPU time over that of the bare call, each repeat in a',
    'process of its own. It repeats within 3%.',
  ].join(' '),
  columns: [{ figure: 'ratio', title: 'x bare', digits: 2 }],
  async run({ quick, onProgress }) {
    const url = import.meta.resolve('unified-circuit-breaker');
    const ids = Object.keys(pairCases);
    const rows = [];
    for (const [index, id] of ids.entries()) {
      const ratios = [];
      for (let repeat = 0; repeat < (quick ? 1 : 5); repeat += 1) {
        const { overBare } = await jsonFrom('pairs-child.mjs', [id, url], ['--single-threaded']);
        ratios.push(overBare[0]);
      }
      rows.push({ name: id, figures: { ratio: spread(ratios) } });
      onProgress((index + 1) / ids.length);
    }
    return rows;
  },
};
