import { describe, expect, it } from 'vitest';
import { BulkheadFullError, CircuitBreakerDisposedError, CircuitBreakerFallbackError, CircuitBreakerOpenError } from '../../../src/index.ts';
import type { Classifier } from '../../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

class NotFound extends Error {}
class GoneForGood extends NotFound {}

const withFields = (fields: object): Error => Object.assign(new Error('dependency'), fields);
const open = new CircuitBreakerOpenError('inner', { state: 'open', reason: 'error_rate', retryAfterMs: 5, cause: undefined });

/** What a thrown error counts as. */
async function outcomeOf(error: unknown, options: Options = {}): Promise<string> {
  return (await silentBreakerWith(options).breaker.tryCall(() => Promise.reject(error))).status;
}

describe('errors', () => {
  it.each([
    ['any error', {}, new NotFound(), 'failure'],
    ['undefined', {}, undefined, 'failure'],
    ['a class', { ignoreErrors: NotFound }, new NotFound(), 'ignored'],
    ['a base class', { ignoreErrors: NotFound }, new GoneForGood(), 'ignored'],
    ['another class', { ignoreErrors: GoneForGood }, new NotFound(), 'failure'],
    ['a name', { ignoreErrors: 'AbortError' }, withFields({ name: 'AbortError' }), 'ignored'],
    ['a code', { ignoreErrors: ['ENOENT'] }, withFields({ code: 'ENOENT' }), 'ignored'],
    ['a status', { ignoreErrors: 404 }, withFields({ status: 404 }), 'ignored'],
    ['a statusCode', { ignoreErrors: [400, 404] }, withFields({ statusCode: 404 }), 'ignored'],
    ['a code on the cause', { ignoreErrors: 'ENOENT' }, withFields({ cause: withFields({ code: 'ENOENT' }) }), 'ignored'],
    ['a predicate', { ignoreErrors: (error: unknown) => error === 5 }, 5, 'ignored'],
    ['one of a list', { ignoreErrors: [NotFound, 'ENOENT', (error: unknown) => error === 5] }, withFields({ code: 'ENOENT' }), 'ignored'],
    ['none of a list', { ignoreErrors: [NotFound, 'ENOENT'] }, withFields({ code: 'EPIPE' }), 'failure'],
    ['what is counted', { countErrors: [503] }, withFields({ status: 503 }), 'failure'],
    ['what is not counted', { countErrors: [503] }, withFields({ status: 404 }), 'ignored'],
    ['what is counted and ignored', { countErrors: [503], ignoreErrors: [503] }, withFields({ status: 503 }), 'ignored'],
    ['what is neither', { countErrors: [503], ignoreErrors: [404] }, withFields({ status: 500 }), 'ignored'],
  ] as const)('count by %s as %4$s', async (_what, options, error, outcome) => {
    expect(await outcomeOf(error, options)).toBe(outcome);
  });

  it.each([
    [5, 'ignored'],
    [6, 'failure'],
  ])('are looked up along %s causes: %s', async (depth, outcome) => {
    let error = withFields({ code: 'ENOENT' });
    for (let level = 0; level < depth; level += 1) error = withFields({ cause: error });

    expect(await outcomeOf(error, { ignoreErrors: 'ENOENT' })).toBe(outcome);
  });

  it('pass through unchanged, ignored or not', async () => {
    const ignored = new NotFound();
    const counted = Object.freeze(new RangeError('boom'));
    const { breaker } = silentBreakerWith({ ignoreErrors: NotFound });

    expect(await errorOf(breaker.call(() => Promise.reject(ignored)))).toBe(ignored);
    expect(await errorOf(breaker.call(() => Promise.reject(counted)))).toBe(counted);
  });

  it('thrown by a synchronous operation are judged alike', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: NotFound });
    const settled = await breaker.tryCall(() => {
      throw new NotFound();
    });

    expect(settled.status).toBe('ignored');
  });
});

describe('rejections', () => {
  it.each([
    ['an open circuit', open],
    ['a full bulkhead', new BulkheadFullError('inner', 5)],
    ['a disposed breaker', new CircuitBreakerDisposedError('inner')],
    ['an open circuit of another copy of the package', { code: 'ERR_CIRCUIT_OPEN' }],
    ['a failed fallback after an open circuit', new CircuitBreakerFallbackError('inner', open, [])],
    ['nested failed fallbacks', new CircuitBreakerFallbackError('inner', new CircuitBreakerFallbackError('innermost', open, []), [])],
  ])('by %s are ignored before any filter', async (_by, error) => {
    const asked: unknown[] = [];
    const countErrors = (given: unknown) => {
      asked.push(given);
      return true;
    };
    const classify: Classifier = () => 'failure';

    expect(await outcomeOf(error, { countErrors })).toBe('ignored');
    expect(await outcomeOf(error, { classify })).toBe('ignored');
    expect(await outcomeOf(error)).toBe('ignored');
    expect(asked).toEqual([]);
  });

  it('of the breaker itself, called again inside, are ignored', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });

    const settled = await breaker.tryCall(() => breaker.call(() => 'inner'));

    expect(settled.status).toBe('ignored');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 0, ignoredCalls: 1, rejectedCalls: 1 });
  });

  it('are not meant by a failed fallback after a real failure', async () => {
    const error = new CircuitBreakerFallbackError('inner', withFields({ status: 404 }), []);

    expect(await outcomeOf(error)).toBe('failure');
    expect(await outcomeOf(error, { ignoreErrors: 404 })).toBe('ignored');
  });

  it('do not extend to an inner breaker’s timeout', async () => {
    const { breaker: inner, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const { breaker: outer } = silentBreakerWith({ clock });
    const settled = outer.tryCall(() => inner.call(() => new Promise(() => {})));

    clock.advance(1_000);

    expect((await settled).status).toBe('failure');
    expect(outer.getMetrics()).toMatchObject({ failedCalls: 1, timeouts: 0 });
  });
});

describe('values', () => {
  it('succeed by default, whatever they are', async () => {
    const { breaker } = silentBreakerWith();

    for (const value of [undefined, null, false, new Error('returned')]) await breaker.call(() => Promise.resolve(value));

    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 4, failedCalls: 0 });
  });

  it('fail when isFailure says so, and are returned all the same', async () => {
    const { breaker, events } = breakerWith({ isFailure: (value: number) => value >= 500 });

    const values = [await breaker.call(() => 500), await breaker.call(() => Promise.resolve(503)), await breaker.call(() => 499)];

    expect(values).toEqual([500, 503, 499]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 2, consecutiveFailures: 0 });
    expect(events[0]).toEqual({ type: 'failure', name: 'orders', error: undefined, durationMs: 0 });
  });

  it('that are judged failures trip like thrown ones', async () => {
    const { breaker } = silentBreakerWith({ isFailure: () => true, failureThreshold: 2 });

    await succeed(breaker, 2);

    expect(breaker.state).toBe('open');
  });
});

describe('a classifier', () => {
  it('sees how each operation ended', async () => {
    const seen: unknown[] = [];
    const error = new RangeError('boom');
    const { breaker } = silentBreakerWith({
      classify: (result) => {
        seen.push(result);
        return 'ignored';
      },
    });

    await succeed(breaker);
    await fail(breaker, 1, error);

    expect(seen).toEqual([
      { status: 'success', value: 'fine' },
      { status: 'failure', error },
    ]);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 2, successfulCalls: 0, failedCalls: 0 });
  });

  it.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['ignored', 'ignored'],
    [{ failure: true }, 'failure'],
    [{ failure: true, retryAfterMs: undefined }, 'failure'],
  ] as const)('answers %o for a value', async (verdict, outcome) => {
    const { breaker, internalErrors } = silentBreakerWith({ classify: () => verdict });

    const settled = await breaker.tryCall(() => 'value');

    expect(settled).toEqual({ status: outcome, value: 'value' });
    expect([breaker.state, internalErrors]).toEqual(['closed', []]);
  });

  it('may find that a thrown error is a success of the dependency', async () => {
    const { breaker, events } = breakerWith({ classify: () => 'success' });
    const error = new RangeError('not found');

    const settled = await breaker.tryCall(() => Promise.reject(error));

    expect(settled).toEqual({ status: 'ignored', error });
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
    expect(events.map(({ type }) => type)).toEqual(['success']);
  });

  it('sees nothing of a timeout, which always counts', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, classify: () => 'ignored' });
    const call = hang(breaker);

    clock.advance(1_000);

    expect((await call.settled).status).toBe('failure');
  });
});

describe('filters that misbehave', () => {
  const broken = new Error('broken');
  const throwing = () => {
    throw broken;
  };

  it.each([
    ['ignoreErrors that throws', { ignoreErrors: throwing }, 'Error: broken'],
    ['countErrors that throws', { countErrors: throwing }, 'Error: broken'],
    ['classify that throws', { classify: throwing }, 'Error: broken'],
    ['an async predicate', { ignoreErrors: (async () => true) as never }, 'TypeError: Expected the predicate to return a boolean, got a promise'],
    ['an async predicate that rejects', { ignoreErrors: (async () => throwing()) as never }, 'TypeError: Expected the predicate to return a boolean, got a promise'],
    ['a predicate that gives a number', { countErrors: (() => 0) as never }, 'TypeError: Expected the predicate to return a boolean, got 0'],
    ['an async classifier', { classify: (async () => 'ignored') as never }, "TypeError: Expected classify to return 'success', 'failure', 'ignored' or { failure: true }, got a promise"],
    ['a classifier that gives nothing', { classify: (() => undefined) as never }, "TypeError: Expected classify to return 'success', 'failure', 'ignored' or { failure: true }, got undefined"],
    ['a classifier that gives { failure: false }', { classify: (() => ({ failure: false })) as never }, "TypeError: Expected classify to return 'success', 'failure', 'ignored' or { failure: true }, got an object"],
  ] as const)('%s: an error fails, and the mistake is reported', async (_what, options, report) => {
    const { breaker, internalErrors } = silentBreakerWith(options);
    const error = new RangeError('boom');

    const settled = await breaker.tryCall(() => Promise.reject(error));

    expect(settled).toEqual({ status: 'failure', error });
    expect(internalErrors.map((internal) => [internal.source, String(internal.error)])).toEqual([['classifier', report]]);
  });

  it.each([
    ['isFailure that throws', { isFailure: throwing }],
    ['an async isFailure', { isFailure: (async () => true) as never }],
    ['classify that throws', { classify: throwing }],
    ['an unknown verdict', { classify: (() => 'maybe') as never }],
  ] as const)('%s: a value succeeds, and the mistake is reported', async (_what, options) => {
    const { breaker, internalErrors } = silentBreakerWith(options);

    const settled = await breaker.tryCall(() => 'value');

    expect(settled).toEqual({ status: 'success', value: 'value' });
    expect(internalErrors.map(({ source }) => source)).toEqual(['classifier']);
  });
});
