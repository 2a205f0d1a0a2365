import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import type { CircuitMode } from '../../src/index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const make = (mode: CircuitMode = 'enforce'): UnifiedCircuitBreaker => new UnifiedCircuitBreaker({ name: 'x', timeoutMs: 777, mode });

it('times each call out at its own moment, whoever shares the timer with it and whoever is disposed meanwhile', async () => {
  const [one, other, observing] = [make(), make(), make('observe')];
  const log: string[] = [];
  const start = performance.now();
  const hang = (name: string, breaker: UnifiedCircuitBreaker): void => {
    void breaker.tryCall(() => new Promise(() => {})).then(({ status }) => log.push(`${name} ${status} ${performance.now() - start}`));
  };
  hang('one', one);
  hang('observing', observing);
  await vi.advanceTimersByTimeAsync(100);
  hang('other', other);
  one.dispose();
  await vi.advanceTimersByTimeAsync(100);
  hang('other again', other);

  await vi.advanceTimersByTimeAsync(5_000);

  expect(log).toEqual(['one failure 777', 'other failure 877', 'other again failure 977']);
  expect(observing.getMetrics()).toMatchObject({ timeouts: 1, failedCalls: 1, inFlight: 0 });
  for (const breaker of [other, observing]) breaker.dispose();
  expect(vi.getTimerCount()).toBe(0);
});

it('keeps one timer for a thousand breakers with the same timeout', async () => {
  const breakers = Array.from({ length: 1_000 }, () => make());

  await Promise.all(breakers.map((breaker) => breaker.call(() => Promise.resolve(1))));
  const idle = vi.getTimerCount();
  for (const breaker of breakers) breaker.dispose();

  expect(idle).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
