import { setImmediate as macrotask } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError } from '../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { never, throwing } from '../support/calls.ts';
import { deferred, errorOf } from '../support/outcomes.ts';

const REASON = new Error('caller left');

describe('a signal that is already aborted', () => {
  it('rejects every kind of call with its reason and counts nothing', async () => {
    const { breaker, clock } = breakerWith({ fallback: 'spare', maxConcurrent: 1 });
    let runs = 0;
    const run = () => (runs += 1);
    const signal = AbortSignal.abort(REASON);
    const stream = breaker.stream(async function* source() { yield run(); }, { signal });

    expect(await errorOf(breaker.call(run, { signal }))).toBe(REASON);
    expect(await breaker.tryCall(run, { signal })).toEqual({ status: 'ignored', error: REASON });
    expect(await errorOf(stream.next())).toBe(REASON);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, ignoredCalls: 0, timeouts: 0 });
    expect([runs, clock.timers]).toEqual([0, 0]);
  });
});

describe('a signal that aborts while the operation starts', () => {
  it.each([
    ['fulfilled promise', () => Promise.resolve('fine')],
    ['rejected promise', () => Promise.reject(new Error('no'))],
    ['pending promise', never],
    ['thrown error', throwing(new Error('no'))],
  ])('wins over a %s', async (_title, result) => {
    const { breaker } = breakerWith();
    const controller = new AbortController();
    const operation = () => {
      controller.abort(REASON);
      return result();
    };

    expect(await errorOf(breaker.call<unknown>(operation, { signal: controller.signal }))).toBe(REASON);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, inFlight: 0 });
  });
});

describe('one signal for 10,000 calls', () => {
  it('causes no warning, and holds nothing once they have settled', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    const { breaker } = silentBreakerWith();
    const { signal } = new AbortController();
    const gate = deferred<string>();

    const calls = Array.from({ length: 10_000 }, () => breaker.call(() => gate.promise, { signal }));
    await macrotask();
    const during = breaker.getMetrics().inFlight;
    gate.resolve('fine');
    const values = new Set(await Promise.all(calls));
    await macrotask();
    process.off('warning', note);

    expect([during, values, warnings]).toEqual([10_000, new Set(['fine']), []]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 10_000, inFlight: 0 });
  });

  it('ends all of them when it aborts', async () => {
    const { breaker, clock } = silentBreakerWith();
    const controller = new AbortController();
    const { signal } = controller;
    const signals: AbortSignal[] = [];
    const operation = (context: { readonly signal: AbortSignal }) => (signals.push(context.signal), never());
    const calls = Array.from({ length: 10_000 }, (_, at) =>
      errorOf(breaker.call(at % 1_000 === 0 ? operation : never, { signal })));

    controller.abort(REASON);

    expect(new Set(await Promise.all(calls))).toEqual(new Set([REASON]));
    expect(signals.map(({ aborted, reason }) => aborted && reason === REASON)).toEqual(Array(10).fill(true));
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 10_000, inFlight: 0, abandoned: 10_000 });
    expect(clock.holdingTimers).toBe(0);
  });
});

describe('something that is no AbortSignal', () => {
  const listeners = { aborted: false, addEventListener() {}, removeEventListener() {} };
  const unreadable = (key: string): unknown => Object.defineProperty({ ...listeners }, key, { get: throwing(REASON) });

  it.each([
    ['null', null],
    ['a controller', new AbortController()],
    ['a flag without listeners', { aborted: false }],
    ['a signal that cannot be left', { aborted: false, addEventListener() {} }],
    ['a signal without methods', { aborted: false, addEventListener: true, removeEventListener: true }],
    ['a signal that cannot be read', unreadable('aborted')],
    ['a proxy whose traps all throw', new Proxy({}, { get: throwing(REASON), has: throwing(REASON) })],
  ])('is rejected and nothing runs when it is %s', async (_title, given) => {
    const { breaker } = breakerWith({ maxConcurrent: 1 });
    let runs = 0;
    const signal = given as never;

    const settled = await breaker.tryCall(() => void (runs += 1), { signal });

    expect(settled).toMatchObject({ status: 'ignored', error: { code: 'ERR_CIRCUIT_CONFIG' } });
    expect(() => breaker.stream(async function* source() {}, { signal })).toThrow(CircuitBreakerConfigError);
    expect([runs, breaker.getMetrics().totalCalls]).toEqual([0, 0]);
  });

  it.each([['addEventListener'], ['removeEventListener']])('leaks no slot when its %s throws', async (method) => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    const options = () => ({ signal: { ...listeners, [method]: throwing(REASON) } as never });
    const ends = [
      breaker.tryCall(() => Promise.resolve('fine'), options()),
      breaker.call(() => Promise.reject(new Error('no')), options()).catch(() => {}),
      breaker.stream(async function* source() { yield 1; }, options()).next().catch(() => {}),
    ];
    await clock.advanceAsync(0);
    await Promise.all(ends);

    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0 });
    expect(clock.holdingTimers).toBe(0);
    expect(await breaker.call(() => 'next')).toBe('next');
  });

  it('ends no other call when it reports an abort after its call has settled', async () => {
    const { breaker } = silentBreakerWith();
    const heard: (() => void)[] = [];
    const addEventListener = (_type: string, run: () => void) => void heard.push(run);
    const deaf = { ...listeners, reason: REASON, addEventListener };
    await breaker.call(() => Promise.resolve('first'), { signal: deaf as never });
    const gate = deferred<string>();
    const controller = new AbortController();
    const others = [
      breaker.tryCall(() => gate.promise),
      breaker.tryCall(() => gate.promise, { signal: controller.signal }),
    ];

    for (const run of heard) run();
    gate.resolve('unharmed');

    const unharmed = { status: 'success', value: 'unharmed' };
    expect(await Promise.all(others)).toEqual([unharmed, unharmed]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 3, ignoredCalls: 0, inFlight: 0 });
  });
});
