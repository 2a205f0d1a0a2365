// @ts-check
/**
 * Soak: calls over all ways in, on the built package. Fails if the heap grows after warm-up, or if a timer, a handle or
 * a listener is left. Prints the longest stall of the event loop.
 *
 *     npm run soak -- 1000000
 */
import { getEventListeners } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  cusum, isCircuitBreakerError, retry, UnifiedCircuitBreaker, UnifiedCircuitBreakerManager, withBreaker,
} from '../dist/index.js';

const CALLS = Number(process.argv[2] ?? 10_000_000);
const GROWTH = 1.05;
const SLACK_BYTES = 512 * 1024;
const SAMPLES = 60;
const BATCH = 2_000;

const { gc } = globalThis;
if (gc === undefined) throw new Error('Run with --expose-gc.');
if (!(CALLS >= SAMPLES * BATCH)) throw new Error(`The number of calls must be at least ${SAMPLES * BATCH}.`);

/** The same sequence in each run. */
let seed = 1;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

const failure = new Error('down');
const expected = (/** @type {unknown} */ error) => {
  const name = error instanceof Error ? error.name : '';
  if (error === failure || isCircuitBreakerError(error) || /Abort|Retry/.test(name)) return;
  throw error;
};
const work = () => (random() < 0.05 ? Promise.reject(failure) : Promise.resolve(1));
const workSync = () => {
  if (random() < 0.05) throw failure;
  return 1;
};
async function* items() {
  yield 1;
  if (random() < 0.05) throw failure;
  yield 2;
}
/** Ends when its signal aborts. */
const hang = (/** @type {AbortSignal} */ signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

const options = { random, recoveryTimeoutMs: 5, maxBackoffMs: 20, timeoutMs: 1_000 };
const manager = new UnifiedCircuitBreakerManager(options);
const main = manager.createCircuitBreaker('main', { fallback: undefined });
const guarded = manager.createCircuitBreaker('guarded', { fallback: () => 0, maxConcurrent: 50 });
const detecting = manager.createCircuitBreaker('detecting', { detector: cusum(), adaptiveThreshold: true });
const checked = manager.createCircuitBreaker('checked', {
  failureThreshold: 1, healthCheck: { check: () => random() < 0.5, intervalMs: 2, timeoutMs: 50 },
});
const short = manager.createCircuitBreaker('short', { timeoutMs: 2, failureThreshold: null });
const keyed = manager.keyed('tenants', { maxKeys: 1_000 });
const wrapped = withBreaker(work, { name: 'wrapped', manager });
/** One signal that lives as long as the process, as in a server. */
const shutdown = new AbortController();
const events = { count: 0 };
for (const name of /** @type {const} */ (['stateChange', 'rejected', 'failure', 'timeout'])) {
  manager.on(name, () => void (events.count += 1));
}

class Repository {
  async load() {
    return work();
  }
}
Repository.prototype.load = withBreaker(Repository.prototype.load, { name: 'repository', manager });
const repository = new Repository();

let made = 0;
let key = 0;
let days = 0;

/** All ways in. Each is one call, or as many as it returns. @type {Record<string, () => unknown>} */
const ways = {
  call: () => main.call(work),
  callWithOptions: () => main.call(work, { timeoutMs: 500, signal: shutdown.signal }),
  tryCall: () => main.tryCall(work),
  callSync: () => main.callSync(workSync),
  stream: async () => {
    for await (const item of main.stream(items, { signal: shutdown.signal })) if (item === 1 && random() < 0.1) break;
  },
  permit: () => {
    const permit = main.tryAcquire();
    if (permit === null) return;
    if (random() < 0.05) permit.failure(failure);
    else permit.success();
  },
  records: () => (random() < 0.05 ? main.recordFailure(failure) : main.recordSuccess()),
  wrapped: () => wrapped(),
  method: () => repository.load(),
  keyed: () => keyed.call(`tenant-${(key = (key + 1) % 50_000)}`, work),
  fallback: () => guarded.call(work),
  detector: () => detecting.call(work),
  health: () => checked.call(work),
  retry: () => retry(() => main.call(work), { attempts: 2, initialDelayMs: 1, maxDelayMs: 1, signal: shutdown.signal }),
  named: () => manager.callWithCircuitBreaker('main', work),
};

/** Rare: they wait for timers, or change much. @type {Record<string, () => unknown>} */
const rare = {
  abort: () => {
    const controller = new AbortController();
    const call = main.call(({ signal }) => hang(signal), { signal: controller.signal });
    controller.abort();
    return call;
  },
  timeout: () => short.call(({ signal }) => hang(signal)),
  force: () => {
    main.forceOpen('soak');
    const call = main.call(work).catch(expected);
    main.release();
    return call;
  },
  reset: () => main.reset(),
  reconfigure: () => manager.reconfigure('main', { timeoutMs: 900 + Math.floor(random() * 200) }),
  short: async () => {
    const breaker = new UnifiedCircuitBreaker({ ...options, name: 'short-lived' });
    await breaker.call(work).catch(expected);
    breaker.dispose();
  },
  registered: async () => {
    const name = `made-${(made += 1)}`;
    await manager.createCircuitBreaker(name).call(work).catch(expected);
    manager.removeCircuitBreaker(name);
  },
  listener: async () => {
    const off = main.on('success', () => {});
    await main.call(work).catch(expected);
    off();
  },
  restore: () => {
    const next = new UnifiedCircuitBreakerManager(options);
    if ((days += 1) % 50 === 0) next.restore(JSON.parse(JSON.stringify(manager.snapshot())));
    next.dispose();
  },
  status: () => [main.getStatus(), main.explain(), manager.getHealthSummary()],
};

/** Starts one way, and never rejects. @param {() => unknown} way */
async function run(way) {
  try {
    await way();
  } catch (error) {
    expected(error);
  }
}

const usual = Object.values(ways);
const seldom = Object.values(rare);
const delay = monitorEventLoopDelay({ resolution: 10 });
const listenersAtStart = getEventListeners(shutdown.signal, 'abort').length;

/** @type {number[]} */
const heaps = [];
let calls = 0;
let longestStallMs = 0;
const startedAt = performance.now();
for (let sample = 0; sample < SAMPLES; sample += 1) {
  delay.enable();
  while (calls < (CALLS * (sample + 1)) / SAMPLES) {
    const batch = seldom.map(run);
    for (let done = 0; done < BATCH; done += usual.length) batch.push(...usual.map(run));
    calls += batch.length;
    await Promise.all(batch);
    // Open circuits get time to recover, and the loop its turn.
    await sleep(1);
  }
  longestStallMs = Math.max(longestStallMs, delay.max / 1e6);
  delay.disable();
  delay.reset();
  await sleep(5);
  gc();
  gc();
  heaps.push(process.memoryUsage().heapUsed);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  const heap = ((heaps.at(-1) ?? 0) / 1e6).toFixed(2);
  const stall = longestStallMs.toFixed(0);
  process.stderr.write(`${seconds} s: ${calls} calls, heap ${heap} MB, longest stall ${stall} ms\n`);
}

const median = (/** @type {number[]} */ list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;
const third = SAMPLES / 3;
const first = median(heaps.slice(third / 2, third + third / 2));
const last = median(heaps.slice(-third));
/** @type {string[]} */
const broken = [];
if (last > first * GROWTH + SLACK_BYTES) broken.push(`The heap grew from ${first} to ${last} bytes.`);
const { size } = manager;
// Operations that were aborted or timed out have ended, because they follow their signals.
const total = main.getMetrics();
if (total.inFlight !== 0 || total.abandoned !== 0) broken.push(`${total.inFlight} calls are in flight.`);
if (size !== 7) broken.push(`The manager has ${size} breakers instead of 7.`);
const listeners = getEventListeners(shutdown.signal, 'abort').length - listenersAtStart;
if (listeners !== 0) broken.push(`${listeners} listeners are left on the signal.`);
manager.dispose();
await sleep(50);
const resources = process.getActiveResourcesInfo().filter((name) => !/^(TTYWrap|PipeWrap|FSReqCallback)$/.test(name));
if (resources.length > 0) broken.push(`These are left: ${resources.join(', ')}.`);

console.log(`${calls} calls in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s, ${events.count} events`);
console.log(`heap: ${(first / 1e6).toFixed(2)} MB, then ${(last / 1e6).toFixed(2)} MB`);
console.log(`longest stall of the event loop: ${longestStallMs.toFixed(0)} ms, in batches of ${BATCH} calls`);
for (const problem of broken) console.error(problem);
process.exitCode = broken.length > 0 ? 1 : 0;
