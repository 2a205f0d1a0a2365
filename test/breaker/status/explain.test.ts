import { describe, expect, it } from 'vitest';
import { cusum } from '../../../src/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, readyToProbe, take } from '../../support/calls.ts';
import { BOOM, fail, hang, succeed } from '../../support/outcomes.ts';

const rules = 'It opens at 10 consecutive failures, or a failure rate of 50% in at least 20 calls.';
const nothing = '0 consecutive failures, failure rate 0% in the last 0 calls';

describe('explain', () => {
  it('says what a closed circuit has seen and when it opens', async () => {
    const { breaker } = silentBreakerWith();
    await succeed(breaker, 2);
    await fail(breaker);

    expect(breaker.explain()).toBe(
      `Circuit breaker "orders" is closed: 1 consecutive failure, failure rate 33.3% in the last 3 calls. ${rules}`,
    );
  });

  it.each<[string, Options, string]>([
    ['consecutive failures', { failureThreshold: 1, errorRateThreshold: null }, '1 consecutive failure.'],
    ['the rate', { failureThreshold: null, minRequestsThreshold: 1 }, 'a failure rate of 50% in at least 1 call.'],
    [
      'slow calls',
      { failureThreshold: 2, errorRateThreshold: null, slowCallRateThreshold: 0.25, slowCallThresholdMs: 700 },
      '2 consecutive failures, or 25% of calls slower than 700 ms in at least 20 calls.',
    ],
    ['a detector', { detector: cusum() }, 'a lasting rise of the failure rate above 50%.'],
    ['adaptive thresholds that rest', { adaptiveThreshold: true }, rules.slice('It opens at '.length)],
    ['a trip policy', { tripPolicy: { shouldTrip: () => null } }, 'the decision of its custom trip policy.'],
  ])('names the rules when they are %s', (_what, options, sentence) => {
    const text = silentBreakerWith(options).breaker.explain();

    expect(text).toContain(`. It opens at ${sentence}`);
  });

  it('shows the share of slow calls when their rule is on', async () => {
    const made = silentBreakerWith({ slowCallRateThreshold: 0.25, slowCallThresholdMs: 700 });
    await take(made, 701);

    expect(made.breaker.explain()).toContain('failure rate 0% in the last 1 call, 100% slow. It opens at');
  });

  it('says why a circuit is open, by which figures, and for how long', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 3 });
    const late = hang(breaker);
    await succeed(breaker);
    await fail(breaker, 3);
    clock.advance(20_000);
    await finish(late, BOOM);

    expect(breaker.explain()).toBe(
      'Circuit breaker "orders" is open because there were too many consecutive failures '
      + '(3 consecutive failures, failure rate 75% in the last 4 calls). The next call is admitted in 40000 ms.',
    );
  });

  it.each([
    ['consecutive_failures', 'there were too many consecutive failures'],
    ['error_rate', 'the failure rate was too high'],
    ['cusum', 'the failure rate rose'],
    ['slow_call_rate', 'there were too many slow calls'],
    ['retry_after', 'the dependency asked for a pause'],
    ['probe_failed', 'a probe failed'],
    ['probe_slow', 'a probe was too slow'],
    ['lease_expired', 'a probe took too long'],
    ['restored_half_open', 'it was half-open when its snapshot was taken'],
    ['planned work', 'of "planned work"'],
    ['toString', 'of "toString"'],
  ])('explains the reason %s by "%s"', (reason, words) => {
    const { breaker } = silentBreakerWith();
    breaker.trip({ reason });

    expect(breaker.explain()).toContain(`is open because ${words} (`);
  });

  it('says that the next call is a probe when the wait is over', () => {
    expect(readyToProbe(silentBreakerWith()).breaker.explain()).toMatch(/\. The next call is admitted as a probe\.$/);
  });

  it('says that it does not know when the wait has no end', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip({ forMs: Number.POSITIVE_INFINITY });

    expect(breaker.explain()).toContain('. It is not known when the next call is admitted.');
  });

  it('says what the probes of a half-open circuit have shown', async () => {
    const { breaker } = readyToProbe(silentBreakerWith({ timeoutMs: null, halfOpenMaxFailures: 2 }));
    await succeed(breaker);
    await fail(breaker);
    hang(breaker);

    expect(breaker.explain()).toBe(
      'Circuit breaker "orders" is half-open: 1 of 3 required successes so far, 1 probe running. '
      + '1 more failure can happen before it reopens. The next call is admitted as a probe.',
    );
  });

  it.each([
    ['counts as a failure that reopens', 0, 'is half-open, and a probe took too long, which counts as a failure. '
      + 'The next call is admitted in 110000 ms.'],
    ['is allowed', 1, 'is half-open: 0 of 3 required successes so far, 1 probe running. '
      + '1 more failure can happen before it reopens. The next call is admitted as a probe.'],
  ])('looks through an expired lease when it %s', (_what, halfOpenMaxFailures, text) => {
    const { breaker, clock } = readyToProbe(silentBreakerWith({ timeoutMs: null, halfOpenMaxFailures }));
    hang(breaker);
    clock.advance(70_000);

    expect(breaker.explain()).toBe(`Circuit breaker "orders" ${text}`);
  });

  it('says what an override covers', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    breaker.forceClose('drill');

    expect(breaker.explain()).toBe(
      'Circuit breaker "orders" is forced closed until `release()` is called: drill. '
      + `Without the override, it is open because of "tripped" (${nothing}). The next call is admitted in 60000 ms.`,
    );
  });

  it('says that a disposed breaker rejects', () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();

    expect(breaker.explain()).toBe('Circuit breaker "orders" is disposed and rejects all calls.');
  });

  const lowMinimum = 'With a minimum of 4 calls, the failure rate can open the circuit '
    + 'before 10 consecutive failures can.';
  const noEffect = 'The window is a window of time, so `slidingWindowSize` has no effect.';

  it.each<[string, Options, string]>([
    ['the defaults', {}, ''],
    ['a minimum below the failure threshold', { minRequestsThreshold: 4 }, ` ${lowMinimum}`],
    ['a minimum at the failure threshold', { minRequestsThreshold: 10 }, ''],
    ['a minimum without the rate', { minRequestsThreshold: 4, errorRateThreshold: null }, ''],
    ['a minimum with the rate only', { minRequestsThreshold: 4, failureThreshold: null }, ''],
    ['a window of time', { slidingWindowMs: 5_000 }, ''],
    ['a window of time with a size', { slidingWindowMs: 5_000, slidingWindowSize: 50 }, ` ${noEffect}`],
    ['a window of time with a large minimum', { slidingWindowMs: 5_000, minRequestsThreshold: 200 }, ''],
  ])('warns of options that may surprise when they are %s', (_what, options, warning) => {
    const text = silentBreakerWith(options).breaker.explain();

    expect(text.endsWith(`.${warning}`)).toBe(true);
    expect([text.includes(lowMinimum), text.includes(noEffect)]).toEqual(
      [warning.includes(lowMinimum), warning.includes(noEffect)],
    );
  });

  it.each<[string, Options, string]>([
    ['a lease below the timeout', { halfOpenLeaseMs: 1_000 }, 'counts until its timeout.'],
    ['a short window alone', { failureThreshold: null, slidingWindowMs: 10_000 }, 'hanging calls hardly fill it.'],
  ])('warns of %s', (_what, options, warning) => {
    expect(silentBreakerWith(options).breaker.explain().endsWith(warning)).toBe(true);
  });

  it.each<[string, Options]>([
    ['a lease as long as the timeout', { halfOpenLeaseMs: 30_000 }],
    ['a lease without a timeout', { halfOpenLeaseMs: 1_000, timeoutMs: null }],
    ['a window as long as the timeout', { failureThreshold: null, slidingWindowMs: 30_000 }],
    ['a short window beside consecutive failures', { slidingWindowMs: 10_000 }],
  ])('warns of nothing with %s', (_what, options) => {
    expect(silentBreakerWith(options).breaker.explain()).toMatch(/It opens at [^.]*\.$/);
  });

  it('changes nothing', () => {
    const { breaker } = readyToProbe(silentBreakerWith());
    const before = breaker.getStatus();
    breaker.explain();

    expect(breaker.getStatus()).toEqual(before);
  });
});
