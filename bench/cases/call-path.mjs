// @ts-check
import { jsonFrom } from './child.mjs';

/** @type {import('./case.mjs').Case} */
export const callPathCase = {
  id: 'call-path',
  title: 'The path of a failing call',
  about: 'What one failing call that opens the circuit runs, with default options. `npm run bench:path` lists it.',
  columns: [
    { figure: 'functions', title: 'functions', digits: 0 },
    { figure: 'files', title: 'files', digits: 0 },
  ],
  async run() {
    return [{ name: 'ours', figures: await jsonFrom('call-path.mjs', ['--json']) }];
  },
};
