import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { BOOM, errorOf, fail, succeed } from '../support/outcomes.ts';

class A extends Error {}
class B extends Error {}

describe('scenarios of overrides and modes', () => {
  it('48: forced open rejects after the wait too, and never half-opens', async () => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    breaker.forceOpen();
    clock.advance(6_000);

    const statuses = [(await breaker.tryCall(() => 'fine')).status, (await breaker.tryCall(() => 'fine')).status];

    expect([statuses, breaker.getMetrics().rejectedCalls, breaker.state])
      .toEqual([['rejected', 'rejected'], 2, 'open']);
  });

  it('49: off admits all and counts nothing', async () => {
    const { breaker } = silentBreakerWith({ mode: 'off', failureThreshold: 1 });

    await succeed(breaker);
    await fail(breaker, 4);

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, successfulCalls: 0, failedCalls: 0, rejectedCalls: 0,
      windowCount: 0, currentErrorRate: 0 });
  });

  it('50: observe opens at 3 of 5, once, and lets the sixth call run', async () => {
    const { breaker, events } =
      breakerWith({ mode: 'observe', failureThreshold: null, minRequestsThreshold: 5, slidingWindowSize: 5 });

    await succeed(breaker, 2);
    await fail(breaker, 3);
    await fail(breaker);

    expect(events.filter(({ type }) => type === 'stateChange'))
      .toMatchObject([{ to: 'open', metrics: { currentErrorRate: 0.6 } }]);
    expect(breaker.getMetrics())
      .toMatchObject({ totalCalls: 6, failedCalls: 4, rejectedCalls: 0, wouldHaveRejectedCalls: 1 });
  });

  it.each([
    ['overrides set again', (breaker: ReturnType<typeof silentBreakerWith>['breaker']) =>
      [breaker.forceOpen(), breaker.forceOpen(), breaker.forceClose(), breaker.release(), breaker.release()]],
    ['resets while closed and empty',
      (breaker: ReturnType<typeof silentBreakerWith>['breaker']) => [breaker.reset(), breaker.reset()]],
  ])('52: %s are no stateChange', (_what, act) => {
    const { breaker, events } = breakerWith();

    act(breaker);

    expect(events.filter(({ type }) => type === 'stateChange')).toEqual([]);
    expect(breaker.getMetrics().stateChanges).toBe(0);
  });

  it('52: trips while open are no stateChange', () => {
    const { breaker, events } = breakerWith();
    breaker.trip();
    events.length = 0;

    breaker.trip();
    breaker.trip({ forMs: 1e6 });

    expect(events).toEqual([]);
  });
});

describe('scenarios of outcomes', () => {
  it.each([
    ['an error that countErrors does not name is ignored', { countErrors: [A] }, new B(), 'ignored'],
    ['an error that countErrors names is a failure', { countErrors: [A] }, new A(), 'failure'],
    ['ignoreErrors wins', { countErrors: [A], ignoreErrors: [A] }, new A(), 'ignored'],
  ])('55: %s', async (_what, options, error, status) => {
    const { breaker } = silentBreakerWith(options);

    expect((await breaker.tryCall(() => Promise.reject(error))).status).toBe(status);
  });

  it('56: a value judged a failure counts as one', async () => {
    const { breaker } = silentBreakerWith({ isFailure: (value: string) => value === 'failure' });

    await breaker.call(() => 'success');
    await breaker.call(() => 'failure');

    expect(breaker.getMetrics()).toMatchObject({ windowCount: 2, successfulCalls: 1, failedCalls: 1 });
  });

  it('60: a listener that throws changes no result', async () => {
    const { breaker, internalErrors } = silentBreakerWith();
    breaker.on('success', () => {
      throw BOOM;
    });

    expect(await breaker.call(() => 'fine')).toBe('fine');
    expect(internalErrors).toEqual([{ source: 'listener', error: BOOM }]);
  });

  it('60: a classifier that throws gives the default judgement', async () => {
    const { breaker, internalErrors } = silentBreakerWith({
      classify: () => {
        throw BOOM;
      },
    });

    expect((await breaker.tryCall(() => 'fine')).status).toBe('success');
    expect((await breaker.tryCall(() => Promise.reject(new A()))).status).toBe('failure');
    expect(internalErrors.map(({ source }) => source)).toEqual(['classifier', 'classifier']);
  });

  it('60: a fallback that throws gives an error with the original as cause', async () => {
    const { breaker } = silentBreakerWith({ fallback: () => Promise.reject(new B('fallback')) });
    breaker.trip();

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ code: 'ERR_CIRCUIT_FALLBACK',
      cause: { code: 'ERR_CIRCUIT_OPEN' }, errors: [new B('fallback')] });
  });
});
