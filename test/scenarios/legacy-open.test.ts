import { describe, expect, it } from 'vitest';
import { CircuitBreakerOpenError } from '../../src/compat/core/index.ts';
import { isCircuitBreakerOpenError } from '../../src/index.ts';
import type { FakeClock } from '../../src/testing/index.ts';
import { canonicalWith, legacyWith } from '../support/legacy.ts';
import { errorOf } from '../support/outcomes.ts';

interface Opened {
  readonly breaker: { call(operation: () => unknown): Promise<unknown>; getMetrics(): { readonly rejectedCalls: number } };
  readonly clock: FakeClock;
}

/** LEGACY 5.D. */
describe('open in the earlier code base', () => {
  it('38: a call is rejected with a CircuitBreakerOpenError, its operation is not run, and one rejection is counted', async () => {
    const [{ breaker }, legacy] = [canonicalWith(), legacyWith()];
    let runs = 0;
    breaker.trip();
    legacy.breaker.forceOpen();

    expect(isCircuitBreakerOpenError(await errorOf(breaker.call(() => (runs += 1))))).toBe(true);
    expect(await errorOf(legacy.breaker.call(() => (runs += 1)))).toBeInstanceOf(CircuitBreakerOpenError);
    expect([runs, breaker.getMetrics().rejectedCalls]).toEqual([0, 1]);
    // LEGACY 2.4: in the legacy figures rejected calls are not among the total.
    expect(legacy.breaker.getMetrics()).toMatchObject({ totalCalls: 0, failedCalls: 0, rejectedCalls: 1 });
  });

  it('39: the text of a legacy rejection says that the circuit breaker is OPEN', async () => {
    const { breaker } = legacyWith();
    breaker.forceOpen();

    await expect(breaker.call(() => 1)).rejects.toThrow(/Circuit breaker.*is OPEN/);
  });

  it('40: forced open just now, asking gives false', async () => {
    const { breaker } = legacyWith();
    breaker.forceOpen();

    expect([breaker.canExecute(), breaker.allowRequest(), await breaker.canExecuteAsync()]).toEqual([false, false, false]);
  });

  it('41: a call fails fast: rejected before call() returns, without running, without a timer and without time passing', async () => {
    const [canonical, legacy] = [canonicalWith(), legacyWith()];
    canonical.breaker.trip();
    legacy.breaker.forceOpen();
    const opened: readonly Opened[] = [canonical, legacy];
    for (const { breaker, clock } of opened) {
      let runs = 0;

      const rejected = errorOf(breaker.call(() => (runs += 1)));

      expect([breaker.getMetrics().rejectedCalls, runs, clock.timers]).toEqual([1, 0, 0]);
      expect(isCircuitBreakerOpenError(await rejected)).toBe(true);
    }
  });

  it('42: before the wait is over asking gives false, from its end on true', () => {
    const { breaker, clock } = legacyWith({ recoveryTimeout: 30 });
    breaker.forceOpen();
    clock.advance(29_999);
    const before = breaker.canExecute();
    clock.advance(1);

    expect([before, breaker.canExecute()]).toEqual([false, true]);
  });

  it('43: reading the state again and again, also when the wait is over, moves nothing and starts nothing', () => {
    // 5.K2, 43 against 53: DESIGN, "Open": reading never changes anything; the legacy name shows `half_open` by computing it.
    const { breaker, clock } = legacyWith({ recoveryTimeout: 30 });
    const moves: string[] = [];
    breaker.breaker.on('stateChange', ({ to }) => moves.push(to));
    breaker.forceOpen();
    clock.advance(30_000);
    const before = [breaker.breaker.getMetrics(), breaker.breaker.snapshot(), clock.timers];

    const states = Array.from({ length: 10 }, () => [breaker.state, breaker.getState(), breaker.getStatus().state, breaker.breaker.state]);

    expect(states).toEqual(states.map(() => ['half_open', 'half_open', 'half_open', 'open']));
    expect([breaker.breaker.getMetrics(), breaker.breaker.snapshot(), clock.timers]).toEqual(before);
    expect(moves).toEqual(['open']);
  });
});
