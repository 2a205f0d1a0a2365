import { describe, expect, it } from 'vitest';
import { CircuitBreakerFallbackError } from '../../../src/index.ts';
import type { FallbackFunction, FallbackTrigger, UnifiedCircuitConfig } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { never, throwing, thrownBy } from '../../support/calls.ts';
import { BOOM, errorOf, hang } from '../../support/outcomes.ts';

const failing = () => Promise.reject(BOOM);
const triggerOf: FallbackFunction<FallbackTrigger> = (_error, context) => context.trigger;

/** A call that ends in each of the ways to which a fallback may apply. */
const ENDS: Readonly<Record<FallbackTrigger, (made: Made) => Promise<unknown>>> = {
  rejected: ({ breaker }) => {
    breaker.trip();
    return breaker.call(() => 'real');
  },
  bulkhead: ({ breaker }) => {
    hang(breaker);
    return breaker.call(() => 'real');
  },
  timeout: ({ breaker, clock }) => {
    const call = breaker.call(never);
    clock.advance(30_000);
    return call;
  },
  failure: ({ breaker }) => breaker.call(failing),
  result: ({ breaker }) => breaker.call(() => 'bad'),
};

const TRIGGERS = Object.keys(ENDS) as FallbackTrigger[];
const options: Options = { maxConcurrent: 1, isFailure: (value: string) => value === 'bad' };

describe('a fallback', () => {
  it.each([
    ['rejected', 'cached'],
    ['bulkhead', 'cached'],
    ['timeout', 'cached'],
    ['failure', 'cached'],
    ['result', 'bad'],
  ] as const)('by default makes a call that ends with %s return "%s"', async (trigger, value) => {
    expect(await ENDS[trigger](silentBreakerWith({ ...options, fallback: 'cached' }))).toBe(value);
  });

  it.each(TRIGGERS)('applies to %s and nothing else when fallbackOn names it alone', async (only) => {
    const applied: boolean[] = [];
    for (const trigger of TRIGGERS) {
      const made = silentBreakerWith({ ...options, fallback: 'cached', fallbackOn: [only] });
      applied.push((await ENDS[trigger](made).catch(() => 'thrown')) === 'cached');
    }

    expect(applied).toEqual(TRIGGERS.map((trigger) => trigger === only));
  });

  it.each<[FallbackTrigger, unknown]>([
    ['rejected', { code: 'ERR_CIRCUIT_OPEN' }],
    ['bulkhead', { code: 'ERR_BULKHEAD_FULL' }],
    ['timeout', { code: 'ERR_CIRCUIT_TIMEOUT' }],
    ['failure', BOOM],
    ['result', { message: 'Circuit breaker "orders": the returned value counts as a failure.', cause: 'bad' }],
  ])('receives the error of %s and what is known of the call', async (trigger, error) => {
    const received: unknown[] = [];
    const fallback: FallbackFunction<number> = (...given) => received.push(...given);
    await ENDS[trigger](silentBreakerWith({ ...options, fallbackOn: TRIGGERS, fallback }));

    expect(received).toMatchObject([error, { name: 'orders', trigger, signal: undefined }]);
  });

  it('receives the signal of the caller', async () => {
    const { breaker } = silentBreakerWith();
    const { signal } = new AbortController();

    expect(await breaker.call(failing, { signal, fallback: (_error, context) => context.signal })).toBe(signal);
  });

  it('is not recorded', async () => {
    const { breaker, events } = breakerWith({ fallback: 'cached' });
    await breaker.call(failing);

    const totals = { totalCalls: 1, failedCalls: 1, successfulCalls: 0, windowCount: 1, consecutiveFailures: 1 };
    expect(breaker.getMetrics()).toMatchObject(totals);
    expect(events).toEqual([
      { type: 'failure', name: 'orders', error: BOOM, durationMs: 0 },
      { type: 'fallback', name: 'orders', error: BOOM, served: true },
    ]);
  });

  it.each<[string, UnifiedCircuitConfig['fallback'], unknown]>([
    ['a value', 'cached', 'cached'],
    ['null', null, null],
    ['an object', { id: 1 }, { id: 1 }],
    ['a function', () => 'made', 'made'],
    ['an async function', async () => 'made later', 'made later'],
    ['a list whose first entry works', ['first', 'second'], 'first'],
    ['a list whose first entry throws', [failing, 'second'], 'second'],
    ['a function that returns a list', () => [], []],
  ])('may be %s', async (_what, fallback, value) => {
    expect(await silentBreakerWith({ fallback }).breaker.call(failing)).toEqual(value);
  });

  it('of the call takes precedence over that of the breaker', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'of the breaker' });

    expect(await breaker.call(failing, { fallback: 'of the call' })).toBe('of the call');
    expect(await breaker.call(failing, { fallback: undefined })).toBe('of the breaker');
  });

  it.each<[string, Options, () => unknown, unknown]>([
    ['a success', {}, () => 'real', 'real'],
    ['an ignored error', { ignoreErrors: Error }, failing, BOOM],
    ['an error that counts as a success', { classify: () => 'success' }, failing, BOOM],
    ['a value that is ignored', { fallbackOn: TRIGGERS, classify: () => 'ignored' }, () => 'real', 'real'],
    ['a failure in mode observe', { mode: 'observe' }, failing, BOOM],
  ])('does not apply to %s', async (_what, more, operation, end) => {
    const { breaker, events } = breakerWith({ fallback: 'cached', ...more });

    expect(await breaker.call(operation).catch((error: unknown) => error)).toBe(end);
    expect(kindsOf(events)).not.toContain('fallback');
  });

  it('does not apply to an abort by the caller', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached' });
    const caller = new AbortController();
    const received = errorOf(breaker.call(never, { signal: caller.signal }));

    caller.abort('not needed');

    expect(await received).toBe('not needed');
  });

  it('is not waited for when the caller aborts while it runs', async () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    const received = errorOf(breaker.call(failing, { signal: caller.signal, fallback: never }));
    await new Promise((resolve) => setImmediate(resolve));

    caller.abort('not needed');

    expect(await received).toBe('not needed');
  });

  it('does not apply to a disposed breaker, bad options or a missing operation', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached' });

    expect(await errorOf(breaker.call(() => 'real', { timeoutMs: 0 }))).toMatchObject({ code: 'ERR_CIRCUIT_CONFIG' });
    expect(await errorOf(breaker.call(5 as never))).toBeInstanceOf(TypeError);
    breaker.dispose();
    expect(await errorOf(breaker.call(() => 'real'))).toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
  });

  it('in mode observe applies only to a forced rejection', async () => {
    const { breaker } = silentBreakerWith({ mode: 'observe', fallback: 'cached' });
    breaker.trip();
    const passed = await breaker.call(() => 'real');
    breaker.forceOpen();

    expect([passed, await breaker.call(() => 'real')]).toEqual(['real', 'cached']);
  });

  it.each<[string, (inner: Made) => void, FallbackTrigger]>([
    ['an open inner breaker', (inner) => inner.breaker.trip(), 'rejected'],
    ['a disposed inner breaker', (inner) => inner.breaker.dispose(), 'rejected'],
    ['a full inner bulkhead', (inner) => void hang(inner.breaker), 'bulkhead'],
  ])('applies to the rejection of %s', async (_what, fill, trigger) => {
    const inner = silentBreakerWith({ maxConcurrent: 1 });
    fill(inner);
    const { breaker } = silentBreakerWith({ fallback: triggerOf });

    expect(await breaker.call(() => inner.breaker.call(() => 'real'))).toBe(trigger);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
  });

  it('applies to the deadline of the caller’s signal, as a timeout', async () => {
    const { breaker } = silentBreakerWith({ fallback: triggerOf });
    const caller = new AbortController();
    const call = breaker.call(never, { signal: caller.signal });

    caller.abort(new DOMException('too late', 'TimeoutError'));

    expect(await call).toBe('timeout');
  });
});

describe('when all fallbacks fail', () => {
  it('the caller gets an error with the original and all of theirs', async () => {
    const { breaker, events } = breakerWith();
    const [one, two] = [new RangeError('one'), new Error('two')];
    const error = await errorOf(breaker.call(failing, { fallback: [() => Promise.reject(one), throwing(two)] }));

    expect(error).toBeInstanceOf(CircuitBreakerFallbackError);
    expect(error).toMatchObject({
      name: 'CircuitBreakerFallbackError',
      code: 'ERR_CIRCUIT_FALLBACK',
      breakerName: 'orders',
      cause: BOOM,
      errors: [one, two],
      message: 'Circuit breaker "orders": the call failed, and so did all 2 fallbacks.',
    });
    expect(events.at(-1)).toEqual({ type: 'fallback', name: 'orders', error: BOOM, served: false });
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, failureTypes: { Error: 1 } });
  });

  it('the message speaks of one as one, and a rejection is the cause', async () => {
    const { breaker } = silentBreakerWith({ fallback: failing });
    breaker.trip();

    expect(await errorOf(breaker.call(() => 'real'))).toMatchObject({
      message: 'Circuit breaker "orders": the call failed, and so did its fallback.',
      cause: { code: 'ERR_CIRCUIT_OPEN' },
      errors: [BOOM],
    });
  });
});

describe('callSync', () => {
  it.each([
    ['a value', 'cached'],
    ['a function', () => 'cached'],
    ['a list', [throwing(BOOM), 'cached']],
    ['a list with a promise in it', [failing, 'cached']],
  ])('returns what %s provides', async (_what, fallback) => {
    const { breaker, clock } = silentBreakerWith({ fallback });
    breaker.trip();

    expect(breaker.callSync(() => 'real')).toBe('cached');
    await clock.advanceAsync(0);
  });

  it('throws when its only fallback returns a promise', async () => {
    const { breaker, clock } = silentBreakerWith({ fallback: failing });
    const error = thrownBy(() => breaker.callSync(throwing(BOOM)));

    const problem = new TypeError('A fallback of `callSync()` must not return a promise. Use `call()`.');
    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_FALLBACK', cause: BOOM, errors: [problem] });
    await clock.advanceAsync(0);
  });

  it('uses no fallback after a success', () => {
    expect(silentBreakerWith({ fallback: 'cached' }).breaker.callSync(() => 'real')).toBe('real');
  });
});
