// @ts-check
/**
 * One repeat of one hot path, by CPU time. The bare call and the builds run in turns. Prints a `Repeat` as JSON.
 * `node --expose-gc --single-threaded bench/pairs-child.mjs <case> <URL of a build>…`
 *
 * @typedef {object} Repeat
 * @property {number} bareNs  CPU time of one bare call.
 * @property {number[]} overBare  CPU time of a call through each build, over that of the bare call.
 * @property {number[]} overFirst  CPU time of a call through each build, over that of the first build.
 */
import { keepTimersWarm } from './cases/case.mjs';
import { collectGarbage, eventLoopTurn, spread } from './measure.mjs';
import { compileLoop, compileOperation } from './operations.mjs';
import { pairCases } from './pairs-cases.mjs';

const ROUNDS = 80;
const BATCH_NS = 3_000_000;

const [id = '', ...urls] = process.argv.slice(2);
const pairCase = pairCases[id];
if (pairCase === undefined) throw new Error(`There is no case ${id}`);
const { options, operation: kind, opened = false } = pairCase;
const loopKind = kind === 'nineInTenFail' || kind === 'throwing' ? 'catch' : 'await';

keepTimersWarm();
collectGarbage();
const bare = await subject('bare', null);
const builds = [];
for (const [index, url] of urls.entries()) builds.push(await subject(`build${index}`, url));
for (const one of [bare, ...builds]) await warmUp(one);

/** @type {Repeat[]} */
const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const order = round % 2 === 0 ? builds : builds.toReversed();
  const spent = new Map([bare, ...builds].map((one) => [one, 0]));
  for (const one of [bare, ...order, bare, ...order.toReversed(), bare]) {
    await eventLoopTurn();
    spent.set(one, (spent.get(one) ?? 0) + (await cpuNs(one, one.times)));
  }
  const bareNs = (spent.get(bare) ?? 0) / 3;
  const ns = builds.map((one) => (spent.get(one) ?? 0) / 2);
  rounds.push({
    bareNs,
    overBare: ns.map((each) => each / bareNs),
    overFirst: ns.map((each) => each / (ns[0] ?? NaN)),
  });
}
const median = (/** @type {(round: Repeat) => number | undefined} */ figure) =>
  spread(rounds.map((round) => figure(round) ?? NaN)).median;
/** @type {Repeat} */
const repeat = {
  bareNs: median(({ bareNs }) => bareNs),
  overBare: urls.map((_, index) => median(({ overBare }) => overBare[index])),
  overFirst: urls.map((_, index) => median(({ overFirst }) => overFirst[index])),
};
process.stdout.write(JSON.stringify(repeat), () => process.exit(0));

/**
 * @param {string} name
 * @param {string | null} url  `null` for the bare call.
 */
async function subject(name, url) {
  const { operation } = compileOperation(kind, name);
  const loop = compileLoop(loopKind, url === null ? 'operation()' : 'target.call(operation)', name);
  // The query makes two modules of one file, so that a build can be compared with itself.
  const target = url === null ? null : new (await import(`${url}?${name}`)).UnifiedCircuitBreaker({ name, ...options });
  if (opened && target !== null) await loop(target, operation, 100);
  if (opened && target !== null && target.state !== 'open') throw new Error('Failing calls did not open the circuit');
  return { times: 0, run: (/** @type {number} */ times) => loop(target, operation, times) };
}

/** @param {Awaited<ReturnType<typeof subject>>} one */
async function warmUp(one) {
  const endsAt = performance.now() + 250;
  for (let times = 500; performance.now() < endsAt; times = Math.min(times * 2, 20_000)) {
    await one.run(times);
    await eventLoopTurn();
  }
  const taken = [];
  for (let batch = 0; batch < 5; batch += 1) taken.push(await cpuNs(one, 8_000));
  one.times = Math.max(1, Math.round(BATCH_NS / spread(taken).median));
}

/**
 * @param {Awaited<ReturnType<typeof subject>>} one
 * @param {number} times
 */
async function cpuNs(one, times) {
  const before = process.cpuUsage();
  await one.run(times);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / times;
}
