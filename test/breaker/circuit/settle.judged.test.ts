import { describe, expect, it } from 'vitest';
import {
  BulkheadFullError, CircuitBreakerDisposedError, CircuitBreakerFallbackError, CircuitBreakerOpenError,
} from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { never, throwing } from '../../support/calls.ts';
import { BOOM, errorOf, fail, succeed } from '../../support/outcomes.ts';

class NotFound extends Error {}
class GoneForGood extends NotFound {}

const withFields = (fields: object): Error => Object.assign(new Error('dependency'), fields);
const rejection =
  { state: 'open', reason: 'error_rate', retryAfterMs: 5, lastFailure: undefined, cause: undefined } as const;
const open = new CircuitBreakerOpenError('inner', rejection);

const failedFallbacks = (cause: unknown) => new CircuitBreakerFallbackError('inner', cause, []);

/** What a thrown error counts as. */
async function outcomeOf(error: unknown, options: Options = {}): Promise<string> {
  return (await silentBreakerWith(options).breaker.tryCall(() => Promise.reject(error))).status;
}

describe('an error', () => {
  const isFive = (error: unknown) => error === 5;

  it.each<[string, Options, unknown, string]>([
    ['there is no filter', {}, undefined, 'failure'],
    ['its class is ignored', { ignoreErrors: NotFound }, new NotFound(), 'ignored'],
    ['a base class is ignored', { ignoreErrors: NotFound }, new GoneForGood(), 'ignored'],
    ['a subclass is ignored', { ignoreErrors: GoneForGood }, new NotFound(), 'failure'],
    ['its name is ignored', { ignoreErrors: 'AbortError' }, withFields({ name: 'AbortError' }), 'ignored'],
    ['its code is ignored', { ignoreErrors: ['ENOENT'] }, withFields({ code: 'ENOENT' }), 'ignored'],
    ['its status is ignored', { ignoreErrors: 404 }, withFields({ status: 404 }), 'ignored'],
    ['its statusCode is ignored', { ignoreErrors: [400, 404] }, withFields({ statusCode: 404 }), 'ignored'],
    ['a code of its cause is', { ignoreErrors: 'X' }, withFields({ cause: withFields({ code: 'X' }) }), 'ignored'],
    ['a predicate says so', { ignoreErrors: isFive }, 5, 'ignored'],
    ['one of a list fits', { ignoreErrors: [NotFound, 'ENOENT', isFive] }, withFields({ code: 'ENOENT' }), 'ignored'],
    ['none of a list fits', { ignoreErrors: [NotFound, 'ENOENT'] }, withFields({ code: 'EPIPE' }), 'failure'],
    ['it is counted', { countErrors: [503] }, withFields({ status: 503 }), 'failure'],
    ['it is not counted', { countErrors: [503] }, withFields({ status: 404 }), 'ignored'],
    ['it is counted and ignored', { countErrors: 503, ignoreErrors: 503 }, withFields({ status: 503 }), 'ignored'],
    ['it is neither', { countErrors: [503], ignoreErrors: [404] }, withFields({ status: 500 }), 'ignored'],
  ])('is judged right when %s', async (_when, options, error, outcome) => {
    expect(await outcomeOf(error, options)).toBe(outcome);
  });

  it('passes through unchanged, ignored or not, thrown at once or later', async () => {
    const ignored = new NotFound();
    const counted = Object.freeze(new RangeError('boom'));
    const { breaker } = silentBreakerWith({ ignoreErrors: NotFound });

    expect(await errorOf(breaker.call(() => Promise.reject(ignored)))).toBe(ignored);
    expect(await errorOf(breaker.call(throwing(ignored)))).toBe(ignored);
    expect(await errorOf(breaker.call(() => Promise.reject(counted)))).toBe(counted);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 2, failedCalls: 1 });
  });
});

describe('a rejection', () => {
  it.each([
    ['an open circuit', open],
    ['a full bulkhead', new BulkheadFullError('inner', 5)],
    ['a disposed breaker', new CircuitBreakerDisposedError('inner')],
    ['an open circuit of another copy of the package', { code: 'ERR_CIRCUIT_OPEN' }],
    ['failed fallbacks', failedFallbacks(failedFallbacks(open))],
  ])('by %s is ignored before any filter sees it', async (_by, error) => {
    const asked: unknown[] = [];
    const countErrors = (given: unknown) => (asked.push(given), true);

    expect(await outcomeOf(error, { countErrors })).toBe('ignored');
    expect(await outcomeOf(error, { classify: () => 'failure' })).toBe('ignored');
    expect(await outcomeOf(error)).toBe('ignored');
    expect(asked).toEqual([]);
  });

  it('of the breaker itself, called again inside, is ignored', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    const settled = await breaker.tryCall(() => breaker.call(() => 'inner'));

    expect(settled.status).toBe('ignored');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 0, ignoredCalls: 1, rejectedCalls: 1 });
  });

  it('is not what a failed fallback after a real failure is', async () => {
    const error = failedFallbacks(withFields({ status: 404 }));

    expect([await outcomeOf(error), await outcomeOf(error, { ignoreErrors: 404 })]).toEqual(['failure', 'ignored']);
  });

  it('is not what the timeout of an inner breaker is', async () => {
    const { breaker: inner, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const { breaker: outer } = silentBreakerWith({ clock });
    const settled = outer.tryCall(() => inner.call(never));

    clock.advance(1_000);

    expect((await settled).status).toBe('failure');
    expect(outer.getMetrics()).toMatchObject({ failedCalls: 1, timeouts: 0 });
  });
});

describe('a value', () => {
  it('is a success by default, whatever it is', async () => {
    const { breaker } = silentBreakerWith();
    for (const value of [undefined, null, false, BOOM]) await breaker.call(() => Promise.resolve(value));

    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 4, failedCalls: 0 });
  });

  it('is a failure when isFailure says so, and is returned all the same', async () => {
    const { breaker, events } = breakerWith({ isFailure: (value: number) => value >= 500, failureThreshold: 2 });
    const values = [await breaker.call(() => 499), await breaker.call(() => 500), await breaker.call(async () => 503)];

    expect(values).toEqual([499, 500, 503]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 2, consecutiveFailures: 2 });
    expect(events[1]).toEqual({ type: 'failure', name: 'orders', error: undefined, durationMs: 0 });
    expect(breaker.state).toBe('open');
  });
});

describe('a classifier', () => {
  it('sees how each operation ended', async () => {
    const seen: unknown[] = [];
    const { breaker } = silentBreakerWith({ classify: (result) => (seen.push(result), 'ignored') });
    await succeed(breaker);
    await fail(breaker, 1, BOOM);

    expect(seen).toEqual([{ status: 'success', value: 'fine' }, { status: 'failure', error: BOOM }]);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 2, successfulCalls: 0, failedCalls: 0 });
  });

  it.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['ignored', 'ignored'],
    [{ failure: true }, 'failure'],
    [{ failure: true, retryAfterMs: undefined }, 'failure'],
  ] as const)('that returns %o makes a value a %s', async (verdict, outcome) => {
    const { breaker, internalErrors } = silentBreakerWith({ classify: () => verdict });

    expect(await breaker.tryCall(() => 'value')).toEqual({ status: outcome, value: 'value' });
    expect([breaker.state, internalErrors]).toEqual(['closed', []]);
  });

  it('may say that an error is a success of the dependency', async () => {
    const { breaker, events } = breakerWith({ classify: () => 'success' });

    expect(await breaker.tryCall(throwing(BOOM))).toEqual({ status: 'ignored', error: BOOM });
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
    expect(kindsOf(events)).toEqual(['success']);
  });
});

describe('a filter of timeouts', () => {
  const late = new DOMException('late', 'TimeoutError');

  /** Every way in which a deadline ends a call. */
  const ways: readonly [string, (made: Made) => Promise<unknown>][] = [
    ['the timeout of the breaker', ({ breaker }) => breaker.call(never)],
    ['the timeout of a call', ({ breaker }) => breaker.call(never, { timeoutMs: 500 })],
    ['the deadline of a caller', ({ breaker, clock }) => {
      const caller = new AbortController();
      clock.after(500, () => caller.abort(late));
      return breaker.call(never, { signal: caller.signal });
    }],
    ['the deadline of a caller whose operation throws', ({ breaker, clock }) => {
      const caller = new AbortController();
      return breaker.call(() => {
        clock.freeze(500);
        caller.abort(late);
        throw BOOM;
      }, { signal: caller.signal });
    }],
    ['the silence of a stream', ({ breaker }) => breaker.stream(never).next()],
    ['the deadline of a stream', ({ breaker, clock }) => {
      const caller = new AbortController();
      clock.after(500, () => caller.abort(late));
      return breaker.stream(never, { signal: caller.signal }).next();
    }],
  ];

  it.each(ways)('is asked about %s, which is still a timeout in figures and events', async (_what, way) => {
    const asked: unknown[] = [];
    const ignoreErrors = (error: unknown): boolean => asked.push(error) > 0;
    const made = breakerWith({ timeoutMs: 1_000, ignoreErrors });

    const error = errorOf(way(made));
    await made.clock.advanceAsync(1_000);

    expect(asked).toEqual([await error]);
    expect(made.breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0, timeouts: 1, inFlight: 0 });
    expect(kindsOf(made.events)).toEqual(['timeout', 'ignored']);
  });

  it.each(ways)('can open the circuit for a pause after %s', async (_what, way) => {
    const made = breakerWith({ timeoutMs: 1_000, classify: () => ({ failure: true, retryAfterMs: 5_000 }) });

    const error = errorOf(way(made));
    await made.clock.advanceAsync(1_000);
    await error;

    expect([made.breaker.state, made.breaker.getMetrics().timeouts]).toEqual(['open', 1]);
  });

  it('leaves the fallback to the caller when it ignores the timeout', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, ignoreErrors: () => true });
    const value = breaker.call(never, { fallback: 'cached' });
    await clock.advanceAsync(1_000);

    expect(await value).toBe('cached');
  });
});

describe('a filter that misbehaves', () => {
  const broken = throwing(new Error('broken'));
  const oddPredicate = 'TypeError: A predicate must return a boolean. It returned';
  const verdicts = "'success', 'failure', 'ignored' or { failure: true }";
  const oddVerdict = `TypeError: \`classify()\` must return ${verdicts}. It returned`;
  const misbehaving = (options: object): Options => options;

  it.each<[string, Options, string]>([
    ['ignoreErrors throws', { ignoreErrors: broken }, 'Error: broken'],
    ['countErrors throws', { countErrors: broken }, 'Error: broken'],
    ['classify throws', { classify: broken }, 'Error: broken'],
    ['a predicate is async', misbehaving({ ignoreErrors: async () => true }), `${oddPredicate} a promise.`],
    ['a predicate rejects', misbehaving({ ignoreErrors: async () => broken() }), `${oddPredicate} a promise.`],
    ['a predicate returns a number', misbehaving({ countErrors: () => 0 }), `${oddPredicate} 0.`],
    ['classify is async', misbehaving({ classify: async () => 'ignored' }), `${oddVerdict} a promise.`],
    ['classify returns nothing', misbehaving({ classify: () => {} }), `${oddVerdict} undefined.`],
    ['classify returns no failure', misbehaving({ classify: () => ({ failure: false }) }), `${oddVerdict} an object.`],
  ])('is reported, and an error is a failure, when %s', async (_when, options, report) => {
    const { breaker, internalErrors } = silentBreakerWith(options);

    expect(await breaker.tryCall(() => Promise.reject(BOOM))).toEqual({ status: 'failure', error: BOOM });
    expect(internalErrors.map(({ source, error }) => [source, String(error)])).toEqual([['classifier', report]]);
  });

  it.each<[string, Options]>([
    ['isFailure throws', { isFailure: broken }],
    ['isFailure is async', misbehaving({ isFailure: async () => true })],
    ['classify throws', { classify: broken }],
    ['classify returns an unknown verdict', misbehaving({ classify: () => 'maybe' })],
  ])('is reported, and a value is a success, when %s', async (_when, options) => {
    const { breaker, internalErrors } = silentBreakerWith(options);

    expect(await breaker.tryCall(() => 'value')).toEqual({ status: 'success', value: 'value' });
    expect(internalErrors.map(({ source }) => source)).toEqual(['classifier']);
  });
});
