import { setImmediate as macrotask } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isCircuitBreakerTimeoutError, retry } from '../../src/index.ts';
import type { CircuitBreakerTimeoutError, RetryOptions } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM, deferred, errorOf } from '../support/outcomes.ts';

const REASON = new Error('caller left');

function plain(options: RetryOptions = {}): RetryOptions & { readonly clock: FakeClock } {
  return { jitter: false, ...options, clock: new FakeClock() };
}

/** What the process hears of promises that nobody handled. */
async function unhandledDuring(act: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  await act();
  await macrotask();
  process.off('unhandledRejection', note);
  return unhandled;
}

describe('the signal of the caller', () => {
  it('that is aborted already ends the retry before it begins', async () => {
    const options = plain({ signal: AbortSignal.abort(REASON) });
    let runs = 0;

    const error = await errorOf(retry(() => { runs += 1; }, options));

    expect([error, runs, options.clock.timers]).toEqual([REASON, 0, 0]);
  });

  it('ends an attempt at once, with its reason, and aborts the signal of the attempt', async () => {
    const controller = new AbortController();
    const options = plain({ signal: controller.signal });
    const signals: AbortSignal[] = [];

    const error = errorOf(retry(({ signal }) => { signals.push(signal); return new Promise(() => {}); }, options));
    controller.abort(REASON);

    expect(await error).toBe(REASON);
    expect(signals.map(({ reason }) => reason as unknown)).toEqual([REASON]);
    expect(options.clock.timers).toBe(0);
  });

  it('ends a wait at once, with its reason', async () => {
    const controller = new AbortController();
    const options = plain({ signal: controller.signal });
    let runs = 0;

    const error = errorOf(retry(() => { runs += 1; return Promise.reject(BOOM); }, options));
    await options.clock.advanceAsync(50);
    controller.abort(REASON);
    const settled = await error;
    await options.clock.advanceAsync(10_000);

    expect([settled, runs, options.clock.timers]).toEqual([REASON, 1, 0]);
  });

  it('wins over an operation that aborts it and then gives something', async () => {
    const results = [() => 'fine', () => Promise.reject(BOOM), () => { throw BOOM; }];

    const errors = results.map((result) => {
      const controller = new AbortController();
      return errorOf(retry(() => { controller.abort(REASON); return result(); }, plain({ signal: controller.signal })));
    });

    expect(await Promise.all(errors)).toEqual([REASON, REASON, REASON]);
  });

  it('keeps no listener once the retry has ended', async () => {
    const { signal } = new AbortController();
    const listeners: string[] = [];
    const counted = new Proxy(signal, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          listeners.push(String(key));
          return (value as (...all: unknown[]) => unknown).apply(target, args);
        };
      },
    });

    await retry(() => 'fine', plain({ signal: counted }));

    expect(listeners).toEqual(['addEventListener', 'removeEventListener']);
  });

  it('ends the retry also where it turns out aborted only when it is listened to', async () => {
    let reads = 0;
    const late = { get aborted() { return (reads += 1) > 2; }, reason: REASON, addEventListener() {}, removeEventListener() {} } as unknown as AbortSignal;
    const options = plain({ signal: late });
    let runs = 0;

    const error = await errorOf(retry(() => { runs += 1; }, options));

    expect([error, runs, options.clock.timers]).toEqual([REASON, 0, 0]);
  });

  it('may be aborted by retryOn, which leaves no timer', async () => {
    const controller = new AbortController();
    const options = plain({ signal: controller.signal, retryOn: () => { controller.abort(REASON); return true; } });

    const error = await errorOf(retry(() => Promise.reject(BOOM), options));

    expect([error, options.clock.timers]).toEqual([REASON, 0]);
  });
});

describe('the signal of an attempt', () => {
  it('is the same for all attempts, and does not abort when they end', async () => {
    const options = plain();
    const signals = new Set<AbortSignal>();

    const value = retry(({ signal, attempt }) => { signals.add(signal); if (attempt < 3) throw BOOM; return 'fine'; }, options);
    await options.clock.advanceAsync(1_000);

    expect(await value).toBe('fine');
    expect([...signals].map(({ aborted }) => aborted)).toEqual([false]);
  });
});

describe('the total', () => {
  it('ends an attempt at once, with an error that breakers take for a timeout', async () => {
    const options = plain({ totalTimeoutMs: 1_000 });
    const signals: AbortSignal[] = [];

    const ended = errorOf(retry(({ signal }) => { signals.push(signal); return new Promise(() => {}); }, options));
    await options.clock.advanceAsync(1_000);
    const error = (await ended) as CircuitBreakerTimeoutError;

    expect(isCircuitBreakerTimeoutError(error)).toBe(true);
    expect(error).toMatchObject({ breakerName: 'retry', timeoutMs: 1_000, message: 'Retry took longer than 1000 ms in all, its totalTimeoutMs; attempt 1 was the last' });
    expect(Object.hasOwn(error, 'cause')).toBe(false);
    expect(signals.map(({ reason }) => reason as unknown)).toEqual([error]);
    expect(options.clock.timers).toBe(0);
  });

  it('names the error of the attempt before as its cause', async () => {
    const options = plain({ totalTimeoutMs: 1_000 });

    const ended = errorOf(retry(({ attempt }) => (attempt === 1 ? Promise.reject(BOOM) : new Promise(() => {})), options));
    await options.clock.advanceAsync(1_000);

    expect(await ended).toMatchObject({ cause: BOOM, message: 'Retry took longer than 1000 ms in all, its totalTimeoutMs; attempt 2 was the last' });
  });

  it('begins no wait that would leave nothing of it', async () => {
    const options = plain({ totalTimeoutMs: 300 });
    let runs = 0;

    const ended = errorOf(retry(() => { runs += 1; return Promise.reject(BOOM); }, options));
    await options.clock.advanceAsync(100);

    expect([await ended, runs, options.clock.now(), options.clock.timers]).toEqual([BOOM, 2, 100, 0]);
  });

  it('is 30 seconds', async () => {
    const options = plain();

    const ended = errorOf(retry(() => new Promise(() => {}), options));
    await options.clock.advanceAsync(29_999);
    const before = options.clock.timers;
    await options.clock.advanceAsync(1);

    expect([before, ((await ended) as CircuitBreakerTimeoutError).timeoutMs]).toEqual([1, 30_000]);
  });

  it.each([null, Number.POSITIVE_INFINITY])('is none when it is %s', async (totalTimeoutMs) => {
    const options = plain({ totalTimeoutMs });
    const gate = deferred<string>();

    const value = retry(() => gate.promise, options);
    const timers = options.clock.timers;
    gate.resolve('fine');

    expect([timers, await value]).toEqual([0, 'fine']);
  });

  it('ends a retry whose process was frozen during a wait, and begins no attempt', async () => {
    const options = plain({ totalTimeoutMs: 1_000 });
    let runs = 0;

    const ended = errorOf(retry(() => { runs += 1; return Promise.reject(BOOM); }, options));
    await options.clock.advanceAsync(0);
    options.clock.freeze(5_000);
    await options.clock.advanceAsync(0);

    expect([await ended, runs, options.clock.timers]).toMatchObject([{ code: 'ERR_CIRCUIT_TIMEOUT', cause: BOOM }, 1, 0]);
  });

  it('does not run the operation on a clock whose timers fire at once', async () => {
    const hasty = Object.assign(new FakeClock(), { after: (_ms: number, run: () => void) => { run(); return { cancel() {}, ref() {}, unref() {} }; } });
    let runs = 0;

    const error = await errorOf(retry(() => { runs += 1; }, { clock: hasty }));

    expect([isCircuitBreakerTimeoutError(error), runs]).toEqual([true, 0]);
  });
});

describe('an attempt that was given up', () => {
  it.each([['succeeds', 'resolve'], ['fails', 'reject']] as const)('changes nothing when it %s later', async (_title, how) => {
    const controller = new AbortController();
    const options = plain({ signal: controller.signal });
    const gate = deferred<unknown>();

    const unhandled = await unhandledDuring(async () => {
      const error = errorOf(retry(() => gate.promise, options));
      controller.abort(REASON);
      expect(await error).toBe(REASON);
      gate[how](BOOM);
    });

    expect([unhandled, options.clock.timers]).toEqual([[], 0]);
  });

  it('stays ended when a cancelled timer fires after all', async () => {
    const fired: (() => void)[] = [];
    const stubborn = Object.assign(new FakeClock(), { after: (_ms: number, run: () => void) => { fired.push(run); return { cancel() {}, ref() {}, unref() {} }; } });
    const controller = new AbortController();
    let runs = 0;

    const error = errorOf(retry(() => { runs += 1; return Promise.reject(BOOM); }, { clock: stubborn, signal: controller.signal }));
    await macrotask();
    controller.abort(REASON);
    for (const run of fired) run();

    expect([await error, runs, fired.length]).toEqual([REASON, 1, 2]);
  });
});
