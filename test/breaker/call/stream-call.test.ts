import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { sourceOf } from '../../support/stream.ts';

const nothing = new Promise<number>(() => {});

describe('the timeout of a stream', () => {
  it('bounds the silence before each item, not the whole', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const items = [deferred<number>(), deferred<number>(), deferred<number>()];
    const stream = breaker.stream(() => sourceOf(...items.map(({ promise }) => promise)).source);
    for (const item of items) {
      const next = stream.next();
      await clock.advanceAsync(999);
      item.resolve(1);
      await next;
    }

    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, timeouts: 0 });
  });

  it('does not run while the consumer is busy with an item', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const stream = breaker.stream(() => sourceOf(1, 2).source);
    await stream.next();
    await clock.advanceAsync(60_000);

    expect([await stream.next(), breaker.getMetrics().timeouts, clock.holdingTimers]).toEqual([{ done: false, value: 2 }, 0, 0]);
  });

  it.each([
    ['of the breaker', { timeoutMs: 1_000 }, undefined],
    ['of its own', { timeoutMs: 5_000 }, 1_000],
    ['of its own, where the breaker has none', { timeoutMs: null }, 1_000],
  ] as const)('%s ends it: the wait is rejected, the signal aborted, a failure counted', async (_whose, options, timeoutMs) => {
    const { breaker, clock, events } = breakerWith(options);
    const signals: AbortSignal[] = [];
    const stream = breaker.stream(
      ({ signal }) => {
        signals.push(signal);
        return sourceOf(1, nothing).source;
      },
      { timeoutMs },
    );
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
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('closes the source', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const { source, closed } = sourceOf(nothing);
    const first = errorOf(breaker.stream(() => source).next());

    await clock.advanceAsync(1_000);
    await first;

    expect(closed()).toBe(1);
  });

  it('survives a source that fails to close', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const closings = [() => Promise.reject(BOOM), () => { throw BOOM; }];
    const errors = closings.map((close) => errorOf(breaker.stream(() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: close }) })).next()));

    await clock.advanceAsync(1_000);

    expect(await Promise.all(errors)).toMatchObject([{ code: 'ERR_CIRCUIT_TIMEOUT' }, { code: 'ERR_CIRCUIT_TIMEOUT' }]);
  });

  it('bounds the silence before the first item as one, with the promise of the source in it', async () => {
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

  it('holds the process while an item is awaited, and not while the consumer is busy', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const item = deferred<number>();
    const first = breaker.stream(() => sourceOf(item.promise).source).next();
    await clock.advanceAsync(0);
    const waiting = [clock.timers, clock.holdingTimers];
    item.resolve(1);
    await first;

    expect([waiting, [clock.timers, clock.holdingTimers]]).toEqual([[1, 1], [1, 0]]);
  });

  it('may be infinite', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    void breaker.stream(() => sourceOf(nothing).source, { timeoutMs: Number.POSITIVE_INFINITY }).next();

    await clock.advanceAsync(1e9);

    expect([breaker.getMetrics().inFlight, clock.timers]).toEqual([1, 0]);
  });
});

describe('dispose', () => {
  it('lets a stream go on and balance the totals', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const stream = breaker.stream(() => sourceOf(1, 2).source);
    await stream.next();
    breaker.dispose();

    const rest = [await stream.next(), await stream.next()];

    expect(rest).toEqual([{ done: false, value: 2 }, { done: true, value: undefined }]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, inFlight: 0, windowCount: 0 });
    expect(clock.timers).toBe(0);
  });
});

describe('an abort of a stream by the caller', () => {
  it.each([
    ['any reason', 'not needed', { ignoredCalls: 1, failedCalls: 0, timeouts: 0 }],
    ['a deadline', new DOMException('late', 'TimeoutError'), { ignoredCalls: 0, failedCalls: 1, timeouts: 1 }],
  ])('for %s ends the wait at once', async (_what, reason, totals) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    const caller = new AbortController();
    const { source, closed } = sourceOf(1, nothing);
    const stream = breaker.stream(() => source, { signal: caller.signal });
    await stream.next();
    const second = errorOf(stream.next());
    await clock.advanceAsync(0);

    caller.abort(reason);

    expect(await second).toBe(reason);
    expect(breaker.getMetrics()).toMatchObject({ ...totals, inFlight: 0 });
    expect(closed()).toBe(1);
  });

  it('while the consumer is busy is told at the next item', async () => {
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

  it('before the first item refuses it and counts nothing', async () => {
    const { breaker } = silentBreakerWith();
    const stream = breaker.stream(() => sourceOf(1).source, { signal: AbortSignal.abort('not needed') });

    expect(await errorOf(stream.next())).toBe('not needed');
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });
});

describe('a stream that is only observed', () => {
  it('is recorded as failed after its timeout, and gives its items all the same', async () => {
    const { breaker, clock } = silentBreakerWith({ mode: 'observe', timeoutMs: 1_000 });
    const item = deferred<number>();
    let signal: AbortSignal | undefined;
    const stream = breaker.stream((context) => {
      signal = context.signal;
      return sourceOf(item.promise).source;
    });
    const first = stream.next();
    await clock.advanceAsync(1_000);
    const counted = breaker.getMetrics().timeouts;
    item.resolve(1);

    expect([await first, await stream.next()]).toEqual([{ done: false, value: 1 }, { done: true, value: undefined }]);
    expect([counted, signal?.aborted]).toEqual([1, false]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, successfulCalls: 0, inFlight: 0 });
  });

  it('runs while open and decides nothing', async () => {
    const { breaker } = silentBreakerWith({ mode: 'observe' });
    breaker.trip();
    const stream = breaker.stream(() => sourceOf(1).source);

    await stream.next();
    await stream.next();

    expect(breaker.getMetrics()).toMatchObject({ wouldHaveRejectedCalls: 1, rejectedCalls: 0, successfulCalls: 1 });
  });

  it('hands the caller’s abort to the operation and settles when that does', async () => {
    const { breaker, clock } = silentBreakerWith({ mode: 'observe', timeoutMs: null });
    const caller = new AbortController();
    const item = deferred<number>();
    const stream = breaker.stream(
      ({ signal }) => {
        signal.addEventListener('abort', () => item.reject(signal.reason));
        return sourceOf(item.promise).source;
      },
      { signal: caller.signal },
    );
    const first = errorOf(stream.next());
    await clock.advanceAsync(0);

    caller.abort('not needed');

    expect(await first).toBe('not needed');
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0, inFlight: 0 });
  });
});
