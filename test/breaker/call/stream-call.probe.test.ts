import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { deferred, succeed } from '../../support/outcomes.ts';
import { sourceOf } from '../../support/stream.ts';

const nothing = new Promise<number>(() => {});

describe('a stream as a probe', () => {
  /** A lease of 10 s; ready to probe. */
  function ready(options: Options = {}) {
    const made = breakerWith({ recoveryTimeoutMs: 10_000, timeoutMs: null, halfOpenMaxCalls: 2, ...options });
    made.breaker.trip();
    made.clock.advance(10_000);
    return made;
  }

  it('has a lease although it has a timeout', async () => {
    const { breaker, clock } = ready({ timeoutMs: 1_000, halfOpenMaxCalls: 1 });
    const stream = breaker.stream(() => sourceOf(1, 2).source);
    await stream.next();

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['half_open', 10_000]);
    clock.advance(4_000);
    expect(breaker.retryAfterMs).toBe(6_000);
  });

  it('renews its lease with each item', async () => {
    const { breaker, clock } = ready({ successThreshold: 1 });
    const stream = breaker.stream(() => sourceOf(1, 2, 3, 4).source);
    for (let item = 0; item < 4; item += 1) {
      await stream.next();
      clock.advance(9_999);
    }

    await stream.next();

    expect(breaker.state).toBe('closed');
  });

  it('that is waited for when its lease ends has failed', async () => {
    const { breaker, clock } = ready();
    const stream = breaker.stream(() => sourceOf(1, nothing).source);
    await stream.next();
    clock.advance(3_000);
    void stream.next();
    clock.advance(8_000);

    breaker.recordSuccess();

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 19_000]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 0 });
  });

  it('whose consumer is busy when its lease ends gives the permit back as ignored', async () => {
    const { breaker, clock, events } = ready({ halfOpenMaxCalls: 1 });
    const stream = breaker.stream(() => sourceOf(1, 2).source);
    await stream.next();
    clock.advance(10_000);
    const seen = [breaker.canExecute(), breaker.state];

    await succeed(breaker);

    expect(seen).toEqual([true, 'half_open']);
    expect(breaker.state).toBe('half_open');
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0, successfulCalls: 1 });
    expect(kindsOf(events.slice(2))).toEqual(['leaseExpired', 'ignored', 'success']);
  });

  it('whose consumer was busy when its lease ended is ignored, although it waits again when that is noticed', async () => {
    const { breaker, clock } = ready();
    const stream = breaker.stream(() => sourceOf(1, nothing).source);
    await stream.next();
    clock.advance(15_000);
    void stream.next();
    clock.advance(1_000);

    await succeed(breaker);

    expect(breaker.state).toBe('half_open');
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
  });

  it('goes on after its lease, and its end proves nothing', async () => {
    const { breaker, clock } = ready({ successThreshold: 1, maxConcurrent: 5, ignoreErrors: RangeError });
    const stream = breaker.stream(() => sourceOf(1, 2).source);
    await stream.next();
    clock.advance(10_000);
    breaker.recordFailure(new RangeError('ignored'));
    const abandoned = breaker.getMetrics().abandoned;

    const rest = [await stream.next(), await stream.next()];

    expect(rest).toEqual([{ done: false, value: 2 }, { done: true, value: undefined }]);
    expect([abandoned, breaker.getMetrics().abandoned, breaker.state]).toEqual([1, 0, 'half_open']);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 0, ignoredCalls: 2, totalCalls: 2 });
  });

  it('with the slow rule on fails by the time to its first item', async () => {
    const { breaker, clock } = ready({ slowCallRateThreshold: 0.5, slowCallThresholdMs: 500 });
    const item = deferred<number>();
    const stream = breaker.stream(() => sourceOf(item.promise).source);
    const first = stream.next();
    await clock.advanceAsync(501);
    item.resolve(1);
    await first;

    await stream.next();

    expect(breaker.state).toBe('open');
  });
});
