import { setImmediate as macrotask } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isCircuitBreakerTimeoutError, retry } from '../../src/index.ts';
import type { CircuitBreakerTimeoutError, RetryContext, RetryOptions } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM, deferred, errorOf } from '../support/outcomes.ts';
import { failing, plain } from '../support/retry.ts';

const REASON = new Error('caller left');

/** An operation that never ends, and the signals that it received. */
function hanging() {
  const signals: AbortSignal[] = [];
  const operation = ({ signal }: RetryContext) => new Promise(() => signals.push(signal));
  return { signals, operation };
}

/** Returns the errors of promises that no code handled. */
async function unhandledDuring(act: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  await act();
  await macrotask();
  process.off('unhandledRejection', note);
  return unhandled;
}

/** A signal that aborts while it is being watched. */
function abortedLate(): AbortSignal {
  let reads = 0;
  return {
    get aborted() { return (reads += 1) > 2; },
    reason: REASON,
    addEventListener() {},
    removeEventListener() {},
  } as unknown as AbortSignal;
}

describe('the signal of the caller', () => {
  it.each([
    ['is aborted already', AbortSignal.abort(REASON)],
    ['aborts while it is being watched', abortedLate()],
  ])('rejects before the first attempt when it %s', async (_title, signal) => {
    const options = plain({ signal });
    const { ranAt, operation } = failing(options.clock, 0);

    expect([await errorOf(retry(operation, options)), ranAt, options.clock.timers]).toEqual([REASON, [], 0]);
  });

  it('rejects during an attempt, and aborts the signal of the attempt', async () => {
    const controller = new AbortController();
    const options = plain({ signal: controller.signal });
    const { signals, operation } = hanging();

    const error = errorOf(retry(operation, options));
    controller.abort(REASON);

    expect([await error, signals.map(({ reason }) => reason as unknown)]).toEqual([REASON, [REASON]]);
    expect(options.clock.timers).toBe(0);
  });

  it('rejects during a wait', async () => {
    const controller = new AbortController();
    const options = plain({ signal: controller.signal });
    const { ranAt, operation } = failing(options.clock);

    const error = errorOf(retry(operation, options));
    await options.clock.advanceAsync(50);
    controller.abort(REASON);
    const settled = await error;
    await options.clock.advanceAsync(10_000);

    expect([settled, ranAt, options.clock.timers]).toEqual([REASON, [0], 0]);
  });

  it.each<[title: string, optionsOf: (abort: () => void) => RetryOptions, end: (abort: () => void) => unknown]>([
    ['an operation that succeeds', () => ({}), (abort) => abort()],
    ['an operation that rejects', () => ({}), async (abort) => { abort(); throw BOOM; }],
    ['an operation that throws', () => ({}), (abort) => { abort(); throw BOOM; }],
    ['retryOn', (abort) => ({ retryOn: () => (abort(), true) }), () => Promise.reject(BOOM)],
    ['onRetry', (abort) => ({ onRetry: abort }), () => Promise.reject(BOOM)],
  ])('wins and leaves no timer when it is aborted by %s', async (_title, optionsOf, end) => {
    const controller = new AbortController();
    const abort = (): void => controller.abort(REASON);
    const options = plain({ signal: controller.signal, ...optionsOf(abort) });

    expect([await errorOf(retry(() => end(abort), options)), options.clock.timers]).toEqual([REASON, 0]);
  });

  it('has no listener when the retry has ended', async () => {
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
});

describe('the signal of an attempt', () => {
  it('is its own, and does not abort when it ends', async () => {
    const options = plain();
    const signals = new Set<AbortSignal>();
    const { operation } = failing(options.clock, 2);

    const value = retry(({ signal }) => (signals.add(signal), operation()), options);
    await options.clock.advanceAsync(1_000);

    expect([await value, ...[...signals].map(({ aborted }) => aborted)]).toEqual(['fine after 3', false, false, false]);
  });
});

describe('the total timeout', () => {
  it('rejects during an attempt with a timeout error', async () => {
    const options = plain({ totalTimeoutMs: 1_000 });
    const { signals, operation } = hanging();

    const ended = errorOf(retry(operation, options));
    await options.clock.advanceAsync(1_000);
    const error = (await ended) as CircuitBreakerTimeoutError;

    const message = '`retry()` took longer than 1000 ms, in attempt 1.';
    expect(error).toMatchObject({ breakerName: 'retry', timeoutMs: 1_000, message });
    expect([isCircuitBreakerTimeoutError(error), Object.hasOwn(error, 'cause')]).toEqual([true, false]);
    expect([signals.map(({ reason }) => reason as unknown), options.clock.timers]).toEqual([[error], 0]);
  });

  it('has the error of the attempt before as its cause', async () => {
    const options = plain({ totalTimeoutMs: 1_000 });
    const operation = ({ attempt }: RetryContext) => attempt === 1 ? Promise.reject(BOOM) : new Promise(() => {});

    const ended = errorOf(retry(operation, options));
    await options.clock.advanceAsync(1_000);

    const message = '`retry()` took longer than 1000 ms, in attempt 2.';
    expect(await ended).toMatchObject({ cause: BOOM, message });
  });

  it('starts no wait that exceeds it', async () => {
    const options = plain({ totalTimeoutMs: 300 });
    const { ranAt, operation } = failing(options.clock);

    const ended = errorOf(retry(operation, options));
    await options.clock.advanceAsync(100);

    expect([await ended, ranAt, options.clock.timers]).toEqual([BOOM, [0, 100], 0]);
  });

  it('is 30 s by default', async () => {
    const options = plain();

    const ended = errorOf(retry(hanging().operation, options));
    await options.clock.advanceAsync(29_999);
    const before = options.clock.timers;
    await options.clock.advanceAsync(1);

    expect([before, ((await ended) as CircuitBreakerTimeoutError).timeoutMs]).toEqual([1, 30_000]);
  });

  it.each([null, Number.POSITIVE_INFINITY])('is off when it is %s', async (totalTimeoutMs) => {
    const options = plain({ totalTimeoutMs });
    const gate = deferred<string>();

    const value = retry(() => gate.promise, options);
    const timers = options.clock.timers;
    gate.resolve('fine');

    expect([timers, await value]).toEqual([0, 'fine']);
  });

  it('rejects without another attempt when the process was suspended during a wait', async () => {
    const options = plain({ totalTimeoutMs: 1_000 });
    const { ranAt, operation } = failing(options.clock);

    const ended = errorOf(retry(operation, options));
    await options.clock.advanceAsync(0);
    options.clock.freeze(5_000);
    await options.clock.advanceAsync(0);

    expect(await ended).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT', cause: BOOM });
    expect([ranAt, options.clock.timers]).toEqual([[0], 0]);
  });
});

describe('an abandoned attempt', () => {
  it.each([
    ['succeeds', 'resolve'],
    ['fails', 'reject'],
  ] as const)('changes nothing when it %s later', async (_title, how) => {
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

  it('ignores a cancelled timer that fires', async () => {
    const fired: (() => void)[] = [];
    const after = (_ms: number, run: () => void) => (fired.push(run), { cancel() {}, ref() {}, unref() {} });
    const clock = Object.assign(new FakeClock(), { after });
    const controller = new AbortController();
    const { ranAt, operation } = failing(clock);
    const options: RetryOptions = { clock, signal: controller.signal };

    const error = errorOf(retry(operation, options));
    await macrotask();
    controller.abort(REASON);
    for (const run of fired) run();

    expect([await error, ranAt.length, fired.length]).toEqual([REASON, 1, 2]);
  });
});
