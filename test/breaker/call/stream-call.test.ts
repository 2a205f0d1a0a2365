import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { throwing } from '../../support/calls.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { sourceOf } from '../../support/stream.ts';

const nothing = new Promise<number>(() => {});
const END = { done: true, value: undefined };

describe('the timeout of a stream', () => {
  it('limits the time until each item, not the whole', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const items = [deferred<number>(), deferred<number>(), deferred<number>()];
    const stream = breaker.stream(() => sourceOf(...items.map(({ promise }) => promise)).source);
    for (const item of items) {
      const next = stream.next();
      await clock.advanceAsync(999);
      item.resolve(1);
      await next;
    }

    expect(await stream.next()).toEqual(END);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, timeouts: 0 });
  });

  it('does not run while the consumer is busy with an item', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const stream = breaker.stream(() => sourceOf(1, 2).source);
    await stream.next();
    await clock.advanceAsync(60_000);

    expect(await stream.next()).toEqual({ done: false, value: 2 });
    expect([breaker.getMetrics().timeouts, clock.holdingTimers]).toEqual([0, 0]);
  });

  it.each([
    ['of the breaker', { timeoutMs: 1_000 }, undefined],
    ['of the stream', { timeoutMs: 5_000 }, 1_000],
    ['of the stream alone', { timeoutMs: null }, 1_000],
  ] as const)('%s rejects, aborts and counts a failure when it is over', async (_whose, options, timeoutMs) => {
    const { breaker, clock, events } = breakerWith(options);
    const signals: AbortSignal[] = [];
    const operation = ({ signal }: { signal: AbortSignal }) => (signals.push(signal), sourceOf(1, nothing).source);
    const stream = breaker.stream(operation, { timeoutMs });
    await stream.next();
    const second = errorOf(stream.next());
    await clock.advanceAsync(999);
    const before = breaker.getMetrics().timeouts;

    await clock.advanceAsync(1);

    const error = await second;
    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT', timeoutMs: 1_000 });
    expect([before, signals[0]?.aborted, signals[0]?.reason]).toEqual([0, true, error]);
    expect(kindsOf(events)).toEqual(['timeout', 'failure']);
    expect(breaker.getMetrics()).toMatchObject({ timeouts: 1, failedCalls: 1, inFlight: 0 });
    expect(await stream.next()).toEqual(END);
  });

  it.each([
    ['rejects', () => Promise.reject(BOOM)],
    ['throws', throwing(BOOM)],
  ])('rejects the wait also when closing the source %s', async (_how, close) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const iterator = { next: () => new Promise<never>(() => {}), return: close };
    const error = errorOf(breaker.stream(() => ({ [Symbol.asyncIterator]: () => iterator })).next());

    await clock.advanceAsync(1_000);

    expect(await error).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
  });

  it('limits the promise of the source and its first item together', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const source = deferred<AsyncIterable<number>>();
    const first = errorOf(breaker.stream(() => source.promise).next());
    await clock.advanceAsync(900);
    source.resolve(sourceOf(nothing).source);
    await clock.advanceAsync(99);
    const before = breaker.getMetrics().timeouts;

    await clock.advanceAsync(1);

    expect([before, breaker.getMetrics().timeouts]).toEqual([0, 1]);
    expect(await first).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
  });

  it('keeps the slot until the source has settled', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, maxConcurrent: 1 });
    const late = deferred<number>();
    const first = errorOf(breaker.stream(() => sourceOf(late.promise).source).next());
    await clock.advanceAsync(1_000);
    await first;
    const during = [breaker.getMetrics().abandoned, breaker.canExecute()];

    late.resolve(1);
    await clock.advanceAsync(0);

    expect([during, breaker.getMetrics().abandoned, breaker.canExecute()]).toEqual([[1, false], 0, true]);
  });

  it('closes a source that arrives late, and then frees the slot', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, maxConcurrent: 1 });
    const late = deferred<AsyncIterable<number>>();
    const { source, closed } = sourceOf(1);
    const first = errorOf(breaker.stream(() => late.promise).next());
    await clock.advanceAsync(1_000);
    await first;

    late.resolve(source);
    await clock.advanceAsync(0);

    expect([closed(), breaker.getMetrics().abandoned, breaker.canExecute()]).toEqual([1, 0, true]);
  });

  it('holds the process only while an item is awaited', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const item = deferred<number>();
    const first = breaker.stream(() => sourceOf(item.promise).source).next();
    await clock.advanceAsync(0);
    const waiting = [clock.timers, clock.holdingTimers];
    item.resolve(1);
    await first;

    expect([waiting, [clock.timers, clock.holdingTimers]]).toEqual([[1, 1], [1, 0]]);
  });
});

describe('dispose', () => {
  it('lets a stream go on and balance the totals', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const stream = breaker.stream(() => sourceOf(1, 2).source);
    await stream.next();
    breaker.dispose();

    expect([await stream.next(), await stream.next()]).toEqual([{ done: false, value: 2 }, END]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, inFlight: 0, windowCount: 0 });
    expect(clock.timers).toBe(0);
  });
});

describe('an abort of a stream by the caller', () => {
  it.each([
    ['is ignored when the reason is no deadline', 'not needed', { ignoredCalls: 1, failedCalls: 0, timeouts: 0 }],
    [
      'is a failure when the reason is a deadline',
      new DOMException('late', 'TimeoutError'),
      { ignoredCalls: 0, failedCalls: 1, timeouts: 1 },
    ],
  ])('ends the wait at once and %s', async (_what, reason, totals) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    const caller = new AbortController();
    const { source, closed } = sourceOf(1, nothing);
    const stream = breaker.stream(() => source, { signal: caller.signal });
    await stream.next();
    const second = errorOf(stream.next());
    await clock.advanceAsync(100);

    caller.abort(reason);

    expect(await second).toBe(reason);
    expect(breaker.getMetrics()).toMatchObject({ ...totals, inFlight: 0 });
    expect(closed()).toBe(1);
  });

  it('counts at once while the consumer is busy, and rejects the next wait', async () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    const { source, closed } = sourceOf(1, 2);
    const stream = breaker.stream(() => source, { signal: caller.signal });
    await stream.next();

    caller.abort('not needed');
    const counted = breaker.getMetrics().ignoredCalls;

    expect(await errorOf(stream.next())).toBe('not needed');
    expect([counted, breaker.getMetrics().ignoredCalls, closed()]).toEqual([1, 1, 1]);
  });
});

describe('a stream in mode observe', () => {
  it('is a failure after its timeout, and yields its items all the same', async () => {
    const { breaker, clock } = silentBreakerWith({ mode: 'observe', timeoutMs: 1_000 });
    const item = deferred<number>();
    const signals: AbortSignal[] = [];
    const stream = breaker.stream(({ signal }) => (signals.push(signal), sourceOf(item.promise).source));
    const first = stream.next();
    await clock.advanceAsync(1_000);
    const counted = breaker.getMetrics().timeouts;
    item.resolve(1);

    expect([await first, await stream.next()]).toEqual([{ done: false, value: 1 }, END]);
    expect([counted, signals[0]?.aborted, clock.holdingTimers]).toEqual([1, false, 0]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, successfulCalls: 0, inFlight: 0, abandoned: 0 });
  });

  it('passes an abort to the operation, and ends when the operation does', async () => {
    const { breaker, clock } = silentBreakerWith({ mode: 'observe', timeoutMs: null });
    const caller = new AbortController();
    const item = deferred<number>();
    const operation = ({ signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', () => item.reject(signal.reason));
      return sourceOf(item.promise).source;
    };
    const first = errorOf(breaker.stream(operation, { signal: caller.signal }).next());
    await clock.advanceAsync(0);

    caller.abort('not needed');

    expect(await first).toBe('not needed');
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0, inFlight: 0 });
  });
});
