// @ts-check
/**
 * Measures the memory of one library in a process of its own, and prints it as JSON:
 * `node --expose-gc --min-semi-space-size=64 --max-semi-space-size=64 bench/memory-child.mjs <library> <options>
 * <breakers>`, where the options are `lean` or `default`.
 * The large semi-space keeps the collector from running while allocations are counted. Without a known library it
 * counts what the bare call allocates.
 */
import { libraries } from './libraries/index.mjs';
import { defaultPlan, leanPlan } from './libraries/plan.mjs';
import { collectGarbage, eventLoopTurn, spread } from './measure.mjs';
import { compileLoop, compileOperation } from './operations.mjs';

/** More than the 100 calls of the window, so that it is full. */
const callsPerBreaker = 120;

const [libraryName = '', options = '', breakers = '0'] = process.argv.slice(2);
const plan = options === 'lean' ? leanPlan : defaultPlan;
const library = libraries.find(({ name }) => name === libraryName);

const figures = {
  ...(library === undefined ? {} : await bytesPerBreaker(library, Number(breakers))),
  allocated: await bytesPerCall(library),
};
process.stdout.write(JSON.stringify(figures), () => process.exit(0));

/**
 * @param {import('./libraries/plan.mjs').Library} measured
 * @param {number} count
 */
async function bytesPerBreaker({ name, create }, count) {
  const { operation, control } = compileOperation('oneInTenFails', name);
  const loop = compileLoop('catch', create(plan, operation).call, name);
  /** @type {unknown[]} */
  const targets = Array.from({ length: count }, () => null);
  const createAll = (/** @type {number} */ howMany) => {
    for (let index = 0; index < howMany; index += 1) targets[index] = create(plan, operation).target;
  };
  const useAll = async (/** @type {number} */ howMany, /** @type {boolean} */ failing) => {
    control.failing = failing;
    for (let index = 0; index < howMany; index += 1) await loop(targets[index], operation, callsPerBreaker);
  };

  // A first round makes what all breakers share: compiled code, type feedback, hidden classes.
  createAll(Math.min(count, 200));
  await useAll(Math.min(count, 200), true);
  targets.fill(null);

  const empty = await retainedBytes();
  createAll(count);
  const fresh = await retainedBytes();
  await useAll(count, false);
  const used = await retainedBytes();
  await useAll(count, true);
  const usedWithFailures = await retainedBytes();
  const perBreaker = (/** @type {number} */ bytes) => (bytes - empty) / count;
  return { fresh: perBreaker(fresh), used: perBreaker(used), usedWithFailures: perBreaker(usedWithFailures) };
}

async function retainedBytes() {
  for (let turn = 0; turn < 3; turn += 1) {
    await eventLoopTurn();
    collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** @param {import('./libraries/plan.mjs').Library | undefined} caller */
async function bytesPerCall(caller) {
  const name = caller?.name ?? 'bare';
  const { operation } = compileOperation('async', name);
  const { target, call } = caller?.create(plan, operation) ?? { target: undefined, call: 'operation()' };
  const loop = compileLoop('await', call, name);
  const warmUntil = performance.now() + 250;
  while (performance.now() < warmUntil) await loop(target, operation, 500);

  // As many calls as surely fit between two collections.
  collectGarbage();
  const beforeSome = process.memoryUsage().heapUsed;
  await loop(target, operation, 500);
  const roughly = (process.memoryUsage().heapUsed - beforeSome) / 500;
  const times = Math.round(Math.min(20_000, 16e6 / roughly));

  const bytes = [];
  for (let repeat = 0; repeat < 9; repeat += 1) {
    await eventLoopTurn();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    await loop(target, operation, times);
    bytes.push((process.memoryUsage().heapUsed - before) / times);
  }
  return spread(bytes);
}
