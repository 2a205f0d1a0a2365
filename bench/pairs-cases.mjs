// @ts-check
/**
 * The hot paths that builds are compared on.
 *
 * @typedef {object} PairCase
 * @property {Record<string, unknown>} options
 * @property {'async' | 'sync' | 'nineInTenFail' | 'throwing'} operation
 * @property {boolean} [opened]  The circuit is opened first, so that each call is rejected.
 */

const lean = { timeoutMs: null, trackLatency: false };
const timeWindow = { failureThreshold: null, slidingWindowMs: 10_000 };
const neverOpens = { failureThreshold: 1_000_000_000, errorRateThreshold: 1 };

/** @type {Readonly<Record<string, PairCase>>} */
export const pairCases = {
  'lean-count': { options: lean, operation: 'async' },
  'lean-time': { options: { ...lean, ...timeWindow }, operation: 'async' },
  default: { options: {}, operation: 'async' },
  'timeout-time': { options: { ...timeWindow, timeoutMs: 3_000 }, operation: 'async' },
  'latency-only': { options: { timeoutMs: null }, operation: 'async' },
  'sync-default': { options: {}, operation: 'sync' },
  'sync-lean': { options: lean, operation: 'sync' },
  'failing-default': { options: neverOpens, operation: 'nineInTenFail' },
  rejection: { options: { recoveryTimeoutMs: 1_000_000_000 }, operation: 'throwing', opened: true },
};
