import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { readyToProbe } from '../../support/calls.ts';
import { deferred } from '../../support/outcomes.ts';
import { sourceOf } from '../../support/stream.ts';

const nothing = new Promise<number>(() => {});

/** The wait is over. */
const ready = (options: Options = {}) =>
  readyToProbe(breakerWith({ recoveryTimeoutMs: 10_000, timeoutMs: null, halfOpenLeaseMs: 10_000,
    halfOpenMaxCalls: 2, jitter: false, ...options }));

describe('a stream that is a probe', () => {
  it('succeeds with its first item, which frees its slot', async () => {
    const { breaker } = ready({ halfOpenMaxCalls: 1, successThreshold: 2 });
    const stream = breaker.stream(() => sourceOf(1, nothing).source);
    const opening = stream.next();
    const before = breaker.canExecute();

    await opening;

    expect([before, breaker.canExecute(), breaker.state]).toEqual([false, true, 'half_open']);
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 1, successfulCalls: 0 });
  });

  it('closes the circuit with its first item, and is one call, which ends with it', async () => {
    const { breaker, events } = ready({ successThreshold: 1 });
    const stream = breaker.stream(() => sourceOf(1, 2).source);

    await stream.next();
    const state = breaker.state;
    await stream.next();
    await stream.next();

    expect([state, breaker.state]).toEqual(['closed', 'closed']);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, windowCount: 1, inFlight: 0 });
    expect(kindsOf(events)).toEqual(['stateChange', 'stateChange', 'stateChange', 'success']);
  });

  it('is no success for the circuit that its first item closed until it ends', async () => {
    const { breaker } = ready({ successThreshold: 1, failureThreshold: 2 });
    const stream = breaker.stream(() => sourceOf(1, Promise.reject(new Error('cut'))).source);
    await stream.next();
    breaker.recordFailure();

    await stream.next().catch(() => {});

    expect([breaker.state, breaker.getMetrics().failedCalls]).toEqual(['open', 2]);
  });

  it('opens a half-open circuit when it fails after its first item', async () => {
    const { breaker } = ready({ successThreshold: 2 });
    const stream = breaker.stream(() => sourceOf(1, Promise.reject(new Error('cut'))).source);
    await stream.next();

    await stream.next().catch(() => {});

    expect([breaker.state, breaker.getMetrics().failedCalls]).toEqual(['open', 1]);
  });

  it('decides nothing when the circuit has opened since its first item', async () => {
    const { breaker, clock } = ready({ successThreshold: 2, failureThreshold: 1 });
    const stream = breaker.stream(() => sourceOf(1, Promise.reject(new Error('cut'))).source);
    await stream.next();
    breaker.trip();
    clock.advance(20_000);
    breaker.recordSuccess();

    await stream.next().catch(() => {});

    expect(breaker.state).toBe('half_open');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, staleOutcomes: 1 });
  });

  it.each<[string, (breaker: ReturnType<typeof ready>['breaker']) => void]>([
    ['reset()', (breaker) => breaker.reset()],
    ['reset() and trip()', (breaker) => (breaker.reset(), breaker.trip())],
  ])('decides nothing after %s', async (_, act) => {
    const { breaker } = ready({ successThreshold: 2, failureThreshold: 1 });
    const stream = breaker.stream(() => sourceOf(1, Promise.reject(new Error('cut'))).source);
    await stream.next();
    act(breaker);
    const before = breaker.state;

    await stream.next().catch(() => {});

    expect(breaker.state).toBe(before);
    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1, windowCount: 0 });
  });

  it('fails with a first item that is too slow, where slow calls are failures', async () => {
    const { breaker, clock } = ready({ slowCallRateThreshold: 0.5, slowCallThresholdMs: 1_000 });
    const first = deferred<number>();
    const stream = breaker.stream(() => sourceOf(first.promise).source);
    const opening = stream.next();
    clock.advance(1_001);
    first.resolve(1);

    await opening;

    expect([breaker.state, breaker.explain().includes('a probe was too slow')]).toEqual(['open', true]);
  });

  it('proves nothing with its first item under an override', async () => {
    const { breaker } = ready({ successThreshold: 1, halfOpenMaxCalls: 1 });
    const stream = breaker.stream(() => sourceOf(1, nothing).source);
    const opening = stream.next();
    breaker.forceClose();

    await opening;
    breaker.release();

    expect([breaker.state, breaker.canExecute()]).toEqual(['half_open', true]);
  });

  it('fails without a first item at the end of its lease', async () => {
    const { breaker, clock } = ready();
    void breaker.stream(() => sourceOf(nothing).source).next();
    clock.advance(10_000);

    breaker.recordSuccess();

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 20_000]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 0 });
  });

  it('keeps its slot of the bulkhead after its lease until its source ends', async () => {
    const { breaker, clock } = ready({ maxConcurrent: 5 });
    const first = deferred<number>();
    const stream = breaker.stream(() => sourceOf(first.promise).source);
    const opening = stream.next();
    clock.advance(10_000);
    breaker.recordFailure();
    const { abandoned } = breaker.getMetrics();
    first.resolve(1);
    await opening;

    const rest = await stream.next();

    expect(rest).toEqual({ done: true, value: undefined });
    expect([abandoned, breaker.getMetrics().abandoned]).toEqual([1, 0]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 0, failedCalls: 2, totalCalls: 2 });
  });

  it('that never ends lets others recover the circuit (A05, D3)', async () => {
    const { breaker, clock } = ready({ timeoutMs: 30_000, halfOpenMaxCalls: 3 });
    async function* feed(): AsyncGenerator<string> {
      for (;;) {
        await new Promise((resolve) => void clock.after(5_000, () => resolve(undefined)));
        yield 'tick';
      }
    }
    for (let stream = 0; stream < 3; stream += 1) {
      void (async () => {
        for await (const _ of breaker.stream(feed)) await undefined;
      })();
    }

    await clock.advanceAsync(5_000);

    expect([breaker.state, await breaker.call(() => 'served')]).toEqual(['closed', 'served']);
    breaker.dispose();
  });
});
