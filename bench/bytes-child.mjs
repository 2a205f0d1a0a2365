// @ts-check
/**
 * Measures what a breaker and a key of one build take. Prints `Bytes` as JSON.
 * `node --expose-gc bench/bytes-child.mjs <URL of a build>`
 *
 * @typedef {object} Bytes
 * @property {number} perBreaker  Heap of a fresh breaker with default options.
 * @property {number} newKeyUs  Median time to add a key while all keys of a full group are open.
 * @property {number} newKeyP999Us  What one key in a thousand takes at least.
 */
import { collectGarbage, eventLoopTurn } from './measure.mjs';

const BREAKERS = 10_000;
const KEYS = 10_000;
const NEW_KEYS = 20_000;

const fail = async () => {
  throw new Error('The dependency is down');
};

const { UnifiedCircuitBreaker, UnifiedCircuitBreakerManager } = await import(process.argv[2] ?? '');
const figures = { perBreaker: await bytesPerBreaker(), ...(await timesOfNewKeys()) };
process.stdout.write(JSON.stringify(figures), () => process.exit(0));

async function bytesPerBreaker() {
  const names = Array.from({ length: BREAKERS }, (_, index) => `orders-${index}`);
  /** @type {unknown[]} */
  const breakers = names.map(() => null);
  const createAll = () => {
    for (const [index, name] of names.entries()) breakers[index] = new UnifiedCircuitBreaker({ name });
  };
  // The first round makes what all breakers share, such as compiled code.
  createAll();
  breakers.fill(null);
  const before = await retainedBytes();
  createAll();
  return ((await retainedBytes()) - before) / breakers.length;
}

async function retainedBytes() {
  for (let turn = 0; turn < 3; turn += 1) {
    await eventLoopTurn();
    collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function timesOfNewKeys() {
  const manager = new UnifiedCircuitBreakerManager();
  const group = manager.keyed('tenants', { maxKeys: KEYS, failureThreshold: 1 });
  const times = [];
  for (let key = 0; key < KEYS + NEW_KEYS; key += 1) {
    const startedAt = performance.now();
    const breaker = group.for(`tenant-${key}`);
    if (key >= KEYS) times.push((performance.now() - startedAt) * 1_000);
    await breaker.call(fail).catch(() => {});
    if (breaker.state !== 'open') throw new Error('The failing call did not open the circuit');
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  return { newKeyUs: at(0.5), newKeyP999Us: at(0.999) };
}
