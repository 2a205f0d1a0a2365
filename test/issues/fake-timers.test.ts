import { afterEach, describe, expect, it, vi } from 'vitest';
import { isCircuitBreakerTimeoutError, UnifiedCircuitBreaker } from '../../src/index.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a breaker of the platform clock under fake timers', () => {
  it('times out by the fake clock although another breaker has used the real one before', async () => {
    await new UnifiedCircuitBreaker({ name: 'before' }).call(() => Promise.resolve(1));
    vi.useFakeTimers();
    const breaker = new UnifiedCircuitBreaker({ name: 'under test' });
    const settled: unknown[] = [];
    breaker.call(() => new Promise(() => {})).catch((error: unknown) => void settled.push(error));

    await vi.advanceTimersByTimeAsync(30_000);

    expect(settled.map(isCircuitBreakerTimeoutError)).toEqual([true]);
  });

  it('times out by the real clock although another breaker has used a fake one before', async () => {
    vi.useFakeTimers();
    void new UnifiedCircuitBreaker({ name: 'before', timeoutMs: 20 }).call(() => Promise.resolve(1));
    await vi.advanceTimersByTimeAsync(5);
    vi.useRealTimers();

    const error = await new UnifiedCircuitBreaker({ name: 'after', timeoutMs: 20 }).call(() => new Promise(() => {})).catch((thrown: unknown) => thrown);

    expect(isCircuitBreakerTimeoutError(error)).toBe(true);
  });
});
