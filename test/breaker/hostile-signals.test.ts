import { setImmediate as macrotask } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError } from '../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { deferred, errorOf } from '../support/outcomes.ts';

const REASON = new Error('caller left');

describe('a signal that is already aborted', () => {
  it('refuses the call with its reason and counts nothing', async () => {
    const { breaker, clock } = breakerWith({ fallback: 'spare', maxConcurrent: 1 });
    let runs = 0;
    const signal = AbortSignal.abort(REASON);

    const rejected = await errorOf(breaker.call(() => { runs += 1; }, { signal }));
    const settled = await breaker.tryCall(() => { runs += 1; }, { signal });
    const streamed = await errorOf(breaker.stream(async function* source() { yield (runs += 1); }, { signal }).next());

    expect([rejected, streamed]).toEqual([REASON, REASON]);
    expect(settled).toEqual({ status: 'ignored', error: REASON });
    expect(runs).toBe(0);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, ignoredCalls: 0 });
    expect(clock.timers).toBe(0);
  });

  it('takes no probe and moves no state', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 1_000 });
    breaker.trip();
    clock.advance(1_000);

    await breaker.tryCall(() => 1, { signal: AbortSignal.abort(REASON) });

    expect(breaker.state).toBe('open');
  });
});

describe('a signal that aborts while the operation starts', () => {
  it.each([['fulfilled', () => Promise.resolve('fine')], ['rejected', () => Promise.reject(new Error('no'))], ['pending', () => new Promise(() => {})]])(
    'wins over a %s promise',
    async (_title, result) => {
      const { breaker } = breakerWith();
      const controller = new AbortController();

      const error = await errorOf(breaker.call(() => { controller.abort(REASON); return result(); }, { signal: controller.signal }));

      expect(error).toBe(REASON);
      expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, inFlight: 0 });
    },
  );
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

    expect(during).toBe(10_000);
    expect(values).toEqual(new Set(['fine']));
    expect(warnings).toEqual([]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 10_000, inFlight: 0 });
  });

  it('ends all of them at once', async () => {
    const { breaker, clock } = silentBreakerWith();
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const calls = Array.from({ length: 10_000 }, (_, at) =>
      errorOf(breaker.call((context) => { if (at % 1_000 === 0) signals.push(context.signal); return new Promise(() => {}); }, { signal: controller.signal })));

    controller.abort(REASON);

    expect(new Set(await Promise.all(calls))).toEqual(new Set([REASON]));
    expect(signals.every(({ aborted, reason }) => aborted && reason === REASON)).toBe(true);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 10_000, inFlight: 0, abandoned: 10_000 });
    expect(clock.holdingTimers).toBe(0);
  });
});

describe('something that is no AbortSignal', () => {
  const listeners = { addEventListener() {}, removeEventListener() {} };

  it.each([
    ['null', null],
    ['a controller', new AbortController()],
    ['a flag without listeners', { aborted: false }],
    ['a signal that cannot be left again', { aborted: false, addEventListener() {} }],
    ['a signal whose methods are no functions', { aborted: false, addEventListener: true, removeEventListener: true }],
    ['a signal that cannot be asked', { ...listeners, get aborted() { throw REASON; } }],
    ['a proxy whose traps all throw', new Proxy({}, { get() { throw REASON; }, has() { throw REASON; } })],
  ])('is refused: %s', async (_title, signal) => {
    const { breaker } = breakerWith({ maxConcurrent: 1 });
    let runs = 0;

    const settled = await breaker.tryCall(() => { runs += 1; }, { signal: signal as never });

    expect(settled).toMatchObject({ status: 'ignored', error: { code: 'ERR_CIRCUIT_CONFIG' } });
    expect(() => breaker.stream(async function* source() {}, { signal: signal as never })).toThrow(CircuitBreakerConfigError);
    expect(runs).toBe(0);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it.each([
    ['cannot be listened to', () => ({ ...listeners, aborted: false, addEventListener() { throw REASON; } })],
    ['cannot be left', () => ({ ...listeners, aborted: false, removeEventListener() { throw REASON; } })],
  ])('settles the call, keeps the totals balanced and leaks no slot when it %s', async (_title, make) => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });

    const first = breaker.tryCall(() => Promise.resolve('fine'), { signal: make() as never });
    const second = breaker.call(() => Promise.reject(new Error('no')), { signal: make() as never }).then(() => 'settled', () => 'settled');
    const streamed = breaker.stream(async function* source() { yield 1; }, { signal: make() as never }).next().then(() => 'settled', () => 'settled');
    await clock.advanceAsync(0);
    await Promise.all([first, second, streamed]);

    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0 });
    expect(clock.holdingTimers).toBe(0);
    expect(await breaker.call(() => 'next')).toBe('next');
  });

  it('ends no other call when it reports an abort after its call has settled', async () => {
    const { breaker } = silentBreakerWith();
    const heard: (() => void)[] = [];
    const deaf = { aborted: false, reason: REASON, addEventListener: (_type: string, run: () => void) => void heard.push(run), removeEventListener() {} };
    await breaker.call(() => Promise.resolve('first'), { signal: deaf as never });
    const gate = deferred<string>();
    const controller = new AbortController();
    const other = breaker.tryCall(() => gate.promise);
    const watched = breaker.tryCall(() => gate.promise, { signal: controller.signal });

    for (const run of heard) expect(run).not.toThrow();
    gate.resolve('unharmed');

    expect(await other).toEqual({ status: 'success', value: 'unharmed' });
    expect(await watched).toEqual({ status: 'success', value: 'unharmed' });
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 3, ignoredCalls: 0, inFlight: 0 });
  });
});
