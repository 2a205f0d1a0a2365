import { expect, it } from 'vitest';
import { CircuitBreakerOpenError, isCircuitBreakerFallbackError, UnifiedCircuitBreaker } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { deferred } from '../support/outcomes.ts';

it('judges for its caller what comes after the lease, and records none of it', async () => {
  const { breaker, clock } = breakerWith({ timeoutMs: null, ignoreErrors: ['Late'], recoveryTimeoutMs: 1_000, halfOpenLeaseMs: 1_000, jitter: false });
  breaker.trip();
  clock.advance(1_000);
  const late = deferred<string>();
  const settled = breaker.tryCall(() => late.promise, { fallback: 'served' });
  clock.advance(1_000);
  breaker.tryAcquire();

  const error = Object.assign(new Error('late'), { name: 'Late' });
  late.reject(error);

  expect(await settled).toEqual({ status: 'ignored', error });
  expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 0 });
});

it('serves a fallback when the fallbacks of an inner breaker failed after a rejection', async () => {
  const inner = new UnifiedCircuitBreaker({ name: 'inner', fallback: () => { throw new Error('no'); } });
  inner.trip();
  const outer = new UnifiedCircuitBreaker({ name: 'outer' });

  const failed = await inner.call(() => 1).catch((error: unknown) => error);
  const served = await outer.call(() => inner.call(() => 1), { fallback: 'served' });

  expect(isCircuitBreakerFallbackError(failed) && failed.cause).toBeInstanceOf(CircuitBreakerOpenError);
  expect(served).toBe('served');
  expect(outer.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
});

it.each([
  ['enforce', 'why', 1],
  ['observe', 'mine', 1],
] as const)('counts a call whose operation throws after its caller gave up as ignored, in mode %s, and rejects with %s', async (mode, message, ignored) => {
  const { breaker } = breakerWith({ mode });
  const controller = new AbortController();

  const error = await breaker
    .call(
      () => {
        controller.abort(new Error('why'));
        throw new Error('mine');
      },
      { signal: controller.signal },
    )
    .catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ message });
  expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: ignored, failedCalls: 0 });
});

it('asks no filter about a timeout', async () => {
  const asked: unknown[] = [];
  const { breaker, clock } = breakerWith({ timeoutMs: 1_000, classify: (result) => { asked.push(result); return 'ignored'; } });

  const settled = breaker.tryCall(() => new Promise(() => {}));
  await clock.advanceAsync(1_000);

  expect((await settled).status).toBe('failure');
  expect(asked).toEqual([]);
});
