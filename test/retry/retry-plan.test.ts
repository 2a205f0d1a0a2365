import { afterEach, describe, expect, it, vi } from 'vitest';
import { RetryBudget, systemClock } from '../../src/index.ts';
import type { Clock, RetryOptions } from '../../src/index.ts';
import { planRetry } from '../../src/retry/retry-plan.ts';
import type { RetryPlan } from '../../src/retry/retry-plan.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM } from '../support/outcomes.ts';

const plan = (options: RetryOptions = {}): RetryPlan => planRetry(options, () => new RetryBudget());

afterEach(() => {
  vi.restoreAllMocks();
});

describe('planRetry', () => {
  it('fills in the defaults', () => {
    const { attempts, totalTimeoutMs, waiting, signal, onRetry } = plan();

    expect({ attempts, totalTimeoutMs, signal, onRetry }).toEqual({ attempts: 3, totalTimeoutMs: 30_000, signal: undefined, onRetry: undefined });
    expect(waiting.options).toMatchObject({ recoveryTimeoutMs: 100, maxBackoffMs: 2_000, exponentialBackoff: true, jitter: 'full', backoff: undefined });
  });

  it.each([
    [{ baseDelayMs: 5_000 }, 5_000, 5_000],
    [{ maxDelayMs: 20 }, 20, 20],
    [{ maxDelayMs: 9_000 }, 100, 9_000],
    [{ baseDelayMs: 1, maxDelayMs: 2 }, 1, 2],
  ])('adapts the waits to %j', (options, recoveryTimeoutMs, maxBackoffMs) => {
    expect(plan(options).waiting.options).toMatchObject({ recoveryTimeoutMs, maxBackoffMs });
  });

  it.each([[true, 'full'], [false, 'none'], ['equal', 'equal'], [undefined, 'full']] as const)('takes jitter %s for %s', (jitter, expected) => {
    expect(plan({ jitter }).waiting.options.jitter).toBe(expected);
  });

  it('has no total when it is null', () => {
    expect(plan({ totalTimeoutMs: null }).totalTimeoutMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('asks for a default budget by the clock, and only where none is given', () => {
    const clocks: Clock[] = [];
    const own = new RetryBudget();
    const ask = (clock: Clock): RetryBudget => {
      clocks.push(clock);
      return own;
    };
    const clock = new FakeClock();

    const budgets = [{ clock }, {}, { budget: null }, { budget: own }].map((options) => planRetry(options, ask).budget);

    expect(budgets).toEqual([own, own, null, own]);
    expect(clocks).toEqual([clock, systemClock]);
  });

  it('wants every error unless told otherwise', () => {
    expect(plan().wants(BOOM)).toBe(true);
  });

  it.each([
    [TypeError, new TypeError('x'), true],
    [TypeError, BOOM, false],
    ['ECONNRESET', new Error('fetch failed', { cause: { code: 'ECONNRESET' } }), true],
    [[429, 503], { status: 503 }, true],
    [(error: unknown) => error === BOOM, BOOM, true],
  ])('wants by the filter %s', (retryOn, error, expected) => {
    expect(plan({ retryOn }).wants(error)).toBe(expected);
  });

  it.each([
    ['throws', () => { throw new Error('mine'); }, 'mine'],
    ['gives a promise', (async () => true) as never, 'Expected the predicate to return a boolean, got a promise'],
    ['gives no boolean', (() => 1) as never, 'Expected the predicate to return a boolean, got 1'],
  ])('wants nothing by a predicate that %s, and reports it', (_title, retryOn, message) => {
    const seen: unknown[] = [];
    const { wants } = plan({ retryOn, onInternalError: (error, { name, source }) => void seen.push([name, source, (error as Error).message]) });

    expect(wants(BOOM)).toBe(false);
    expect(seen).toEqual([['retry', 'classifier', message]]);
  });

  it('copies the list of filters', () => {
    const retryOn = ['A'];
    const { wants } = plan({ retryOn });

    retryOn.push('B');

    expect([wants({ code: 'A' }), wants({ code: 'B' })]).toEqual([true, false]);
  });

  it('prints what goes wrong in any retry once a second', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const clock = new FakeClock({ now: 1e12 });
    const [one, other] = [plan({ clock }), plan({ clock })];

    one.report('listener', BOOM);
    other.report('listener', BOOM);
    clock.advance(1_000);
    other.report('listener', BOOM);

    expect(printed.mock.calls).toEqual([['Circuit breaker "retry": listener failed', BOOM], ['Circuit breaker "retry": listener failed', BOOM]]);
  });

  it('reports a clock that fails', () => {
    const seen: unknown[] = [];
    const clock = Object.assign(new FakeClock(), { now: () => Number.NaN });

    const moment = plan({ clock, onInternalError: (_error, { source }) => void seen.push(source) }).timeline.now();

    expect([moment, seen]).toEqual([0, ['clock']]);
  });
});
