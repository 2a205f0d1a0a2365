import { describe, expect, it } from 'vitest';
import { CircuitBreakerOpenError, isCircuitBreakerFallbackError, UnifiedCircuitBreaker } from '../../src/index.ts';
import { Emitter } from '../../src/core/emitter.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { BOOM, deferred } from '../support/outcomes.ts';

describe('a call', () => {
  it('rejects at once when the caller aborts while a fallback runs', async () => {
    const { breaker, clock } = breakerWith();
    const controller = new AbortController();
    const reason = new Error('gone');
    const slow = deferred<string>();
    const settled: unknown[] = [];
    breaker.call(() => Promise.reject(BOOM), { signal: controller.signal, fallback: () => slow.promise }).then(
      (value) => void settled.push(value),
      (error: unknown) => void settled.push(error),
    );
    await clock.advanceAsync(0);

    controller.abort(reason);
    await clock.advanceAsync(0);
    const atOnce = [...settled];
    slow.reject(new Error('too late'));
    await clock.advanceAsync(0);

    expect(atOnce).toEqual([reason]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, inFlight: 0 });
  });

  it('is served by a fallback when the fallbacks of an inner breaker failed after a rejection', async () => {
    const failing = (): never => {
      throw new Error('no');
    };
    const inner = new UnifiedCircuitBreaker({ name: 'inner', fallback: failing });
    inner.trip();
    const outer = new UnifiedCircuitBreaker({ name: 'outer' });

    const failed = await inner.call(() => 1).catch((error: unknown) => error);
    const served = await outer.call(() => inner.call(() => 1), { fallback: 'served' });

    expect(isCircuitBreakerFallbackError(failed) && failed.cause).toBeInstanceOf(CircuitBreakerOpenError);
    expect(served).toBe('served');
    expect(outer.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
  });

  it.each([
    ['enforce', 'why'],
    ['observe', 'mine'],
  ] as const)(
    'is ignored when its operation throws after the abort, in mode %s with the error "%s"',
    async (mode, message) => {
      const { breaker } = breakerWith({ mode });
      const controller = new AbortController();
      const operation = (): never => {
        controller.abort(new Error('why'));
        throw new Error('mine');
      };

      await expect(breaker.call(operation, { signal: controller.signal })).rejects.toThrow(message);
      expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
    },
  );
});

describe('events', () => {
  it('continue after an endless recursion through the breaker', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 1_000_000, errorRateThreshold: null });
    const seen: unknown[] = [];
    breaker.on('failure', ({ error }) => void seen.push(error));
    const endless = (): number => breaker.callSync(endless) + 1;

    expect(() => breaker.callSync(endless)).toThrow(RangeError);
    await clock.advanceAsync(0);
    seen.length = 0;
    breaker.recordFailure(BOOM);
    await clock.advanceAsync(0);

    expect(seen).toEqual([BOOM]);
  });

  it('continue after the stack overflowed during an event', () => {
    const seen: string[] = [];
    const emitter = new Emitter<{ ping: string }>(() => {});
    emitter.on('ping', (event) => void seen.push(event));
    emitter.parent = {
      hasListeners: true,
      has: () => true,
      emit: () => {
        if (seen.length === 1) throw new RangeError('Maximum call stack size exceeded');
      },
    };

    expect(() => emitter.emit('ping', 'first')).toThrow(RangeError);
    emitter.emit('ping', 'second');

    expect(seen).toEqual(['first', 'second']);
  });
});

it.each(['release', 'forceClose', 'trip', 'reset'] as const)(
  'changes nothing when %s() is called after dispose()',
  (order) => {
    const { breaker } = silentBreakerWith();
    breaker.forceOpen('deploy');
    breaker.dispose();
    const before = breaker.snapshot();

    breaker[order]();

    expect(breaker.snapshot()).toEqual(before);
    expect(breaker).toMatchObject({ state: 'open', override: { state: 'open', reason: 'deploy' } });
  },
);

it('explains a circuit that was half-open when its snapshot was taken', () => {
  const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 1_000 });
  breaker.trip();
  clock.advance(1_000);
  breaker.tryAcquire();

  const { breaker: restored } = breakerWith({ recoveryTimeoutMs: 1_000, restore: breaker.snapshot() });

  expect(restored.explain()).toContain('because it was half-open when its snapshot was taken');
});
