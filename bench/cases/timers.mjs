// @ts-check
import { libraries } from '../libraries/index.mjs';
import { jsonFrom } from './child.mjs';

/** @type {import('./case.mjs').Case} */
export const timersCase = {
  id: 'timers',
  title: 'Timers of one breaker',
  about:
    'Timers that are armed, and those of them that keep the process alive, of a fresh breaker and after ten ' +
    'successful calls.',
  columns: [
    { figure: 'fresh', title: 'fresh', digits: 0 },
    { figure: 'freshHolding', title: 'holding the process', digits: 0 },
    { figure: 'used', title: 'after calls', digits: 0 },
    { figure: 'usedHolding', title: 'holding the process', digits: 0 },
  ],
  async run({ onProgress }) {
    const rows = [];
    for (const [index, { name }] of libraries.entries()) {
      const counted = ['lean', 'default'].map(async (options) => ({
        name: `${name}, ${options}`,
        figures: await jsonFrom('timers-child.mjs', [name, options]),
      }));
      rows.push(...(await Promise.all(counted)));
      onProgress((index + 1) / libraries.length);
    }
    return rows;
  },
};
