// @ts-check
import { defaultPlan, leanPlan } from '../libraries/plan.mjs';
import { libraries } from '../libraries/index.mjs';
import { interleave } from '../measure.mjs';
import { bareSubject, keepTimersWarm, subject, timeColumns } from './case.mjs';

/** @type {import('./case.mjs').Case[]} */
export const successCases = [
  successCase({
    id: 'async-lean',
    title: 'Success, async operation, lean, count window',
    about: 'A closed circuit and an async operation that returns at once; no timeout, a window of 100 calls.',
    operation: 'async',
    plan: leanPlan,
  }),
  successCase({
    id: 'async-time-window',
    title: 'Success, async operation, lean, time window',
    about: 'Lean, with a window of 10 s.',
    operation: 'async',
    plan: { ...leanPlan, window: { ms: 10_000 } },
    clockReads: 'readAfter',
  }),
  successCase({
    id: 'async-default',
    title: 'Success, async operation, default options',
    about: 'With a timeout of 30 s and latency figures: what `new UnifiedCircuitBreaker({ name })` does.',
    operation: 'async',
    plan: defaultPlan,
    clockReads: 'readAround',
  }),
  successCase({
    id: 'sync-lean',
    title: 'Success, sync operation through the async call, lean',
    about: 'The operation returns a plain value; the bare call is `await operation()`.',
    operation: 'sync',
    plan: { ...leanPlan, syncOperation: true },
  }),
  successCase({
    id: 'sync-default',
    title: 'Success, sync operation through the async call, default options',
    about: 'A plain value, with a timeout of 30 s and latency figures.',
    operation: 'sync',
    plan: { ...defaultPlan, syncOperation: true },
    clockReads: 'readAround',
  }),
  successCase({
    id: 'event-loop-turn',
    title: 'Success, operation that takes one turn of the event loop, default options',
    about: 'The least that real input and output costs. Beside a network call every breaker here disappears.',
    operation: 'turn',
    plan: defaultPlan,
  }),
];

/**
 * @typedef {object} SuccessOptions
 * @property {string} id
 * @property {string} title
 * @property {string} about
 * @property {'async' | 'sync' | 'turn'} operation
 * @property {import('../libraries/plan.mjs').Plan} plan
 * @property {'readAfter' | 'readAround'} [clockReads]  Adds a row: the bare call with the clock reads that it needs.
 *
 * @param {SuccessOptions} options
 * @returns {import('./case.mjs').Case}
 */
function successCase({ id, title, about, operation, plan, clockReads }) {
  return {
    id,
    title,
    about,
    columns: timeColumns,
    async run({ effort, onProgress }) {
      keepTimersWarm();
      const subjects = libraries.map((library) => subject(library.name, library, plan, { operation }));
      const reads = clockReads === 'readAfter' ? 'one clock read' : 'two clock reads';
      const clocked = clockReads ? [bareSubject({ operation, loop: clockReads }, `bare call, ${reads}`)] : [];
      return interleave(bareSubject({ operation }), [...clocked, ...subjects], effort, onProgress);
    },
  };
}
