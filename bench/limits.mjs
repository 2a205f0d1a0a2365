// @ts-check
/**
 * What this package promises of itself. Ratios are to the bare call of the same run; "lean" is `timeoutMs: null,
 * trackLatency: false`.
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
  ratio('success, async, lean, count window', 'async-lean', ['ours'], 2.4, 1.9),
  ratio('success, async, lean, time window', 'async-time-window', ['ours'], 2.9, 2.5),
  ratio('success, async, default options', 'async-default', ['ours'], 5.5, 5),
  ratio('success, sync operation through `call`, lean', 'sync-lean', ['ours'], 2.2, 1.5),
  ratio('success, sync operation through `call`, default options', 'sync-default', ['ours'], 3, 2.6),
  ratio('rejection while open, lean', 'rejection', ['ours, lean'], 1.35, 1.2),
  ratio('rejection while open, default options', 'rejection', ['ours, default'], 1.35, 1.2),
  ratio('failing call, lean, slowest of windows 10 to 100,000', 'failing-lean', windows, 1.75, 1.6),
  ratio('failing call, default options, slowest of windows 10 to 100,000', 'failing-default', windows, 1.6, 1.45),
  flat('failing call, lean, slowest window over fastest', 'failing-lean', windows),
  flat('failing call, default options, slowest window over fastest', 'failing-default', windows),
  ...['facades-lean', 'facades-default'].flatMap((id) => ['withBreaker', 'decorator'].map((row) => times(`${row}, ${id.slice(8)}, x call`, id, row, 1.15, 1.05))),
  times('keyed look-up and call, 100,000 keys, x own Map and call', 'keyed-100000', 'keyed.call', 1.2, 1.1),
  amount('bytes per breaker, fresh', 'memory', 'ours, default', 'fresh', 1_000, 800),
  amount('bytes per breaker, used', 'memory', 'ours, default', 'used', 1_800, 1_500),
  amount('bytes per breaker, used, with failures', 'memory', 'ours, default', 'usedWithFailures', 1_800, 1_500),
  amount('bytes allocated per call, lean', 'memory', 'ours, lean', 'allocated', 450, 380),
  amount('bytes allocated per call, default options', 'memory', 'ours, default', 'allocated', 750, 650),
  amount('timers of a fresh breaker', 'timers', 'ours, default', 'fresh', 0, 0),
  amount('timers of a lean breaker after calls', 'timers', 'ours, lean', 'used', 0, 0),
  amount('bundle of `import { UnifiedCircuitBreaker }`, bytes gzipped', 'bundle', 'ours', 'gzipped', 9_000, 6_000),
];

/**
 * @param {string} label
 * @param {string} caseId
 * @param {readonly string[]} rows
 * @param {number} atMost
 * @param {number} aim
 * @returns {Limit}
 */
function ratio(label, caseId, rows, atMost, aim) {
  return { label: `${label}, x bare`, case: caseId, rows, figure: 'ratio', atMost, aim, digits: 2 };
}

/**
 * @param {string} label
 * @param {string} caseId
 * @param {string} row
 * @param {number} atMost
 * @param {number} aim
 * @returns {Limit}
 */
function times(label, caseId, row, atMost, aim) {
  return { label, case: caseId, rows: [row], figure: 'ratio', atMost, aim, digits: 2 };
}

/**
 * "Flat" allows for the noise of a shared machine: differences under 10 % are none.
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
 * @returns {Limit}
 */
function amount(label, caseId, row, figure, atMost, aim) {
  return { label, case: caseId, rows: [row], figure, atMost, aim, digits: 0 };
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
