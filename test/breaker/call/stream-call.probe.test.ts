import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { readyToProbe } from '../../support/calls.ts';
import { succeed } from '../../support/outcomes.ts';
import { sourceOf } from '../../support/stream.ts';

const nothing = new Promise<number>(() => {});

/** A lease of 10 s, and the wait is over. */
const ready = (options: Options = {}) =>
  readyToProbe(breakerWith({ recoveryTimeoutMs: 10_000, timeoutMs: null, halfOpenMaxCalls: 2, ...options }));

describe('a stream that is a probe', () => {
  it('fails when its lease ends while an item is awaited', async () => {
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

  it('is ignored when its lease ends while the consumer is busy', async () => {
    const { breaker, clock, events } = ready({ halfOpenMaxCalls: 1 });
    const stream = breaker.stream(() => sourceOf(1, 2).source);
    await stream.next();
    clock.advance(10_000);
    const seen = [breaker.canExecute(), breaker.state];

    await succeed(breaker);

    expect([seen, breaker.state]).toEqual([[true, 'half_open'], 'half_open']);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0, successfulCalls: 1 });
    expect(kindsOf(events.slice(2))).toEqual(['leaseExpired', 'ignored', 'success']);
  });

  it('is ignored when the consumer was busy, although it waits again when that is noticed', async () => {
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

  it('goes on after its lease, keeps its slot, and its end proves nothing', async () => {
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
});
