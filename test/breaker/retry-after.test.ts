import { describe, expect, it } from 'vitest';
import type { Classifier, Verdict } from '../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import type { Options } from '../support/breaker.ts';
import { finish, movesOf, readyToProbe } from '../support/calls.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

/** Every failure asks for a pause. */
function banned(retryAfterMs: unknown, options: Options = {}) {
  const pause = { failure: true, retryAfterMs } as Verdict;
  const classify = ({ status }: { status: string }) => (status === 'failure' ? pause : 'success');
  return breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, classify, ...options });
}

describe('retryAfterMs', () => {
  it('opens at once, whatever the rules, and the call still gets its own error', async () => {
    const { breaker, events } = banned(7_200_000);

    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 7_200_000]);
    expect(movesOf(events)).toMatchObject([{ reason: 'retry_after', retryAfterMs: 7_200_000 }]);
  });

  it.each([
    ['is not limited by maxBackoffMs', 400_000, {}, 400_000],
    ['is not jittered', 5_000, { jitter: 'full', random: () => 0.1 }, 5_000],
    ['may be shorter than the wait', 0.5, {}, 1],
    ['is limited to a day', 86_400_001, {}, 86_400_000],
    ['is limited by maxRetryAfterMs', 60_001, { maxRetryAfterMs: 60_000 }, 60_000],
    ['means maxRetryAfterMs when infinite', infinite, { maxRetryAfterMs: 60_000 }, 60_000],
    ['may be infinite', infinite, { maxRetryAfterMs: infinite }, infinite],
    ['wins over a rule that fires as well', 90_000, { failureThreshold: 1 }, 90_000],
  ] as const)('%s', async (_what, retryAfterMs, options, wait) => {
    const { breaker, events } = banned(retryAfterMs, options);

    await fail(breaker);

    expect(breaker.retryAfterMs).toBe(wait);
    expect(movesOf(events)).toMatchObject([{ reason: 'retry_after', retryAfterMs: wait }]);
  });

  it('of a value opens too', async () => {
    const { breaker } = silentBreakerWith({ classify: () => ({ failure: true, retryAfterMs: 5_000 }) });

    expect(await breaker.call(() => 'try later')).toBe('try later');
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 5_000]);
  });

  it('of a record and of a permit opens too', () => {
    const [byRecord, byPermit] = [banned(5_000).breaker, banned(5_000).breaker];
    byRecord.recordFailure(BOOM);
    byPermit.tryAcquire()?.failure(BOOM);

    expect([byRecord.retryAfterMs, byPermit.retryAfterMs]).toEqual([5_000, 5_000]);
  });

  it.each([
    ['shorter', 15_000, 20_000],
    ['longer', 25_000, 25_000],
  ])('reopens a half-open circuit for the longer time when it is %s', async (_what, retryAfterMs, wait) => {
    const { breaker, events } = readyToProbe(banned(retryAfterMs, { halfOpenMaxFailures: 5 }));
    await fail(breaker);

    expect([breaker.state, breaker.retryAfterMs, breaker.snapshot().openings]).toEqual(['open', wait, 2]);
    expect(movesOf(events).at(-1)).toMatchObject({ reason: 'retry_after' });
  });

  it.each([
    [0, '0'],
    [-5, '-5'],
    [Number.NaN, 'NaN'],
    ['5', '"5"'],
    [null, 'null'],
    [{ ms: 5 }, 'an object'],
    [Promise.resolve(5), 'a promise'],
  ])('is reported and counts as not given when it is %o', async (retryAfterMs, shown) => {
    const { breaker, internalErrors } = banned(retryAfterMs);
    await fail(breaker);

    expect([breaker.state, breaker.getMetrics().failedCalls]).toEqual(['closed', 1]);
    const error = new TypeError(`\`retryAfterMs\` must be milliseconds greater than 0. Received ${shown}.`);
    expect(internalErrors).toEqual([{ source: 'retryAfter', error }]);
  });

  it('is ignored when its result is late', async () => {
    const { breaker, clock } = banned(90_000);
    const late = [hang(breaker), hang(breaker)] as const;
    breaker.trip();
    await finish(late[0], BOOM);
    const whileOpen = breaker.retryAfterMs;
    clock.advance(10_000);
    await succeed(breaker);

    await finish(late[1], BOOM);

    expect([whileOpen, breaker.state]).toEqual([10_000, 'half_open']);
  });
});

/** Calls fail as the step says: `wait` asks for a pause that doesn't open the circuit by itself. */
function asking(options: Options = {}) {
  const classify: Classifier = (result) => {
    if (result.status === 'success') return 'success';
    const { ms } = result.error as { readonly ms: number };
    return result.error === BOOM ? 'failure' : { failure: true, retryAfterMs: ms, opens: false };
  };
  const made = breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, classify, ...options });
  const ask = (ms = 20_000) => made.breaker.call(() => Promise.reject(ms < 0 ? BOOM : { ms })).catch(() => {});
  return { ...made, ask };
}

describe('retryAfterMs that does not open by itself', () => {
  it('changes nothing among successes, however long it is', async () => {
    const { breaker, ask } = asking();

    for (let call = 0; call < 99; call += 1) {
      await (call % 25 === 7 ? ask(86_400_000) : succeed(breaker));
    }

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['closed', 0]);
  });

  it('is the least wait when the rules open the circuit, also if an earlier failure asked', async () => {
    const { ask, events } = asking({ failureThreshold: 3 });

    await ask(40_000);
    await ask(-1);
    await ask(-1);

    expect(movesOf(events)).toMatchObject([{ reason: 'consecutive_failures', retryAfterMs: 40_000 }]);
  });

  it.each([
    ['shorter than the wait of the rules', 5_000, 10_000],
    ['past', 100, 10_000],
  ])('does not shorten the wait when it is %s', async (_what, ms, wait) => {
    const { ask, clock, events } = asking({ failureThreshold: 2 });

    await ask(ms);
    clock.advance(200);
    await ask(-1);

    expect(movesOf(events)).toMatchObject([{ reason: 'consecutive_failures', retryAfterMs: wait }]);
  });

  it('is forgotten at a success', async () => {
    const { breaker, ask, events } = asking({ failureThreshold: 2 });

    await ask(40_000);
    await succeed(breaker);
    await ask(-1);
    await ask(-1);

    expect(movesOf(events)).toMatchObject([{ reason: 'consecutive_failures', retryAfterMs: 10_000 }]);
  });

  it.each([
    ['opens at the third one without a success between them', [1, 1, 1], 'open'],
    ['opens at the third one, whatever other failures are between them', [1, -1, 1, -1, 1], 'open'],
    ['does not open at the second one', [1, 1], 'closed'],
    ['starts over at a success', [1, 1, 0, 1, 1], 'closed'],
  ])('%s', async (_title, steps, state) => {
    const { breaker, ask } = asking();

    for (const step of steps) await (step === 0 ? succeed(breaker) : ask(step * 15_000));

    expect(breaker.state).toBe(state);
    expect(breaker.retryAfterMs).toBe(state === 'open' ? 15_000 : 0);
  });

  it.each([
    ['longer', 50_000, 50_000],
    ['shorter', 5_000, 20_000],
  ])('is the least wait when a probe fails and it is %s', async (_what, ms, wait) => {
    const { breaker, ask, events } = readyToProbe(asking());

    await ask(ms);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', wait]);
    expect(movesOf(events).at(-1)).toMatchObject({ reason: 'probe_failed' });
  });

  it('does not reopen a half-open circuit that allows failures', async () => {
    const { breaker, ask } = readyToProbe(asking({ halfOpenMaxFailures: 5 }));

    await ask(50_000);

    expect(breaker.state).toBe('half_open');
  });

  it('is no reason of its own for a policy that returns that word', async () => {
    const { breaker } = breakerWith({ recoveryTimeoutMs: 10_000, tripPolicy: { shouldTrip: () => 'retry_after' } });

    await fail(breaker);

    expect(breaker.retryAfterMs).toBe(10_000);
  });
});
