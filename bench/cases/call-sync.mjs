// @ts-check
import { defaultPlan, leanPlan } from '../libraries/plan.mjs';
import { handWritten, ours } from '../libraries/index.mjs';
import { interleave } from '../measure.mjs';
import { bareSubject, subject, timeColumns } from './case.mjs';

/** @type {import('./case.mjs').Case} */
export const callSyncCase = {
  id: 'call-sync',
  title: 'Success, synchronous call',
  about:
    '`callSync` of an operation that only adds one: the bare call is a nanosecond or two, so read the ' +
    'nanoseconds and not the ratio. The other libraries have no synchronous call.',
  columns: timeColumns.map((column) => ({ ...column, digits: 1 })),
  async run({ effort, onProgress }) {
    const options = /** @type {const} */ ({ operation: 'sync', loop: 'sync' });
    const subjects = [
      subject('ours, lean', ours, leanPlan, options),
      subject('ours, default', ours, defaultPlan, options),
      subject('hand-written', handWritten, leanPlan, options),
    ];
    return interleave(bareSubject(options), subjects, effort, onProgress);
  },
};
