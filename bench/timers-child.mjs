// @ts-check
/**
 * Counts the timers of one breaker, armed or holding the process, in a process of its own, and prints them as JSON:
 * `node bench/timers-child.mjs <library> <lean|default>`
 */
import { createHook } from 'node:async_hooks';

import { libraries } from './libraries/index.mjs';
import { defaultPlan, leanPlan } from './libraries/plan.mjs';
import { eventLoopTurn } from './measure.mjs';
import { compileLoop, compileOperation } from './operations.mjs';

/** @type {Set<number>} `process.getActiveResourcesInfo()` leaves unref'ed timers out; this does not. */
const armed = new Set();
createHook({
  init(id, type) {
    if (type === 'Timeout') armed.add(id);
  },
  destroy(id) {
    armed.delete(id);
  },
}).enable();

const [libraryName = '', options = ''] = process.argv.slice(2);
const plan = options === 'lean' ? leanPlan : defaultPlan;
const library = libraries.find(({ name }) => name === libraryName);
if (library === undefined) throw new Error(`Unknown library ${libraryName}`);

const { operation } = compileOperation('async', libraryName);
const { target, call } = library.create(plan, operation);
const fresh = await count();
await compileLoop('await', call, libraryName)(target, operation, 10);
const used = await count();
const figures = { fresh: fresh.armed, freshHolding: fresh.holding, used: used.armed, usedHolding: used.holding };
process.stdout.write(JSON.stringify(figures), () => process.exit(0));

async function count() {
  // A cleared timer is reported as destroyed some turns later.
  for (let turn = 0; turn < 5; turn += 1) await eventLoopTurn();
  return { armed: armed.size, holding: process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length };
}
