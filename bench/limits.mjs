// @ts-check
/**
 * The limits of this package. Ratios of hot paths are CPU time over that of the bare call, on Node.js 20. "Lean" is
 * `timeoutMs: null, trackLatency: false`.
 *
 * @typedef {object} Limit
 * @property {string} label
 * @property {string} case
 * @property {readonly string[]} rows  More than one: the largest of them counts.
 * @property {boolean} [flat]  The largest over the smallest of the rows counts.
 * @property {string} figure
 * @property {number} atMost
 * @property {number} aim
 * @property {number} digits
 */

const windows = ['ours, window 10', 'ours, window 1000', 'ours, window 100000'];

/** @type {readonly Limit[]} */
export const limits = [
  hotPath('async, lean, count window', 'lean-count', 2.1, 1.95),
  hotPath('async, lean, time window', 'lean-time', 3.1, 2.7),
  hotPath('async, default options', 'default', 6.3, 5),
  hotPath('async, timeout and latency, time window', 'timeout-time', 6.8, 5.7),
  hotPath('async, latency without timeout', 'latency-only', 5.2, 5.2),
  hotPath('sync operation, default options', 'sync-default', 3.5, 3.5),
  hotPath('failing call, default options', 'failing-default', 1.67, 1.6),
  hotPath('rejection', 'rejection', 1.15, 1.15),
  flat('failing call, lean, slowest window over fastest', 'failing-lean', windows),
  flat('failing call, default options, slowest window over fastest', 'failing-default', windows),
  ...['lean', 'default'].flatMap((options) =>
    ['withBreaker', 'decorator'].map((row) =>
      amount(`${row}, ${options}, x call`, `facades-${options}`, row, 'ratio', 1.15, 1.05, 2),
    ),
  ),
  amount(
    'keyed look-up and call, 100,000 keys, x own Map and call',
    'keyed-100000',
    'keyed.call',
    'ratio',
    1.2,
    1.1,
    2,
  ),
  amount('a new key while 10,000 keys are open, us', 'keyed-open', 'ours', 'newKeyUs', 12, 8, 1),
  amount('bytes per breaker, fresh', 'memory', 'ours, default', 'fresh', 800, 750),
  amount('bytes per breaker, used', 'memory', 'ours, default', 'used', 1_800, 1_500),
  amount('bytes per breaker, used, with failures', 'memory', 'ours, default', 'usedWithFailures', 1_800, 1_500),
  amount('bytes allocated per call, lean', 'memory', 'ours, lean', 'allocated', 450, 380),
  amount('bytes allocated per call, default options', 'memory', 'ours, default', 'allocated', 750, 650),
  amount('timers of a fresh breaker', 'timers', 'ours, default', 'fresh', 0, 0),
  amount('timers of a lean breaker after calls', 'timers', 'ours, lean', 'used', 0, 0),
  amount('bundle of `import { UnifiedCircuitBreaker }`, bytes gzipped', 'bundle', 'ours', 'gzipped', 20_000, 17_000),
  amount('functions that a failing call runs', 'call-path', 'ours', 'functions', 55, 45),
  amount('files that they are in', 'call-path', 'ours', 'files', 18, 15),
];

/**
 * @param {string} label
 * @param {string} row
 * @param {number} atMost
 * @param {number} aim
 * @returns {Limit}
 */
function hotPath(label, row, atMost, aim) {
  return amount(`${label}, x bare`, 'hot-path', row, 'ratio', atMost, aim, 2);
}

/**
 * "Flat" allows for the noise of a shared machine: differences under 10% don't count.
 *
 * @param {string} label
 * @param {string} caseId
 * @param {readonly string[]} rows
 * @returns {Limit}
 */
function flat(label, caseId, rows) {
  return { label, case: caseId, rows, flat: true, figure: 'ratio', atMost: 1.15, aim: 1.1, digits: 2 };
}

/**
 * @param {string} label
 * @param {string} caseId
 * @param {string} row
 * @param {string} figure
 * @param {number} atMost
 * @param {number} aim
 * @param {number} [digits]
 * @returns {Limit}
 */
function amount(label, caseId, row, figure, atMost, aim, digits = 0) {
  return { label, case: caseId, rows: [row], figure, atMost, aim, digits };
}

/**
 * @typedef {import('./measure.mjs').Row} Row
 * @typedef {Limit & { measured: number | null, verdict: 'ok, aim reached' | 'ok' | 'over' | 'not measured' }} Judged
 *
 * @param {ReadonlyMap<string, readonly Row[]>} results  Rows by case.
 * @returns {Judged[]}
 */
export function judge(results) {
  return limits.map((limit) => {
    const measured = measure(limit, results.get(limit.case) ?? []);
    return { ...limit, measured, verdict: verdictOn(measured, limit) };
  });
}

/**
 * @param {Limit} limit
 * @param {readonly Row[]} rows
 */
function measure({ rows: names, figure, flat: isFlat }, rows) {
  const medians = names.map((name) => {
    const value = rows.find((row) => row.name === name)?.figures[figure];
    return typeof value === 'object' ? value?.median : value;
  });
  if (medians.some((median) => median === undefined)) return null;
  const largest = Math.max(...medians.map(Number));
  return isFlat ? largest / Math.min(...medians.map(Number)) : largest;
}

/**
 * @param {number | null} measured
 * @param {Limit} limit
 */
function verdictOn(measured, { atMost, aim }) {
  if (measured === null) return 'not measured';
  if (measured > atMost) return 'over';
  return measured <= aim ? 'ok, aim reached' : 'ok';
}
