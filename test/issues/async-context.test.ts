import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retry } from '../../src/index.ts';
import { type Children, prepareChildren } from '../support/child.ts';

let children: Children;

beforeAll(async () => {
  children = await prepareChildren();
});

afterAll(() => children.dispose());

const PARTS = `
  import { AsyncLocalStorage } from 'node:async_hooks';
  import { setTimeout as sleep } from 'node:timers/promises';
  const requests = new AsyncLocalStorage();
  const seen = [];
`;

async function outputOf(source: string): Promise<unknown> {
  const { code, stdout, stderr } = await children.run(PARTS + source);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('the async context of a request', () => {
  it('is not kept by the shared timer', async () => {
    const source = `
      const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 60_000 });
      async function request() {
        const store = { id: 1 };
        await requests.run(store, () => breaker.call(() => sleep(1)));
        return new WeakRef(store);
      }
      const kept = await request();
      for (let turn = 0; turn < 50 && kept.deref() !== undefined; turn += 1) { await sleep(1); gc(); }
      console.log(JSON.stringify(kept.deref() ?? 'freed'));
    `;

    expect(await outputOf(source)).toBe('freed');
  });

  it('is not seen by listeners of a timeout nor by health checks, but by what awaits the call', async () => {
    const source = `
      const note = (what) => seen.push([what, requests.getStore() ?? 'none']);
      const breaker = new UnifiedCircuitBreaker({
        name: 'orders', timeoutMs: 10, 
        healthCheck: { intervalMs: 20, check: () => (note('check'), true) },
      });
      breaker.on('failure', () => note('listener'));
      await requests.run('request', async () => {
        await breaker.tryCall(() => new Promise(() => {}));
        note('after the call');
      });
      breaker.trip();
      await new Promise((resolve) => {
        breaker.on('healthCheck', () => (note('answer'), resolve()));
        setTimeout(resolve, 10_000).unref();
        globalThis.alive = setInterval(() => {}, 1_000);
      });
      clearInterval(globalThis.alive);
      breaker.dispose();
      console.log(JSON.stringify(seen));
    `;

    expect(await outputOf(source)).toEqual([
      ['listener', 'none'], ['after the call', 'request'], ['check', 'none'], ['answer', 'none'],
    ]);
  });

  it('is seen by each attempt of a retry', async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];

    const operation = (): Promise<void> => {
      seen.push(requests.getStore());
      return seen.length < 2 ? Promise.reject(new Error('down')) : Promise.resolve();
    };
    await requests.run('request', () => retry(operation, { backoff: () => 1 }));

    expect(seen).toEqual(['request', 'request']);
  });
});
