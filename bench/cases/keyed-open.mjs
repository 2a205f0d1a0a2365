// @ts-check
import { jsonFrom } from './child.mjs';

/** @type {import('./case.mjs').Case} */
export const keyedOpenCase = {
  id: 'keyed-open',
  title: 'A new key while 10,000 keys are open',
  about: 'A full group of 10,000 keys whose circuits are all open; 20,000 new keys push out others.',
  columns: [
    { figure: 'newKeyUs', title: 'median us', digits: 1 },
    { figure: 'newKeyP999Us', title: 'p99.9 us', digits: 0 },
  ],
  async run() {
    const url = import.meta.resolve('unified-circuit-breaker');
    return [{ name: 'ours', figures: await jsonFrom('bytes-child.mjs', [url]) }];
  },
};
