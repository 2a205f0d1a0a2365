import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, deferred, errorOf, hang } from '../../support/outcomes.ts';
import { drain, sourceOf } from '../../support/stream.ts';

describe('a stream', () => {
  it('gives the items and counts one success', async () => {
    const { breaker, events } = breakerWith();

    const items = await drain(breaker.stream(async function* () {
      yield 1;
      yield 2;
    }));

    expect(items).toEqual([1, 2]);
    expect(kindsOf(events)).toEqual(['success']);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, inFlight: 0, windowCount: 1 });
  });

  it('may be promised', async () => {
    const { breaker } = silentBreakerWith();

    expect(await drain(breaker.stream(async () => sourceOf(1, 2).source))).toEqual([1, 2]);
  });

  it('that is empty is a success', async () => {
    const { breaker } = silentBreakerWith();

    await drain(breaker.stream(() => sourceOf().source));

    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1 });
  });

  it('is admitted at the first next, not before', async () => {
    const { breaker } = silentBreakerWith();
    let ran = false;
    const stream = breaker.stream(() => {
      ran = true;
      return sourceOf(1, 2).source;
    });
    const before = [ran, breaker.getMetrics().totalCalls];

    await stream.next();

    expect([before, ran, breaker.getMetrics().totalCalls, breaker.getMetrics().inFlight]).toEqual([[false, 0], true, 1, 1]);
  });

  it('is rejected at the first next while open, and runs nothing', async () => {
    const { breaker, events } = breakerWith({ fallback: 'cached' });
    breaker.trip();
    let ran = false;
    const stream = breaker.stream(() => {
      ran = true;
      return sourceOf().source;
    });

    expect(await errorOf(stream.next())).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect([ran, kindsOf(events)]).toEqual([false, ['stateChange', 'rejected']]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('that throws is a failure, and the error passes through', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const stream = breaker.stream(async function* () {
      yield 1;
      throw BOOM;
    });
    const first = await stream.next();

    expect(first.value).toBe(1);
    expect(await errorOf(stream.next())).toBe(BOOM);
    expect(breaker.state).toBe('open');
  });

  it.each([
    ['throws', () => { throw BOOM; }],
    ['rejects', () => Promise.reject(BOOM)],
  ])('whose operation %s is a failure', async (_how, operation) => {
    const { breaker } = silentBreakerWith();

    expect(await errorOf(breaker.stream(operation as never).next())).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, inFlight: 0 });
  });

  it('passes its error through the filters', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: RangeError });

    await errorOf(breaker.stream(() => Promise.reject(new RangeError('out'))).next());

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
  });

  it.each([
    ['a list', [1, 2], 'an array'],
    ['nothing', undefined, 'undefined'],
  ])('of %s is refused by a TypeError', async (_what, given, shown) => {
    const { breaker } = silentBreakerWith();

    expect(await errorOf(breaker.stream((() => given) as never).next())).toEqual(new TypeError(`Expected the operation of stream to give an async iterable, got ${shown}`));
  });

  it('refuses an operation that is no function at once', () => {
    const { breaker } = silentBreakerWith();

    expect(() => breaker.stream([1] as never)).toThrow(new TypeError('Expected the operation to be a function, got object'));
  });

  it.each([
    [{ timeoutMs: 0 }, 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0'],
    [{ fallback: 5 }, 'Unknown option `fallback`'],
  ])('refuses the options %o at once', (options, problem) => {
    const { breaker } = silentBreakerWith();

    expect(() => breaker.stream(() => sourceOf().source, options as never)).toThrow(`Circuit breaker "orders": ${problem}`);
  });

  it('is refused after dispose', async () => {
    const { breaker } = silentBreakerWith();
    const stream = breaker.stream(() => sourceOf(1).source);
    breaker.dispose();

    expect(await errorOf(stream.next())).toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('passes through while off', async () => {
    const { breaker } = silentBreakerWith({ mode: 'off' });
    breaker.forceOpen();
    const { signal } = new AbortController();
    const signals: AbortSignal[] = [];
    const operation = (context: { signal: AbortSignal }) => {
      signals.push(context.signal);
      return sourceOf(1, 2).source;
    };

    expect([await drain(breaker.stream(operation)), await drain(breaker.stream(operation, { signal }))]).toEqual([[1, 2], [1, 2]]);
    expect([signals[0]?.aborted, signals[1] === signal, breaker.getMetrics().totalCalls]).toEqual([false, true, 0]);
  });

  it('takes a slot until it has ended', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    const stream = breaker.stream(() => sourceOf(1).source);
    await stream.next();
    const during = breaker.canExecute();

    await stream.next();

    expect([during, breaker.canExecute()]).toEqual([false, true]);
  });

  it('lasts, for latency and the slow rule, until its first item', async () => {
    const { breaker, clock } = silentBreakerWith({ slowCallThresholdMs: 400, timeoutMs: null });
    const items = [deferred<number>(), deferred<number>()] as const;
    const stream = breaker.stream(() => sourceOf(items[0].promise, items[1].promise).source);
    const first = stream.next();
    await clock.advanceAsync(400);
    items[0].resolve(1);
    await first;
    const second = stream.next();
    await clock.advanceAsync(9_000);
    items[1].resolve(2);
    await second;

    await stream.next();

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 400, slowCalls: 0, successfulCalls: 1 });
  });

  it('that fails after an item lasts until that item too', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    const broken = deferred<number>();
    const stream = breaker.stream(() => sourceOf(1, broken.promise).source);
    await stream.next();
    const second = errorOf(stream.next());
    await clock.advanceAsync(3_000);
    broken.reject(BOOM);
    await second;

    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, averageResponseTimeMs: 0 });
  });

  it('that gives no item lasts until its end', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    const operation = deferred<AsyncIterable<number>>();
    const first = breaker.stream(() => operation.promise).next();
    await clock.advanceAsync(3_000);
    operation.resolve(sourceOf<number>().source);
    await first;

    expect(breaker.getMetrics().averageResponseTimeMs).toBe(3_000);
  });

  it('is refused by a full bulkhead', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    hang(breaker);

    expect(await errorOf(breaker.stream(() => sourceOf(1).source).next())).toMatchObject({ code: 'ERR_BULKHEAD_FULL' });
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
    expect([closed(), breaker.getMetrics().successfulCalls, breaker.getMetrics().failedCalls]).toEqual([1, 1, 0]);
  });

  it('waits for the source to close, and gives its error', async () => {
    const { breaker } = silentBreakerWith();
    const stream = breaker.stream(() => ({
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }), return: () => Promise.reject(BOOM) }),
    }));
    await stream.next();

    expect(await errorOf(stream.return())).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, inFlight: 0 });
  });

  it('before the first next counts nothing and runs nothing', async () => {
    const { breaker } = silentBreakerWith();
    let ran = false;
    const stream = breaker.stream(() => {
      ran = true;
      return sourceOf(1).source;
    });

    await stream.return();

    expect([ran, breaker.getMetrics().totalCalls, await stream.next()]).toEqual([false, 0, { done: true, value: undefined }]);
  });

  it('before the first item closes the source and is ignored', async () => {
    const { breaker, events, clock } = breakerWith({ timeoutMs: null });
    const { source, closed } = sourceOf(new Promise<number>(() => {}));
    const stream = breaker.stream(() => source);
    void stream.next();
    await clock.advanceAsync(0);

    void stream.return();
    await clock.advanceAsync(0);

    expect([closed(), kindsOf(events)]).toEqual([1, ['ignored']]);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, inFlight: 0 });
  });

  it('while a later item is awaited closes the source and is a success', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    const { source, closed } = sourceOf(1, new Promise<number>(() => {}));
    const stream = breaker.stream(() => source);
    await stream.next();
    void stream.next();
    await clock.advanceAsync(0);

    void stream.return();
    await clock.advanceAsync(0);

    expect(closed()).toBe(1);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, inFlight: 0 });
  });
});
