// @ts-check
import assert from 'node:assert/strict';

import { libraries } from '../libraries/index.mjs';
import { defaultPlan, leanPlan } from '../libraries/plan.mjs';
import { compileCall } from '../operations.mjs';

/**
 * @typedef {import('../libraries/plan.mjs').Library} Library
 * @typedef {import('../libraries/plan.mjs').Plan} Plan
 */

const failure = new Error('The dependency is down');
const plans = [leanPlan, { ...leanPlan, window: { ms: 10_000 } }, defaultPlan];

/**
 * Not a measurement: before anything is measured, each adapter must do what its rows say.
 *
 * @type {import('./case.mjs').Case}
 */
export const adaptersCase = {
  id: 'adapters',
  title: 'Adapters, checked',
  about:
    'Each library runs the operation, hands on its value and its error, stays closed when its thresholds are ' +
    'out of reach, opens on failures, then rejects without running the operation, and keeps its timeout.',
  columns: [{ figure: 'failuresToOpen', title: 'failing calls until it opens', digits: 0 }],
  async run({ onProgress }) {
    const rows = [];
    for (const [index, library] of libraries.entries()) {
      let failuresToOpen = 0;
      for (const plan of plans) {
        await handsOnValuesAndErrors(library, plan);
        await staysClosed(library, { ...plan, trips: 'never' });
        failuresToOpen = await opensAndRejects(library, { ...plan, trips: 'soon' });
      }
      await keepsItsTimeout(library);
      if (library.create(leanPlan, () => 1).callSync !== undefined) callsSynchronously(library);
      rows.push({ name: library.name, figures: { failuresToOpen } });
      onProgress((index + 1) / libraries.length);
    }
    return rows;
  },
};

/**
 * @param {Library} library
 * @param {Plan} plan
 */
async function handsOnValuesAndErrors(library, plan) {
  const value = { order: 1 };
  const succeeding = counted(async () => value);
  const failing = counted(() => Promise.reject(failure));
  const sync = counted(() => value);

  assert.equal(await caller(library, plan, succeeding)(), value, `${library.name}: the value`);
  assert.equal(
    await caller(library, plan, failing)().catch((/** @type {unknown} */ error) => error),
    failure,
    `${library.name}: the error`,
  );
  assert.equal(
    await caller(library, { ...plan, syncOperation: true }, sync)(),
    value,
    `${library.name}: the sync value`,
  );
  assert.deepEqual([succeeding.ran, failing.ran, sync.ran], [1, 1, 1], `${library.name}: runs the operation once`);
}

/**
 * @param {Library} library
 * @param {Plan} plan
 */
async function staysClosed(library, plan) {
  const operation = counted(() => (operation.ran % 10 === 0 ? Promise.resolve(1) : Promise.reject(failure)));
  const breaker = library.create(plan, operation);
  const call = () => compileCall(breaker.call)(breaker.target, operation);
  for (let calls = 0; calls < 300; calls += 1) await call().catch(() => {});

  assert.equal(operation.ran, 300, `${library.name}: runs every call while its thresholds are out of reach`);
  assert.equal(breaker.isOpen(), false, `${library.name}: stays closed`);
  breaker.dispose();
}

/**
 * @param {Library} library
 * @param {Plan} plan
 */
async function opensAndRejects(library, plan) {
  const operation = counted(() => Promise.reject(failure));
  const breaker = library.create(plan, operation);
  const call = () => compileCall(breaker.call)(breaker.target, operation);
  assert.equal(breaker.isOpen(), false, `${library.name}: starts closed`);
  while (!breaker.isOpen() && operation.ran < 1_000) await call().catch(() => {});
  const failuresToOpen = operation.ran;
  const rejection = await call().catch((/** @type {unknown} */ error) => error);

  assert.ok(breaker.isOpen() && failuresToOpen > 1, `${library.name}: opens after failures (${failuresToOpen})`);
  assert.ok(rejection instanceof Error && rejection !== failure, `${library.name}: rejects with an error of its own`);
  assert.equal(operation.ran, failuresToOpen, `${library.name}: rejects without running the operation`);
  breaker.dispose();
  return failuresToOpen;
}

/** @param {Library} library */
async function keepsItsTimeout(library) {
  const call = caller(library, { ...defaultPlan, timeoutMs: 20 }, () => new Promise(() => {}));
  const late = setTimeout(() => assert.fail(`${library.name}: does not keep its timeout`), 2_000);
  const rejection = await call().catch((/** @type {unknown} */ error) => error);
  clearTimeout(late);
  assert.ok(rejection instanceof Error, `${library.name}: a timeout rejects`);
}

/** @param {Library} library */
function callsSynchronously(library) {
  const operation = counted(() => 7);
  const { target, callSync = '' } = library.create(leanPlan, operation);
  assert.equal(compileCall(callSync)(target, operation), 7, `${library.name}: the value of a synchronous call`);
  assert.equal(operation.ran, 1);
}

/**
 * @param {Library} library
 * @param {Plan} plan
 * @param {() => any} operation
 */
function caller(library, plan, operation) {
  const { target, call } = library.create(plan, operation);
  return () => compileCall(call)(target, operation);
}

/** @param {() => any} operation */
function counted(operation) {
  const counting = () => {
    counting.ran += 1;
    return operation();
  };
  counting.ran = 0;
  return counting;
}
