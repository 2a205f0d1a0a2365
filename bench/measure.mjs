// @ts-check
/**
 * How times are taken. In each round every subject runs one batch, in a random order, and the bare call runs one
 * before and one after it. The ratio of a batch is its time per call over the mean of the two bare ones beside it, so a
 * machine that slows down for a while slows down both. Reported are medians over the rounds, with the 10th and 90th
 * percentile.
 *
 * @typedef {object} Subject
 * @property {string} name
 * @property {(times: number) => unknown} run  Makes that many calls; a promise is awaited.
 * @property {() => unknown} [prepare]  Runs before each batch, outside the measured time.
 * @property {number} [minTimes]  The fewest calls in one batch; 1 unless given.
 * @property {number} [maxTimes]  The most calls in one batch; 200,000 unless given.
 *
 * @typedef {object} Effort
 * @property {number} warmUpMs  Per subject.
 * @property {number} batchMs
 * @property {number} rounds
 * @property {number} budgetMs  Per subject; a slow one gets fewer rounds, at least three.
 *
 * @typedef {{ median: number, p10: number, p90: number }} Spread
 * @typedef {object} Row
 * @property {string} name
 * @property {Record<string, Spread | number | null>} figures  `null`: not in this library, or too slow.
 * @property {{ rounds: number, callsPerBatch: number }} [taken]
 */

/** @type {Record<'full' | 'quick', Effort>} */
export const efforts = {
  full: { warmUpMs: 250, batchMs: 10, rounds: 60, budgetMs: 3_000 },
  quick: { warmUpMs: 30, batchMs: 2, rounds: 5, budgetMs: 150 },
};

/**
 * @param {Subject} bare
 * @param {readonly Subject[]} subjects
 * @param {Effort} effort
 * @param {(share: number) => void} onProgress  Told how much is done, 0 to 1.
 * @returns {Promise<Row[]>}  The bare call first.
 */
export async function interleave(bare, subjects, effort, onProgress) {
  const random = seededRandom(20);
  const all = [bare, ...subjects];
  const times = await calibrate(all, effort, (share) => onProgress(share * 0.2));
  const samples = new Map(
    all.map((subject) => [
      subject,
      { ns: /** @type {number[]} */ ([]), ratios: /** @type {number[]} */ ([]), spentMs: 0 },
    ]),
  );

  // No collection is forced between batches: it shrinks the young generation, which then costs the next ones more.
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const subject of shuffled(subjects, random)) {
      const taken = samples.get(subject);
      if (!taken || (taken.spentMs > effort.budgetMs && taken.ns.length >= 3)) continue;
      await subject.prepare?.();
      const before = await nsPerCall(bare, times(bare));
      const startedAt = performance.now();
      const ns = await nsPerCall(subject, times(subject));
      taken.spentMs += performance.now() - startedAt;
      const after = await nsPerCall(bare, times(bare));
      taken.ns.push(ns);
      taken.ratios.push((2 * ns) / (before + after));
      samples.get(bare)?.ns.push(before, after);
      await eventLoopTurn();
    }
    onProgress(0.2 + (0.8 * (round + 1)) / effort.rounds);
  }

  return all.map((subject) => {
    const { ns, ratios } = /** @type {{ ns: number[], ratios: number[] }} */ (samples.get(subject));
    return {
      name: subject.name,
      figures: {
        nsPerCall: spread(ns),
        ratio: subject === bare ? { median: 1, p10: 1, p90: 1 } : spread(ratios),
      },
      taken: { rounds: ns.length, callsPerBatch: times(subject) },
    };
  });
}

/**
 * Warms every subject up, a little of each in turn, and finds how many calls fill one batch.
 *
 * @param {readonly Subject[]} subjects
 * @param {Effort} effort
 * @param {(share: number) => void} onProgress
 */
async function calibrate(subjects, effort, onProgress) {
  const slices = 5;
  /** @type {Map<Subject, number>} */
  const times = new Map();
  for (let slice = 0; slice < slices; slice += 1) {
    for (const subject of subjects) {
      await subject.prepare?.();
      const ns = await warmUp(subject, effort.warmUpMs / slices);
      times.set(subject, within(subject, (effort.batchMs * 1e6) / ns));
      await eventLoopTurn();
    }
    onProgress((slice + 1) / slices);
  }
  return (/** @type {Subject} */ subject) => times.get(subject) ?? 1;
}

/**
 * @param {Subject} subject
 * @param {number} forMs
 * @returns {Promise<number>}  Nanoseconds per call at the end of the warm-up.
 */
async function warmUp(subject, forMs) {
  const endsAt = performance.now() + forMs;
  let times = within(subject, 10);
  let ns = await nsPerCall(subject, times);
  while (performance.now() < endsAt) {
    times = within(subject, Math.min(times * 2, (forMs * 1e6) / 4 / ns));
    ns = await nsPerCall(subject, times);
  }
  return ns;
}

const within = (/** @type {Subject} */ { minTimes = 1, maxTimes = 200_000 }, /** @type {number} */ times) =>
  Math.max(minTimes, Math.min(Math.round(times), maxTimes));

/**
 * @param {Subject} subject
 * @param {number} times
 */
async function nsPerCall(subject, times) {
  const startedAt = process.hrtime.bigint();
  const running = subject.run(times);
  if (running instanceof Promise) await running;
  return Number(process.hrtime.bigint() - startedAt) / times;
}

/**
 * @param {readonly number[]} values
 * @returns {Spread}
 */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { median: at(0.5), p10: at(0.1), p90: at(0.9) };
}

/** Lets timers and other breakers' intervals run between batches. */
export const eventLoopTurn = () => new Promise((resolve) => setImmediate(resolve));

export function collectGarbage() {
  if (globalThis.gc === undefined) throw new Error('Start node with --expose-gc');
  globalThis.gc();
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} random
 */
function shuffled(items, random) {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/**
 * Mulberry32: every run draws these orders.
 *
 * @param {number} seed
 */
function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
