// @ts-check
/**
 * What a case asks of a library, and what an adapter gives back. An adapter turns a plan into a breaker of its library,
 * used the way that library's own documentation shows.
 *
 * @typedef {object} Plan
 * @property {number | null} timeoutMs  `null` is the lean form: no timeout, no latency figures.
 * @property {{ calls: number } | { ms: number }} window  A library with only the other kind uses its default.
 * @property {'default' | 'never' | 'soon'} trips  By default; not at 90% failures; soon, and then for days.
 * @property {boolean} [syncOperation]  The operation returns a plain value instead of a promise.
 *
 * @typedef {object} Breaker
 * @property {any} target  What the measured loop calls.
 * @property {string} call  One asynchronous call, as source text over `target` and `operation`.
 * @property {string} [callSync]  One synchronous call, where the library has that.
 * @property {() => boolean} isOpen
 * @property {() => void} dispose  Stops what the breaker has started.
 *
 * @typedef {object} Library
 * @property {string} name
 * @property {string | null} packageName
 * @property {string | null} bundleEntry  The import whose size is measured, as source text.
 * @property {string} note  How it is set up here, and why.
 * @property {(plan: Plan, operation: (...rest: any[]) => any) => Breaker} create
 */

/** The timeout of every plan that has one: the default of this package, given to every library. */
export const timeoutMs = 30_000;

/** @type {Plan} The lean form: a window of 100 calls, no timeout. */
export const leanPlan = { timeoutMs: null, window: { calls: 100 }, trips: 'default' };

/** @type {Plan} The default options of this package. Others get its timeout and, if they can, its window. */
export const defaultPlan = { timeoutMs, window: { calls: 100 }, trips: 'default' };
