import { describe, expect, it } from 'vitest';
import { CircuitBreakerFallbackError } from '../../../src/index.ts';
import type { FallbackFunction, FallbackTrigger, UnifiedCircuitConfig } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { BOOM, errorOf, hang, succeed } from '../../support/outcomes.ts';

const never = () => new Promise<never>(() => {});
const failing = () => Promise.reject(BOOM);
const triggerOf: FallbackFunction<FallbackTrigger> = (_error, context) => context.trigger;

/** A call that ends in each of the ways that a fallback may serve. */
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
    ['rejected', true],
    ['bulkhead', true],
    ['timeout', true],
    ['failure', true],
    ['result', false],
  ] as const)('by default serves %s: %s', async (trigger, serves) => {
    const made = silentBreakerWith({ ...options, fallback: 'cached' });

    const given = await ENDS[trigger](made);

    expect(given).toBe(serves ? 'cached' : 'bad');
  });

  it.each(TRIGGERS)('serves %s when fallbackOn names it alone, and nothing else', async (only) => {
    const served: boolean[] = [];
    for (const trigger of TRIGGERS) {
      const made = silentBreakerWith({ ...options, fallback: 'cached', fallbackOn: [only] });
      served.push((await ENDS[trigger](made).catch(() => 'thrown')) === 'cached');
    }

    expect(served).toEqual(TRIGGERS.map((trigger) => trigger === only));
  });

  it.each(TRIGGERS)('receives the error of %s and what is known of the call', async (trigger) => {
    const received: unknown[] = [];
    const remember: FallbackFunction<number> = (error, context) => received.push(error, context);
    const made = silentBreakerWith({ ...options, fallbackOn: TRIGGERS, fallback: remember });

    await ENDS[trigger](made);

    const errors = {
      rejected: { code: 'ERR_CIRCUIT_OPEN' },
      bulkhead: { code: 'ERR_BULKHEAD_FULL' },
      timeout: { code: 'ERR_CIRCUIT_TIMEOUT' },
      failure: BOOM,
      result: { message: 'Circuit "orders": the value was judged a failure', cause: 'bad' },
    };
    expect(received).toMatchObject([errors[trigger], { name: 'orders', trigger, signal: undefined }]);
  });

  it('receives the signal of the caller', async () => {
    const { breaker } = silentBreakerWith();
    const { signal } = new AbortController();

    const given = await breaker.call(failing, { signal, fallback: (_error, context) => context.signal });

    expect(given).toBe(signal);
  });

  it('is not recorded', async () => {
    const { breaker, events } = breakerWith({ fallback: 'cached' });

    await breaker.call(failing);

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, successfulCalls: 0, windowCount: 1, consecutiveFailures: 1 });
    expect(events).toEqual([
      { type: 'failure', name: 'orders', error: BOOM, durationMs: 0 },
      { type: 'fallback', name: 'orders', error: BOOM, served: true },
    ]);
  });

  it.each([
    ['a value', 'cached', 'cached'],
    ['null', null, null],
    ['an object', { id: 1 }, { id: 1 }],
    ['a function', () => 'made', 'made'],
    ['an async function', async () => 'made later', 'made later'],
    ['a list, of which the first serves', ['first', 'second'], 'first'],
    ['a list, of which the first throws', [failing, 'second'], 'second'],
    ['a function that gives a list', () => [], []],
  ] as readonly [string, UnifiedCircuitConfig['fallback'], unknown][])('may be %s', async (_what, fallback, given) => {
    expect(await silentBreakerWith({ fallback }).breaker.call(failing)).toEqual(given);
  });

  it('of the call goes before the one of the breaker', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'of the breaker' });

    const given = [await breaker.call(failing, { fallback: 'of the call' }), await breaker.call(failing, { fallback: undefined })];

    expect(given).toEqual(['of the call', 'of the breaker']);
  });

  it('is not asked after a success', async () => {
    const { breaker, events } = breakerWith({ fallback: 'cached' });

    expect(await breaker.call(() => 'real')).toBe('real');
    expect(kindsOf(events)).toEqual(['success']);
  });
});

describe('a fallback does not serve', () => {
  it('an ignored error', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached', ignoreErrors: Error });

    expect(await errorOf(breaker.call(failing))).toBe(BOOM);
  });

  it('an error judged a success', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached', classify: () => 'success' });

    expect(await errorOf(breaker.call(failing))).toBe(BOOM);
  });

  it('a value judged ignored', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached', fallbackOn: TRIGGERS, classify: () => 'ignored' });

    expect(await breaker.call(() => 'real')).toBe('real');
  });

  it('an abort by the caller', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached' });
    const caller = new AbortController();
    const received = errorOf(breaker.call(never, { signal: caller.signal }));

    caller.abort('not needed');

    expect(await received).toBe('not needed');
  });

  it('the breaker’s own disposal', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached' });
    breaker.dispose();

    expect(await errorOf(breaker.call(() => 'real'))).toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
  });

  it('options that break a rule, nor an operation that is no function', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached' });

    expect(await errorOf(breaker.call(() => 'real', { timeoutMs: 0 }))).toMatchObject({ code: 'ERR_CIRCUIT_CONFIG' });
    expect(await errorOf(breaker.call(5 as never))).toBeInstanceOf(TypeError);
  });

  it('anything while the breaker only observes, except a forced rejection', async () => {
    const { breaker } = silentBreakerWith({ mode: 'observe', fallback: 'cached' });
    const failed = await errorOf(breaker.call(failing));
    breaker.trip();
    const passed = await breaker.call(() => 'real');
    breaker.forceOpen();

    expect([failed, passed, await breaker.call(() => 'real')]).toEqual([BOOM, 'real', 'cached']);
  });
});

describe('a fallback serves also', () => {
  it.each([
    ['an open inner breaker', (inner) => inner.breaker.trip(), 'rejected'],
    ['a disposed inner breaker', (inner) => inner.breaker.dispose(), 'rejected'],
    ['a full inner bulkhead', (inner) => void hang(inner.breaker), 'bulkhead'],
  ] as readonly (readonly [string, (inner: Made) => void, FallbackTrigger])[])('the rejection of %s', async (_what, refuse, trigger) => {
    const inner = silentBreakerWith({ maxConcurrent: 1 });
    refuse(inner);
    const { breaker } = silentBreakerWith({ fallback: triggerOf });

    const given = await breaker.call(() => inner.breaker.call(() => 'real'));

    expect(given).toBe(trigger);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
  });

  it('the deadline of the caller’s signal, as a timeout', async () => {
    const { breaker } = silentBreakerWith({ fallback: triggerOf });
    const caller = new AbortController();
    const call = breaker.call(never, { signal: caller.signal });

    caller.abort(new DOMException('too late', 'TimeoutError'));

    expect(await call).toBe('timeout');
  });

  it('a call that trips the circuit', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached', failureThreshold: 1 });

    expect([await breaker.call(failing), breaker.state, await breaker.call(() => 'real')]).toEqual(['cached', 'open', 'cached']);
  });
});

describe('when all fallbacks fail', () => {
  it('the caller gets an error with the original and all of theirs', async () => {
    const { breaker, events } = breakerWith();
    const [one, two] = [new Error('one'), new Error('two')];
    const fallback = [() => Promise.reject(one), () => { throw two; }];

    const error = await errorOf(breaker.call(failing, { fallback }));

    expect(error).toBeInstanceOf(CircuitBreakerFallbackError);
    expect(error).toMatchObject({ name: 'CircuitBreakerFallbackError', code: 'ERR_CIRCUIT_FALLBACK', breakerName: 'orders', cause: BOOM, errors: [one, two], message: 'Circuit "orders": the call failed and so did all 2 fallbacks' });
    expect(events.at(-1)).toEqual({ type: 'fallback', name: 'orders', error: BOOM, served: false });
  });

  it('the message speaks of one as one', async () => {
    const { breaker } = silentBreakerWith({ fallback: failing });

    expect(await errorOf(breaker.call(failing))).toMatchObject({ message: 'Circuit "orders": the call failed and so did its fallback' });
  });

  it('the rejection is the cause', async () => {
    const { breaker } = silentBreakerWith({ fallback: failing });
    breaker.trip();

    expect(await errorOf(breaker.call(() => 'real'))).toMatchObject({ cause: { code: 'ERR_CIRCUIT_OPEN' }, errors: [BOOM] });
  });

  it('their errors are recorded nowhere', async () => {
    const { breaker } = silentBreakerWith({ fallback: () => Promise.reject(new RangeError('no')) });

    await errorOf(breaker.call(failing));

    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, failureTypes: { Error: 1 } });
  });
});

describe('callSync', () => {
  it.each([
    ['a value', 'cached'],
    ['a function', () => 'cached'],
    ['a list', [() => { throw new Error('one'); }, 'cached']],
    ['a list with a promise in it', [() => Promise.reject(BOOM), 'cached']],
  ])('is served by %s', async (_what, fallback) => {
    const { breaker, clock } = silentBreakerWith({ fallback });
    breaker.trip();

    expect(breaker.callSync(() => 'real')).toBe('cached');
    await clock.advanceAsync(0);
  });

  it('takes a promise as a failed fallback', async () => {
    const { breaker, clock } = silentBreakerWith({ fallback: () => Promise.reject(BOOM) });
    const call = () => breaker.callSync(() => { throw BOOM; });

    expect(call).toThrow(CircuitBreakerFallbackError);
    await clock.advanceAsync(0);
    expect(errorsOf(call)).toEqual([new TypeError('Expected a fallback of callSync to give a value, got a promise; use call')]);
  });

  it('is not served after a success', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached' });

    expect(breaker.callSync(() => 'real')).toBe('real');
    await succeed(breaker);
  });
});

function errorsOf(run: () => unknown): readonly unknown[] | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof CircuitBreakerFallbackError ? error.errors : undefined;
  }
  return undefined;
}
