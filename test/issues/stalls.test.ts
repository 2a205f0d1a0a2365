import { readFile } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isCircuitBreakerTimeoutError, retry, UnifiedCircuitBreaker } from '../../src/index.ts';
import type { UnifiedCircuitConfig } from '../../src/index.ts';
import { AnsweringServer } from '../support/answering.ts';
import { never } from '../support/calls.ts';

const CALLS = 20;
const TIMEOUT_MS = 200;
const STALL_MS = 350;

const server = new AnsweringServer(CALLS);

beforeAll(() => server.start());
beforeEach(() => server.warm());
afterAll(() => server.stop());

const breakerWith = (options: Partial<UnifiedCircuitConfig>) =>
  new UnifiedCircuitBreaker({ name: 'orders', failureThreshold: 3, ...options });

const answer = (): Promise<string> => server.request('/answer');

/** Starts calls in an I/O callback, and blocks the process before the loop turns. */
function stallDuring<T>(start: () => readonly T[], answers = CALLS, stallMs = STALL_MS): Promise<readonly T[]> {
  return new Promise((resolve) => {
    readFile(fileURLToPath(import.meta.url), () => {
      const started = start();
      // The requests are written in earlier ticks.
      process.nextTick(() => {
        server.block(stallMs, answers);
        resolve(started);
      });
    });
  });
}

const times = <T>(run: () => T) => (): readonly T[] => Array.from({ length: CALLS }, run);

async function firstOf(items: AsyncIterable<string>): Promise<string> {
  for await (const item of items) return item;
  return 'none';
}

async function* itemsOf(answered: Promise<string>): AsyncGenerator<string> {
  yield await answered;
}

type Way = (breaker: UnifiedCircuitBreaker) => Promise<string>;

describe('a stall of the own process', () => {
  it.each<[string, Partial<UnifiedCircuitConfig>, Way]>([
    ['the timeout of the breaker', { timeoutMs: TIMEOUT_MS }, (breaker) => breaker.call(answer)],
    ['the timeout of a call', {}, (breaker) => breaker.call(answer, { timeoutMs: TIMEOUT_MS })],
    ['the timeout of a stream', { timeoutMs: TIMEOUT_MS }, (breaker) =>
      firstOf(breaker.stream(() => itemsOf(answer())))],
    ['the deadline of a caller', {}, (breaker) =>
      breaker.call(answer, { signal: AbortSignal.timeout(TIMEOUT_MS) })],
    ['the deadline of a stream', {}, (breaker) =>
      firstOf(breaker.stream(() => itemsOf(answer()), { signal: AbortSignal.timeout(TIMEOUT_MS) }))],
    ['the total timeout of a retry', {}, (breaker) =>
      retry(() => breaker.call(answer), { totalTimeoutMs: TIMEOUT_MS })],
  ])('fails no call whose answer has come when it delays %s', async (_what, options, way) => {
    const breaker = breakerWith(options);

    const answers = await Promise.all(await stallDuring(times(() => way(breaker))));

    expect(new Set(answers)).toEqual(new Set(['fine']));
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: CALLS, failedCalls: 0, timeouts: 0 });
    expect(breaker.state).toBe('closed');
  });

  it('fails no probe whose answer has come, even if it takes a second more than the timeout', async () => {
    const breaker = breakerWith({ timeoutMs: TIMEOUT_MS, successThreshold: CALLS, halfOpenMaxCalls: CALLS,
      recoveryTimeoutMs: 1 });
    breaker.trip();
    while (!breaker.canExecute()) await new Promise((resolve) => void setImmediate(resolve));

    await Promise.all(await stallDuring(times(() => breaker.call(answer)), CALLS, TIMEOUT_MS + 1_200));

    expect([breaker.state, breaker.getMetrics().failedCalls]).toEqual(['closed', 0]);
  });

  it('gives a call of a disposed breaker no more time', async () => {
    const breaker = breakerWith({ timeoutMs: 20 });
    const order: string[] = [];
    await stallDuring(() => {
      void breaker.call(never).catch(() => order.push('timed out'));
      breaker.dispose();
      setTimeout(() => order.push('later timer'), 60);
      return [];
    }, 0);
    while (order.length < 2) await new Promise((resolve) => void setImmediate(resolve));

    expect(order).toEqual(['timed out', 'later timer']);
  });

  it('makes no call slow whose deadline it delays', async () => {
    const slowRule = { slowCallThresholdMs: 100, slowCallRateThreshold: 0.5, minRequestsThreshold: 5 };
    const breaker = breakerWith({ timeoutMs: TIMEOUT_MS, ...slowRule });

    await Promise.all(await stallDuring(times(() => breaker.call(answer))));

    const { slowCalls, averageResponseTimeMs } = breaker.getMetrics();
    expect([breaker.state, slowCalls, averageResponseTimeMs]).toEqual(['closed', 0, 0]);
  });

  it.each<[string, Way]>([
    ['the timeout of the breaker', (breaker) => breaker.call(never)],
    ['the timeout of a call', (breaker) => breaker.call(never, { timeoutMs: TIMEOUT_MS + 1 })],
    ['the timeout of a stream', (breaker) => firstOf(breaker.stream(() => itemsOf(never())))],
  ])('only delays %s when the dependency hangs', async (_what, way) => {
    const breaker = breakerWith({ timeoutMs: TIMEOUT_MS, failureThreshold: 1 });

    const [hung] = await stallDuring(() => [way(breaker).catch((error: unknown) => error)], 0);

    expect(isCircuitBreakerTimeoutError(await hung)).toBe(true);
    expect([breaker.state, breaker.getMetrics().timeouts]).toEqual(['open', 1]);
  });
});
