// @ts-check
/**
 * The operations that are called, and the loops that call them. Each use compiles its own copy from source text, so
 * that no library runs on code whose type feedback another library has filled: a shared loop would slow down all of
 * them, and most of all the one that is measured last.
 *
 * @typedef {object} OperationControl  Read by the operation, written by the case.
 * @property {number} ran  How often the operation has run: proof that the breaker really called it.
 * @property {boolean} failing  Whether `nineInTenFail` and `oneInTenFails` do.
 * @property {((value: number) => void)[]} waiting  The pending calls of a `pending` operation.
 */

const failure = new Error('The dependency is down');

/** The one success in ten comes last, so a window of ten or more calls always holds one. */
const operationSources = {
  async: 'async () => { control.ran += 1; return 1; }',
  sync: '() => { control.ran += 1; return 1; }',
  throwing: 'async () => { control.ran += 1; throw failure; }',
  nineInTenFail: `async () => {
    control.ran += 1;
    if (control.failing && control.ran % 10 !== 0) throw failure;
    return 1;
  }`,
  oneInTenFails: `async () => {
    control.ran += 1;
    if (control.failing && control.ran % 10 === 0) throw failure;
    return 1;
  }`,
  pending: '() => { control.ran += 1; return new Promise((resolve) => { control.waiting.push(resolve); }); }',
  turn: '() => { control.ran += 1; return new Promise((resolve) => { setImmediate(resolve, 1); }); }',
};

const loopSources = {
  /** Awaits one call after the other; gives the sum of the values. */
  await: (/** @type {string} */ call) => `async function NAME(target, operation, times) {
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += await ${call};
    return sum;
  }`,
  /** Awaits calls that may fail; returns the number of calls that threw. */
  catch: (/** @type {string} */ call) => `async function NAME(target, operation, times) {
    let thrown = 0;
    for (let i = 0; i < times; i += 1) {
      try { await ${call}; } catch { thrown += 1; }
    }
    return thrown;
  }`,
  /** With the one clock read that a time window cannot do without; `target` is the clock. */
  readAfter: (/** @type {string} */ call) => `async function NAME(target, operation, times) {
    let sum = 0;
    let latest = 0;
    for (let i = 0; i < times; i += 1) {
      sum += await ${call};
      latest = target.now();
    }
    return latest > 0 ? sum : 0;
  }`,
  /** With the two clock reads that latency figures cannot do without. */
  readAround: (/** @type {string} */ call) => `async function NAME(target, operation, times) {
    let sum = 0;
    let elapsed = 0;
    for (let i = 0; i < times; i += 1) {
      const startedAt = target.now();
      sum += await ${call};
      elapsed += target.now() - startedAt;
    }
    return elapsed > 0 ? sum : 0;
  }`,
  /** Calls that return their value. */
  sync: (/** @type {string} */ call) => `function NAME(target, operation, times) {
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += ${call};
    return sum;
  }`,
  /** Starts all calls, lets them settle together, awaits all. */
  wave: (/** @type {string} */ call) => `async function NAME(target, operation, times, control, started) {
    const promises = new Array(times);
    for (let i = 0; i < times; i += 1) promises[i] = ${call};
    while (control.waiting.length < times) await new Promise((resolve) => { setImmediate(resolve); });
    if (started !== undefined) await started();
    for (let i = 0; i < times; i += 1) control.waiting[i](1);
    control.waiting.length = 0;
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += await promises[i];
    return sum;
  }`,
};

/**
 * @param {keyof typeof operationSources} kind
 * @param {string} label
 * @returns {{ operation: (...rest: any[]) => any, control: OperationControl }}
 */
export function compileOperation(kind, label) {
  const control = { ran: 0, failing: true, waiting: [] };
  const source = `return ${operationSources[kind]}\n${sourceName('operation', kind, label)}`;
  return { operation: new Function('control', 'failure', source)(control, failure), control };
}

/**
 * @param {keyof typeof loopSources} kind
 * @param {string} call  Source text over `target` and `operation`.
 * @param {string} label
 * @returns {(target: any, operation: any, times: number, control?: OperationControl, started?: () => unknown) => any}
 */
export function compileLoop(kind, call, label) {
  const name = `${kind}_${identifier(label)}`;
  return new Function(`return ${loopSources[kind](call).replace('NAME', name)}\n${sourceName('loop', kind, label)}`)();
}

/**
 * @param {string} call  Source text over `target` and `operation`.
 * @returns {(target: any, operation: any) => any}
 */
export const compileCall = (call) => /** @type {any} */ (new Function('target', 'operation', `return ${call};`));

/** The name shows in CPU profiles, and makes the source text unique: equal texts would share compiled code. */
const sourceName = (/** @type {string[]} */ ...parts) => `//# sourceURL=bench-${parts.map(identifier).join('-')}`;

const identifier = (/** @type {string} */ text) => text.replace(/[^a-z0-9]+/gi, '_');
