// @ts-check
import { timeoutMs } from '../libraries/plan.mjs';
import { compileLoop, compileOperation } from '../operations.mjs';

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../measure.mjs').Subject} Subject
 *
 * @typedef {object} Column
 * @property {string} figure  The key in `Row.figures`.
 * @property {string} title
 * @property {number} digits  After the decimal point.
 *
 * @typedef {object} Context
 * @property {import('../measure.mjs').Effort} effort
 * @property {boolean} quick
 * @property {(share: number) => void} onProgress
 *
 * @typedef {object} Case  Each runs in a process of its own, with all its libraries in that one.
 * @property {string} id
 * @property {string} title
 * @property {string} about
 * @property {readonly Column[]} columns
 * @property {(context: Context) => Promise<Row[]>} run
 */

/** @type {readonly Column[]} */
export const timeColumns = [
  { figure: 'nsPerCall', title: 'ns per call', digits: 0 },
  { figure: 'ratio', title: 'x bare', digits: 2 },
];

/**
 * Keeps one timer of the plans' timeout pending, as in a service that always has calls in flight. Node.js makes and
 * drops the list for a duration with its first and last timer, which would triple the price of a timer per call.
 */
export function keepTimersWarm() {
  setInterval(() => {}, timeoutMs).unref();
}

/**
 * @typedef {object} SubjectOptions
 * @property {Parameters<typeof compileOperation>[0]} operation
 * @property {'await' | 'catch' | 'sync' | 'readAfter' | 'readAround'} [loop]
 * @property {(times: number) => number} [ran]  How many operations that many calls must have run; all, unless given.
 * @property {(times: number) => number} [result]  What the loop must return for that many calls; all, unless given.
 */

/**
 * @typedef {object} BreakerOnly
 * @property {() => boolean} isOpen
 * @property {(times: number) => any} call  Makes that many calls, unchecked.
 * @property {import('../operations.mjs').OperationControl} control
 *
 * @typedef {Subject & BreakerOnly} BreakerSubject
 */

/**
 * @param {SubjectOptions} options
 * @param {string} [name]
 * @returns {Subject}
 */
export function bareSubject({ operation: kind, loop: loopKind = 'await', ...expected }, name = 'bare call') {
  const { operation, control } = compileOperation(kind, name);
  const loop = compileLoop(loopKind, 'operation()', name);
  return { name, run: checkedRun(name, loop, () => performance, operation, control, expected) };
}

/**
 * @param {string} name
 * @param {import('../libraries/plan.mjs').Library} library
 * @param {import('../libraries/plan.mjs').Plan} plan
 * @param {SubjectOptions & { renewWith?: number }} options  `renewWith`: each batch gets a new breaker with that many
 * successes in its window.
 * @returns {BreakerSubject}
 */
export function subject(name, library, plan, { operation: kind, loop: loopKind = 'await', renewWith, ...expected }) {
  const { operation, control } = compileOperation(kind, name);
  let breaker = library.create(plan, operation);
  const call = loopKind === 'sync' ? breaker.callSync : breaker.call;
  if (call === undefined) throw new Error(`${library.name} has no synchronous call`);
  const loop = compileLoop(loopKind, call, name);

  const renew = async () => {
    breaker.dispose();
    breaker = library.create(plan, operation);
    control.failing = false;
    await loop(breaker.target, operation, renewWith ?? 0);
    control.failing = true;
    control.ran = 0;
  };
  return {
    name,
    run: checkedRun(name, loop, () => breaker.target, operation, control, expected),
    ...(renewWith === undefined ? {} : { prepare: renew }),
    isOpen: () => breaker.isOpen(),
    call: (times) => loop(breaker.target, operation, times),
    control,
  };
}

/**
 * Checks on every batch that the breaker did what the row says: ran the operation so often, gave so many results.
 *
 * @param {string} name
 * @param {ReturnType<typeof compileLoop>} loop
 * @param {() => any} target
 * @param {() => any} operation
 * @param {import('../operations.mjs').OperationControl} control
 * @param {Pick<SubjectOptions, 'ran' | 'result'>} expected
 */
function checkedRun(name, loop, target, operation, control, { ran = all, result = all }) {
  const check = (/** @type {number} */ got, /** @type {number} */ ranBefore, /** @type {number} */ times) => {
    const hasRun = control.ran - ranBefore;
    if (hasRun !== ran(times)) throw new Error(`${name}: ${times} calls ran the operation ${hasRun} times`);
    if (Math.abs(got - result(times)) > 1) throw new Error(`${name}: ${times} calls gave ${got}, not ${result(times)}`);
  };
  return (/** @type {number} */ times) => {
    const ranBefore = control.ran;
    const got = loop(target(), operation, times);
    if (!(got instanceof Promise)) return check(got, ranBefore, times);
    return got.then((value) => check(value, ranBefore, times));
  };
}

const all = (/** @type {number} */ times) => times;
