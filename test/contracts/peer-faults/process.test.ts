import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_NAMES } from '../../../src/core/events.ts';
import { prepareChildren } from '../../support/child.ts';
import type { Children } from '../../support/child.ts';

let children: Children;

beforeAll(async () => {
  children = await prepareChildren();
});

afterAll(() => children.dispose());

/** Longer than any child needs, and shorter than every timer that must not hold one. */
const PROMPT_MS = 15_000;

const QUIET = { code: 0, stderr: '' };

describe('a process with a breaker', { timeout: 30_000 }, () => {
  it.each([
    [
      'op27: a call with a timeout has settled',
      "const b = new UnifiedCircuitBreaker({ name: 'x', timeoutMs: 60_000 }); await b.call(async () => 1);",
    ],
    [
      'op27: a call with a timeout of its own has settled',
      "const b = new UnifiedCircuitBreaker({ name: 'x' }); await b.call(async () => 1, { timeoutMs: 60_000 });",
    ],
    [
      'ml02, cbjs01: a circuit is open',
      `const b = new UnifiedCircuitBreaker({ name: 'x', slidingWindowMs: 60_000 });
      b.recordFailure(); b.trip(); b.canExecute();`,
    ],
    [
      'op09: a health check waits',
      `const healthCheck = { intervalMs: 60_000, check: () => true };
      new UnifiedCircuitBreaker({ name: 'x', healthCheck }).trip();`,
    ],
    [
      'op09: a health check hangs',
      `const healthCheck = { intervalMs: 1, timeoutMs: 60_000, check: () => new Promise(() => {}) };
      new UnifiedCircuitBreaker({ name: 'x', healthCheck }).trip();
      await new Promise((resolve) => setTimeout(resolve, 20));`,
    ],
    [
      'a call hangs without a timeout',
      "const b = new UnifiedCircuitBreaker({ name: 'x', timeoutMs: null }); void b.call(() => new Promise(() => {}));",
    ],
    [
      'a breaker that only observes waits for a call',
      `const b = new UnifiedCircuitBreaker({ name: 'x', mode: 'observe', timeoutMs: 60_000 });
      for (const options of [{}, { timeoutMs: 50_000 }]) void b.call(() => new Promise(() => {}), options);`,
    ],
  ])('ends while %s', async (_title, code) => {
    expect(await children.run(code, PROMPT_MS)).toMatchObject(QUIET);
  });

  it('op27: lives as long as a caller waits for a timeout', async () => {
    const end = await children.run(`
      const b = new UnifiedCircuitBreaker({ name: 'x', timeoutMs: 100 });
      const waits = [b.call(() => new Promise(() => {})), b.call(() => new Promise(() => {}), { timeoutMs: 150 })];
      for (const settled of await Promise.allSettled(waits)) console.log(settled.reason.code);`);

    expect(end).toMatchObject({ ...QUIET, stdout: 'ERR_CIRCUIT_TIMEOUT\nERR_CIRCUIT_TIMEOUT\n' });
  });

  it('op12: neither warns of nor misfires a timeout that setTimeout cannot hold', async () => {
    const end = await children.run(`
      const b = new UnifiedCircuitBreaker({ name: 'x', timeoutMs: 30 * 86_400_000 });
      const slow = (ms) => () => new Promise((resolve) => setTimeout(resolve, ms, 'fine'));
      const calls = [undefined, Number.MAX_VALUE, Infinity].map((timeoutMs) => b.call(slow(50), { timeoutMs }));
      console.log(...(await Promise.all(calls)));`);

    expect(end).toMatchObject({ ...QUIET, stdout: 'fine fine fine\n' });
  });

  it('op23: gets no warning about listeners when 20 breakers make 10,000 calls with one signal', async () => {
    const end = await children.run(`
      import { getEventListeners } from 'node:events';
      const { signal } = new AbortController();
      const breakers = Array.from({ length: 20 }, (_, at) => new UnifiedCircuitBreaker({ name: 'b' + at }));
      const soon = () => new Promise((resolve) => setImmediate(resolve));
      const calls = Array.from({ length: 10_000 }, (_, at) => breakers[at % 20].call(soon, { signal }));
      const during = getEventListeners(signal, 'abort').length;
      await Promise.all(calls);
      console.log(during > 0, getEventListeners(signal, 'abort').length);`);

    expect(end).toMatchObject({ ...QUIET, stdout: 'true 0\n' });
  });

  it('op05, op10, dn4: survives whatever user code throws, now or later', async () => {
    const end = await children.run(`
      const bad = () => { throw new Error('user code'); };
      const later = async () => { throw new Error('user code, later'); };
      const names = ${JSON.stringify(EVENT_NAMES)};
      for (const check of [bad, later]) {
        const b = new UnifiedCircuitBreaker({
          name: 'x', timeoutMs: 20, failureThreshold: 1, recoveryTimeoutMs: 5, successThreshold: 1,
          isFailure: check, ignoreErrors: check, backoff: check, random: check, onInternalError: check,
          healthCheck: { intervalMs: 1, check },
        });
        for (const name of names) b.on(name, check);
        await b.tryCall(() => new Promise(() => {}), { fallback: check });
        await new Promise((resolve) => setTimeout(resolve, 30));
        await b.tryCall(later);
        b.forceOpen(); b.release(); b.reset();
        console.log((await b.tryCall(async () => 'fine')).value);
      }`);

    expect(end).toMatchObject({ ...QUIET, stdout: 'fine\nfine\n' });
  });

  it('ml01, bk02: keeps neither breakers nor errors that are not referenced any more', async () => {
    const end = await children.run(`
      const refs = [];
      for (let at = 0; at < 1_000; at += 1) {
        const b = new UnifiedCircuitBreaker({ name: 'b' + at, healthCheck: { check: () => true } });
        b.on('success', () => b.name);
        await b.call(async () => 1);
        if (at % 2) { b.trip(); b.dispose(); }
        refs.push(new WeakRef(b));
      }
      const b = new UnifiedCircuitBreaker({ name: 'errors', failureThreshold: 10_000, errorRateThreshold: null });
      const errors = [];
      const failing = async () => {
        const error = new Error('e');
        errors.push(new WeakRef(error));
        throw error;
      };
      for (let at = 0; at < 501; at += 1) await b.call(failing).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 20));
      gc(); await new Promise((resolve) => setTimeout(resolve, 20)); gc();
      const alive = (list) => list.filter((ref) => ref.deref() !== undefined).length;
      const last = b.getMetrics().failedCalls;
      console.log(JSON.stringify({ breakers: alive(refs), errors: alive(errors), last }));`);

    const alive = JSON.parse(end.stdout) as { breakers: number; errors: number; last: number };
    expect(end).toMatchObject(QUIET);
    expect(alive.last).toBe(501);
    // The last breaker and the last errors may still be on the stack or the cause of rejections to come.
    expect(alive.breakers).toBeLessThanOrEqual(2);
    expect(alive.errors).toBeLessThanOrEqual(2);
  });

  it('op15: keeps its heap level over 100,000 calls of every kind', async () => {
    const end = await children.run(`
      const waits = { recoveryTimeoutMs: 1, maxBackoffMs: 1 };
      const b = new UnifiedCircuitBreaker({ name: 'x', failureThreshold: 10, ...waits, maxConcurrent: 1_000 });
      const { signal } = new AbortController();
      const kinds = [
        () => b.call(async () => 1),
        () => b.call(() => Promise.reject(new Error('no'))),
        () => b.call(async () => 1, { signal, timeoutMs: 60_000 }),
        () => b.tryCall(() => 1, { fallback: 2 }),
        async () => { for await (const item of b.stream(async function* () { yield 1; })) void item; },
      ];
      const round = async (calls) => {
        for (let at = 0; at < calls; at += 1) await kinds[at % kinds.length]().catch(() => {});
      };
      await round(30_000); gc();
      const before = process.memoryUsage().heapUsed;
      await round(100_000); gc();
      console.log(Math.round((process.memoryUsage().heapUsed - before) / 1_024));`);

    expect(end).toMatchObject(QUIET);
    expect(Number(end.stdout)).toBeLessThan(1_000);
  });

  it('op15, ml08: fails as fast after 100,000 calls, and with a window of 100,000, as at the beginning', async () => {
    const end = await children.run(`
      const error = new Error('no');
      const failing = async (b, calls) => {
        const start = performance.now();
        for (let at = 0; at < calls; at += 1) await b.call(() => Promise.reject(error)).catch(() => {});
        return performance.now() - start;
      };
      const options = { name: 'x', failureThreshold: 1e9, errorRateThreshold: null };
      const make = (slidingWindowSize) => new UnifiedCircuitBreaker({ ...options, slidingWindowSize });
      const [small, large, old] = [make(100), make(1_000_000), make(1_000_000)];
      const times = { small: [], large: [], old: [] };
      await failing(small, 20_000);
      await failing(old, 100_000);
      for (let round = 0; round < 5; round += 1) {
        times.small.push(await failing(small, 2_000));
        times.large.push(await failing(large, 2_000));
        times.old.push(await failing(old, 2_000));
      }
      const best = (list) => Math.min(...list);
      const small0 = best(times.small);
      console.log(JSON.stringify({ large: best(times.large) / small0, old: best(times.old) / small0 }));`);

    const ratios = JSON.parse(end.stdout) as { large: number; old: number };
    expect(end).toMatchObject(QUIET);
    // The libraries at fault are 150 and 350 times slower.
    expect(ratios.large).toBeLessThan(10);
    expect(ratios.old).toBeLessThan(10);
  });
});
