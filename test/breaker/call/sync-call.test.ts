import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM } from '../../support/outcomes.ts';

describe('callSync', () => {
  it('gives what the operation returns, and counts a success', () => {
    const { breaker } = silentBreakerWith();

    expect(breaker.callSync(() => 5)).toBe(5);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, inFlight: 0 });
  });

  it('throws what the operation throws, and counts a failure', () => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 });
    const operation = () =>
      breaker.callSync(() => {
        throw BOOM;
      });

    expect(operation).toThrow(BOOM);
    expect(events.map(({ type }) => type)).toEqual(['failure', 'stateChange']);
  });

  it('throws the rejection while open, and runs nothing', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    let ran = false;
    const call = () =>
      breaker.callSync(() => {
        ran = true;
      });

    expect(call).toThrow('Circuit "orders" is open; retry in 60000 ms');
    expect(ran).toBe(false);
  });

  it('judges values and errors', () => {
    const { breaker } = silentBreakerWith({ isFailure: (value: number) => value > 4, ignoreErrors: Error });

    const value = breaker.callSync(() => 5);

    expect(value).toBe(5);
    expect(() => breaker.callSync(() => { throw BOOM; })).toThrow(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 1 });
  });

  it('measures how long it took', () => {
    const { breaker, clock } = silentBreakerWith({ slowCallThresholdMs: 5 });

    breaker.callSync(() => clock.freeze(6));

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 6, slowCalls: 1 });
  });

  it('has no timeout and no timer', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });

    breaker.callSync(() => clock.advance(60_000));

    expect([breaker.getMetrics().timeouts, breaker.getMetrics().successfulCalls, clock.timers]).toEqual([0, 1, 0]);
  });

  it('hands the operation a signal', () => {
    expect(silentBreakerWith().breaker.callSync(({ signal }) => signal.aborted)).toBe(false);
  });

  it.each([
    ['a promise', () => Promise.resolve(5)],
    ['a promise that rejects', () => Promise.reject(BOOM)],
    ['a thenable', () => ({ then() {} })],
    ['an async function', async () => 5],
  ])('refuses an operation that gives %s: the call is ignored', async (_what, operation) => {
    const { breaker, events, clock } = breakerWith();

    expect(() => breaker.callSync(operation)).toThrow(new TypeError('Expected the operation of callSync to return a value, got a promise; use call'));
    await clock.advanceAsync(0);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, inFlight: 0 });
    expect(events.map(({ type }) => type)).toEqual(['ignored']);
  });

  it('gives the permit of a probe back when it refuses a promise', () => {
    const { breaker, clock } = silentBreakerWith({ halfOpenMaxCalls: 1 });
    breaker.trip();
    clock.advance(60_000);

    expect(() => breaker.callSync(() => Promise.resolve(5))).toThrow(TypeError);
    expect([breaker.state, breaker.canExecute()]).toEqual(['half_open', true]);
  });

  it('refuses an operation that is no function, and counts nothing', () => {
    const { breaker } = silentBreakerWith();

    expect(() => breaker.callSync(5 as never)).toThrow(new TypeError('Expected the operation to be a function, got number'));
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('probes and recovers', () => {
    const { breaker, clock } = silentBreakerWith({ successThreshold: 2 });
    breaker.trip();
    clock.advance(60_000);

    const states = [1, 2].map(() => breaker.callSync(() => breaker.state));

    expect([...states, breaker.state]).toEqual(['half_open', 'half_open', 'closed']);
  });

  it('takes a slot', () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });

    const inner = () => breaker.callSync(() => breaker.callSync(() => 5));

    expect(inner).toThrow('Circuit "orders" runs 1 calls already, its maxConcurrent');
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 1, ignoredCalls: 1 });
  });

  it('passes through while off, promises too', async () => {
    const { breaker } = silentBreakerWith({ mode: 'off' });

    expect([breaker.callSync(() => 5), await breaker.callSync(() => Promise.resolve(6))]).toEqual([5, 6]);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('is refused after dispose', () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();

    expect(() => breaker.callSync(() => 5)).toThrow('Circuit breaker "orders" is disposed; create a new one');
  });
});
