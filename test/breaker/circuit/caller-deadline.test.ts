import { describe, expect, it } from 'vitest';
import { retry, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { never } from '../../support/calls.ts';
import { BOOM, errorOf, fail } from '../../support/outcomes.ts';

/** Does what `AbortSignal.timeout()` does, by the clock of the test. */
function deadline({ clock }: Pick<Made, 'clock'>, ms: number): AbortSignal {
  const caller = new AbortController();
  clock.after(ms, () => caller.abort(new DOMException('late', 'TimeoutError')));
  return caller.signal;
}

/** A call of a dependency that answers after `answerMs`, with a deadline. */
async function callOnce(made: Made, answerMs: number, deadlineMs: number): Promise<void> {
  const { breaker, clock } = made;
  const answer = () => new Promise((resolve) => void clock.after(answerMs, () => resolve('fine')));
  const ended = breaker.tryCall(answer, { signal: deadline(made, deadlineMs) });
  await clock.advanceAsync(Math.max(answerMs, deadlineMs));
  await ended;
}

/** What a deadline counts as, after 20 calls that took 40 to 59 ms. */
async function outcomeAt(deadlineMs: number, options: Options = {}, successes = 20): Promise<string> {
  const made = silentBreakerWith({ minRequestsThreshold: 100, ...options });
  for (let call = 0; call < successes; call += 1) await callOnce(made, 40 + call, 1_000);
  const ended = made.breaker.tryCall(never, { signal: deadline(made, deadlineMs) });
  await made.clock.advanceAsync(deadlineMs);
  return (await ended).status;
}

describe('a deadline of the caller', () => {
  it.each([
    [48, 'ignored'],
    [51, 'failure'],
  ])('of %i ms counts by the time that half of the successful calls take', async (ms, outcome) => {
    expect(await outcomeAt(ms)).toBe(outcome);
  });

  it.each<[string, Options, number, string]>([
    ['99 ms without a timeout', { timeoutMs: null }, 99, 'ignored'],
    ['100 ms without a timeout', { timeoutMs: null }, 100, 'failure'],
    ['99 ms with a timeout of 2 s', { timeoutMs: 2_000 }, 99, 'ignored'],
    ['100 ms with a timeout of 2 s', { timeoutMs: 2_000 }, 100, 'failure'],
    ['49 ms with a timeout of 500 ms', { timeoutMs: 500 }, 49, 'ignored'],
    ['50 ms with a timeout of 500 ms', { timeoutMs: 500 }, 50, 'failure'],
  ])('of %s counts by the timeout until 20 calls have succeeded', async (_what, options, ms, outcome) => {
    expect(await outcomeAt(ms, options, 0)).toBe(outcome);
    expect(await outcomeAt(ms, { ...options, trackLatency: false })).toBe(outcome);
  });

  it('counts although many calls have failed late, which says nothing of how long answers take', async () => {
    const made = silentBreakerWith({ failureThreshold: null, minRequestsThreshold: 1_000, slidingWindowSize: 1_000 });
    for (let call = 0; call < 100; call += 1) await callOnce(made, 60_000, 30_000);
    expect(made.breaker.getMetrics().p50Ms).toBeGreaterThan(20_000);

    await callOnce(made, 60_000, 200);

    expect(made.breaker.getMetrics()).toMatchObject({ failedCalls: 101, ignoredCalls: 0, timeouts: 101 });
  });

  it('does not open the circuit when it is too short for a dependency that answers', async () => {
    const made = silentBreakerWith();
    for (let call = 0; call < 100; call += 1) await callOnce(made, 20, 1);

    expect(made.breaker.getMetrics()).toMatchObject({ ignoredCalls: 100, failedCalls: 0, timeouts: 100 });
    expect(made.breaker.state).toBe('closed');
  });

  it('opens the circuit of a dependency that hangs', async () => {
    const made = silentBreakerWith();
    for (let call = 0; call < 10; call += 1) await callOnce(made, 60_000, 5_000);

    expect(made.breaker.state).toBe('open');
  });

  it('is still served by the fallback when it is ignored', async () => {
    const made = silentBreakerWith();
    const value = made.breaker.call(never, { signal: deadline(made, 1), fallback: 'cached' });
    await made.clock.advanceAsync(1);

    expect(await value).toBe('cached');
  });

  it('is ignored when an outer breaker leaves too little time', async () => {
    const inner = silentBreakerWith({ failureThreshold: 1 });
    const outer = new UnifiedCircuitBreaker({ name: 'outer', clock: inner.clock, timeoutMs: 10 });

    const error = errorOf(outer.call(({ signal }) => inner.breaker.call(never, { signal })));
    await inner.clock.advanceAsync(10);
    await error;

    expect([inner.breaker.state, inner.breaker.getMetrics().ignoredCalls]).toEqual(['closed', 1]);
  });

  it('is ignored when `retry` starts an attempt with hardly any time left', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 2 });
    let attempts = 0;
    const operation = () => ((attempts += 1) === 1 ? Promise.reject(BOOM) : never());

    const plan = { clock, totalTimeoutMs: 101, backoff: () => 100, jitter: false };
    const error = errorOf(retry(({ signal }) => breaker.call(operation, { signal }), plan));
    await clock.advanceAsync(101);
    await error;

    expect([attempts, breaker.state]).toEqual([2, 'closed']);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 1, timeouts: 1 });
  });

  it('of a stream counts by the time that the stream has waited, and not by its length', async () => {
    const made = silentBreakerWith();
    const { breaker, clock } = made;
    async function* ticks(): AsyncGenerator<number> {
      for (let tick = 0; ; tick += 1) {
        yield tick;
        await new Promise<void>((resolve) => void clock.after(50, resolve));
      }
    }
    const reading = errorOf((async () => {
      for await (const _ of breaker.stream(ticks, { signal: deadline(made, 10_020) }));
    })());

    for (let step = 0; step < 201; step += 1) await clock.advanceAsync(50);
    await reading;

    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 0, ignoredCalls: 1, timeouts: 1 });
  });

  it('forgets how long calls take at reset()', async () => {
    const made = silentBreakerWith();
    for (let call = 0; call < 20; call += 1) await callOnce(made, 500, 1_000);
    made.breaker.reset();
    await callOnce(made, 500, 200);
    await fail(made.breaker, 0);

    expect(made.breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 0 });
  });
});
