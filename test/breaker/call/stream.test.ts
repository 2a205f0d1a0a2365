import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { problemsOf, throwing } from '../../support/calls.ts';
import { BOOM, deferred, errorOf, hang } from '../../support/outcomes.ts';
import { drain, sourceOf } from '../../support/stream.ts';

const nothing = new Promise<number>(() => {});

/** An operation that counts how often it runs. */
function counted(...items: readonly number[]) {
  const seen = { runs: 0, operation: () => ((seen.runs += 1), sourceOf(...items).source) };
  return seen;
}

describe('a stream', () => {
  it('yields the items and counts one success', async () => {
    const { breaker, events } = breakerWith();
    const items = await drain(breaker.stream(async function* source() {
      yield 1;
      yield 2;
    }));

    expect(items).toEqual([1, 2]);
    expect(kindsOf(events)).toEqual(['success']);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, inFlight: 0, windowCount: 1 });
  });

  it('may be promised, and may be empty', async () => {
    const { breaker } = silentBreakerWith();

    expect(await drain(breaker.stream(async () => sourceOf(1, 2).source))).toEqual([1, 2]);
    expect(await drain(breaker.stream(() => sourceOf().source))).toEqual([]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 2 });
  });

  it('is admitted at the first item, and not before', async () => {
    const { breaker } = silentBreakerWith();
    const seen = counted(1, 2);
    const stream = breaker.stream(seen.operation);
    const before = [seen.runs, breaker.getMetrics().totalCalls];

    await stream.next();

    expect([before, seen.runs, breaker.getMetrics().inFlight]).toEqual([[0, 0], 1, 1]);
  });

  it('is rejected at the first item while open, and runs nothing', async () => {
    const { breaker, events } = breakerWith({ fallback: 'cached' });
    breaker.trip();
    const seen = counted(1);
    const stream = breaker.stream(seen.operation);

    expect(await errorOf(stream.next())).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect([seen.runs, kindsOf(events)]).toEqual([0, ['stateChange', 'rejected']]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('is rejected when the bulkhead is full, and takes a slot until it has ended', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    const running = breaker.stream(() => sourceOf(1).source);
    await running.next();

    const rejected = await errorOf(breaker.stream(() => sourceOf(1).source).next());
    await running.next();

    expect(rejected).toMatchObject({ code: 'ERR_BULKHEAD_FULL' });
    expect(breaker.canExecute()).toBe(true);
    hang(breaker);
    expect(await errorOf(breaker.stream(() => sourceOf(1).source).next())).toMatchObject({ code: 'ERR_BULKHEAD_FULL' });
  });

  it('that throws after an item is a failure, and the error passes through', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const stream = breaker.stream(async function* source() {
      yield 1;
      throw BOOM;
    });

    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect(await errorOf(stream.next())).toBe(BOOM);
    expect(breaker.state).toBe('open');
  });

  it.each([
    ['throws', throwing(BOOM)],
    ['rejects', () => Promise.reject(BOOM)],
  ])('is a failure when the operation %s', async (_how, operation) => {
    const { breaker } = silentBreakerWith();

    expect(await errorOf(breaker.stream(operation as never).next())).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, inFlight: 0 });
  });

  it.each([
    ['a list', [1, 2], 'an array'],
    ['nothing', undefined, 'undefined'],
  ])('throws a TypeError when the operation returns %s', async (_what, returned, shown) => {
    const { breaker } = silentBreakerWith();
    const message = `The operation of \`stream()\` must return an async iterable. It returned ${shown}.`;

    expect(await errorOf(breaker.stream((() => returned) as never).next())).toEqual(new TypeError(message));
  });

  it.each([
    [{ timeoutMs: 0 }, '`timeoutMs` must be a number of milliseconds (1 or more), or null. Received 0.'],
    [{ fallback: 5 }, 'Unknown option `fallback`.'],
  ])('rejects the options %o at once', (options, problem) => {
    const { breaker } = silentBreakerWith();

    expect(problemsOf(() => breaker.stream(() => sourceOf().source, options as never))).toEqual([problem]);
  });

  it('is rejected after dispose()', async () => {
    const { breaker } = silentBreakerWith();
    const stream = breaker.stream(() => sourceOf(1).source);
    breaker.dispose();

    expect(await errorOf(stream.next())).toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('passes through in mode off', async () => {
    const { breaker } = silentBreakerWith({ mode: 'off' });
    breaker.forceOpen();
    const { signal } = new AbortController();
    const signals: AbortSignal[] = [];
    const operation = (context: { signal: AbortSignal }) => (signals.push(context.signal), sourceOf(1, 2).source);

    expect(await drain(breaker.stream(operation))).toEqual([1, 2]);
    expect(await drain(breaker.stream(operation, { signal }))).toEqual([1, 2]);
    expect([signals[0]?.aborted, signals[1] === signal, breaker.getMetrics().totalCalls]).toEqual([false, true, 0]);
  });
});

describe('the duration of a stream', () => {
  it('ends with its first item', async () => {
    const { breaker, clock } = silentBreakerWith({ slowCallThresholdMs: 400, timeoutMs: null });
    const items = [deferred<number>(), deferred<number>()] as const;
    const stream = breaker.stream(() => sourceOf(items[0].promise, items[1].promise).source);
    for (const [item, ms] of [[items[0], 400], [items[1], 9_000]] as const) {
      const next = stream.next();
      await clock.advanceAsync(ms);
      item.resolve(1);
      await next;
    }

    await stream.next();

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 400, slowCalls: 0, successfulCalls: 1 });
  });

  it('ends with the stream when there is no item', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    const operation = deferred<AsyncIterable<number>>();
    const first = breaker.stream(() => operation.promise).next();
    await clock.advanceAsync(3_000);
    operation.resolve(sourceOf<number>().source);
    await first;

    expect(breaker.getMetrics().averageResponseTimeMs).toBe(3_000);
  });

  it('is not measured without trackLatency', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, trackLatency: false });
    const item = deferred<number>();
    const stream = breaker.stream(() => sourceOf(item.promise).source);
    const first = stream.next();
    await clock.advanceAsync(9_000);
    item.resolve(1);
    await first;
    await stream.next();

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 0, slowCalls: 0, successfulCalls: 1 });
  });
});

describe('leaving a stream early', () => {
  it('at an item closes the source and is a success', async () => {
    const { breaker, events } = breakerWith();
    const { source, closed } = sourceOf(1, 2, 3);
    for await (const item of breaker.stream(() => source)) if (item === 2) break;

    expect([closed(), kindsOf(events)]).toEqual([1, ['success']]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, inFlight: 0, abandoned: 0 });
  });

  it('by an error of the consumer closes the source and is a success', async () => {
    const { breaker } = silentBreakerWith();
    const { source, closed } = sourceOf(1, 2);
    const consume = async () => {
      for await (const _ of breaker.stream(() => source)) throw BOOM;
    };

    expect(await errorOf(consume())).toBe(BOOM);
    expect(closed()).toBe(1);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
  });

  it('waits for the source to close, and throws its error', async () => {
    const { breaker } = silentBreakerWith();
    const iterator = { next: async () => ({ done: false, value: 1 }), return: () => Promise.reject(BOOM) };
    const stream = breaker.stream(() => ({ [Symbol.asyncIterator]: () => iterator }));
    await stream.next();

    expect(await errorOf(stream.return())).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, inFlight: 0 });
  });

  it('before it is admitted counts nothing and runs nothing', async () => {
    const { breaker } = silentBreakerWith();
    const seen = counted(1);
    const stream = breaker.stream(seen.operation);

    await stream.return();

    expect([seen.runs, breaker.getMetrics().totalCalls]).toEqual([0, 0]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['ignored when no item has arrived', 0, 'ignored', { ignoredCalls: 1 }],
    ['a success when an item has arrived', 1, 'success', { successfulCalls: 1 }],
  ] as const)('while an item is awaited closes the source and is %s', async (_what, arrived, kind, totals) => {
    const { breaker, events, clock } = breakerWith({ timeoutMs: null });
    const { source, closed } = arrived === 0 ? sourceOf(nothing) : sourceOf(1, nothing);
    const stream = breaker.stream(() => source);
    if (arrived === 1) await stream.next();
    const waiting = stream.next();
    await clock.advanceAsync(0);

    await stream.return();

    expect([closed(), kindsOf(events)]).toEqual([1, [kind]]);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(breaker.getMetrics()).toMatchObject({ ...totals, inFlight: 0 });
  });
});
