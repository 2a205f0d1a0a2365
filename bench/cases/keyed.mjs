// @ts-check
import { UnifiedCircuitBreaker, UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';

import { interleave, spread } from '../measure.mjs';
import { keepTimersWarm, timeColumns } from './case.mjs';

const answer = { id: '42' };
const operation = async () => answer;

/** Keys in an order that no cache foresees. @param {number} count */
function shuffledKeys(count) {
  const keys = Array.from({ length: count }, (_, index) => `tenant-${index}`);
  let seed = 20;
  for (let left = keys.length; left > 1; left -= 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const other = seed % left;
    [keys[left - 1], keys[other]] = [/** @type {string} */ (keys[other]), /** @type {string} */ (keys[left - 1])];
  }
  return keys;
}

/**
 * Calls with one key after the other, each batch where the last one ended.
 *
 * @param {string} name
 * @param {readonly string[]} keys
 * @param {(key: string) => Promise<unknown>} call
 * @returns {import('./case.mjs').Subject}
 */
function rounds(name, keys, call) {
  let at = 0;
  return {
    name,
    run: async (times) => {
      for (let i = 0; i < times; i += 1) {
        await call(/** @type {string} */ (keys[at]));
        at = at + 1 === keys.length ? 0 : at + 1;
      }
    },
  };
}

/**
 * Ways to look a breaker up.
 *
 * @typedef {object} Way
 * @property {string} id
 * @property {string} name
 * @property {(manager: UnifiedCircuitBreakerManager, maxKeys: number) => Opened} open
 *
 * @typedef {object} Opened
 * @property {(key: string) => UnifiedCircuitBreaker} make
 * @property {(key: string) => Promise<unknown>} call
 */

/** @type {readonly Way[]} */
const ways = [
  { id: 'keyed', name: 'keyed.call', open: (manager, maxKeys) => keyedWay(manager.keyed('group', { maxKeys })) },
  {
    id: 'keyed-idle',
    name: 'keyed.call with idleMs',
    open: (manager, maxKeys) => keyedWay(manager.keyed('group', { maxKeys, idleMs: 3_600_000 })),
  },
  {
    id: 'registry',
    name: 'manager.getCircuitBreaker(name).call',
    open: (manager) => ({
      make: (key) => manager.createCircuitBreaker(key),
      call: (key) => /** @type {UnifiedCircuitBreaker} */ (manager.getCircuitBreaker(key)).call(operation),
    }),
  },
];

/** @param {import('unified-circuit-breaker').KeyedBreakers} group @returns {Opened} */
const keyedWay = (group) => ({ make: (key) => group.for(key), call: (key) => group.call(key, operation) });

/** @type {readonly import('./case.mjs').Case[]} */
export const keyedCases = ways.flatMap(({ id, name, open }) =>
  [1, 1_000, 100_000].map((count) => ({
    id: `${id}-${count}`,
    title: `${name}, ${count.toLocaleString('en')} breaker${count === 1 ? '' : 's'}`,
    about:
      'Default options. The bare call is a `Map` of the same breakers and their call, as one would write it by ' +
      'hand; keys come in random order.',
    columns: timeColumns.map((column) => ({ ...column, title: column.title.replace('bare', 'own Map') })),
    async run({ effort, onProgress }) {
      keepTimersWarm();
      const keys = shuffledKeys(count);
      const { make, call } = open(new UnifiedCircuitBreakerManager(), count);
      const own = new Map(keys.map((key) => [key, make(key)]));
      const bare = rounds('own Map', keys, (key) =>
        /** @type {UnifiedCircuitBreaker} */ (own.get(key)).call(operation),
      );
      return interleave(bare, [rounds(name, keys, call)], effort, onProgress);
    },
  })),
);

const KEYS = 100_000;

/** @type {import('./case.mjs').Case} */
export const keyedStallCase = {
  id: 'keyed-stall',
  title: 'The longest look-up, 100,000 keys',
  about:
    'One `keyed.for(key)` in milliseconds, the longest of each run: while the group fills, and while new keys ' +
    'push out others. A `Map` of plain objects that is filled beside it shows what the engine itself takes ' +
    '(growing the table, collecting garbage).',
  columns: [
    { figure: 'longestMs', title: 'longest ms', digits: 2 },
    { figure: 'meanUs', title: 'mean us', digits: 2 },
  ],
  async run({ quick, onProgress }) {
    const churn = quick ? 2_000 : 20_000;
    /** @type {[name: string, run: () => number[]][]} */
    const runs = [
      [
        'a Map of plain objects fills',
        () =>
          timed(
            KEYS,
            (
              (/** @type {Map<string, object>} */ map) => (key) =>
                void map.set(key, { key })
            )(new Map()),
          ),
      ],
      [
        'a Map of breakers fills',
        () =>
          timed(
            KEYS,
            (
              (/** @type {Map<string, object>} */ map) => (key) =>
                void map.set(key, new UnifiedCircuitBreaker({ name: key }))
            )(new Map()),
          ),
      ],
      ['fills', () => timed(KEYS, filler(group()))],
      ['all idle, new keys come', () => churned(() => {}, churn)],
      ['all open, new keys come', () => churned((breaker) => breaker.trip(), churn)],
      [
        'all in flight, new keys come',
        () => churned((breaker) => void breaker.call(() => new Promise(() => {})), churn),
      ],
      ['all forced, new keys come', () => churned((breaker) => breaker.forceOpen(), churn)],
    ];
    const rows = [];
    for (const [index, [name, run]] of runs.entries()) {
      const taken = Array.from({ length: quick ? 1 : 5 }, run);
      rows.push({
        name,
        figures: {
          longestMs: spread(taken.map((times) => longest(times) / 1e6)),
          meanUs: spread(taken.map((times) => times.reduce((sum, ns) => sum + ns, 0) / times.length / 1e3)),
        },
        taken: { rounds: taken.length, callsPerBatch: taken[0]?.length ?? 0 },
      });
      onProgress((index + 1) / runs.length);
    }
    return rows;
  },
};

/** @param {readonly number[]} times */
const longest = (times) => times.reduce((most, ns) => Math.max(most, ns), 0);

const group = () => new UnifiedCircuitBreakerManager({ timeoutMs: null }).keyed('group', { maxKeys: KEYS });

/** @param {ReturnType<typeof group>} keyed */
const filler = (keyed) => (/** @type {string} */ key) => void keyed.for(key);

/**
 * @param {(breaker: UnifiedCircuitBreaker) => void} prepare
 * @param {number} count
 */
function churned(prepare, count) {
  const keyed = group();
  for (let key = 0; key < KEYS; key += 1) prepare(keyed.for(`tenant-${key}`));
  return timed(count, (key) => void keyed.for(`new-${key}`));
}

/**
 * @param {number} count
 * @param {(key: string) => void} run
 */
function timed(count, run) {
  const keys = Array.from({ length: count }, (_, index) => `tenant-${index}`);
  return keys.map((key) => {
    const startedAt = performance.now();
    run(key);
    return (performance.now() - startedAt) * 1e6;
  });
}
