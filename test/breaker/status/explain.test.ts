import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { BOOM, fail, hang, succeed } from '../../support/outcomes.ts';

const rules = 'It opens at 10 failures in a row, or 50 % errors among at least 20 calls.';

describe('explain', () => {
  it('says of a closed circuit what it has seen and when it opens', async () => {
    const { breaker } = silentBreakerWith();
    await succeed(breaker, 2);
    await fail(breaker);

    expect(breaker.explain()).toBe(`Circuit "orders" is closed: 1 failure in a row, 33.3 % errors in the last 3 calls. ${rules}`);
  });

  it('names every rule that is on', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 1, errorRateThreshold: null, slowCallRateThreshold: 0.25, slowCallThresholdMs: 700, minRequestsThreshold: 5 });
    const call = hang(breaker);
    clock.advance(701);
    call.operation.resolve('fine');
    await call.settled;

    expect(breaker.explain()).toBe('Circuit "orders" is closed: 0 failures in a row, 0 % errors in the last 1 call, 100 % slow. It opens at 1 failure in a row, or 25 % above 700 ms among at least 5 calls.');
  });

  it('knows no rules of a trip policy', () => {
    const { breaker } = silentBreakerWith({}, { tripPolicy: { shouldTrip: () => null } });

    expect(breaker.explain()).toContain('It opens at the word of its own trip policy.');
  });

  it('says of an open circuit why, by which figures, and how long', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 3 });
    await succeed(breaker);
    await fail(breaker, 3);
    clock.advance(20_000);

    expect(breaker.explain()).toBe('Circuit "orders" is open because there were too many failures in a row (3 failures in a row, 75 % errors in the last 4 calls); the next call is admitted in 40000 ms.');
  });

  it.each([
    ['consecutive_failures', 'there were too many failures in a row'],
    ['error_rate', 'there were too many errors'],
    ['slow_call_rate', 'there were too many slow calls'],
    ['retry_after', 'the dependency asked for a pause'],
    ['probe_failed', 'a probe failed'],
    ['probe_slow', 'a probe was too slow'],
    ['lease_expired', 'a probe did not come back'],
    ['planned work', 'of "planned work"'],
    ['toString', 'of "toString"'],
  ])('says the reason %s as %s', (reason, words) => {
    const { breaker } = silentBreakerWith();

    breaker.trip({ reason });

    expect(breaker.explain()).toContain(`is open because ${words} (`);
  });

  it('says of an open circuit whose wait is over that it is ready', () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();

    clock.advance(60_000);

    expect(breaker.explain()).toContain('; ready to probe: the next call is admitted.');
  });

  it('says of a wait without an end that it does not know', () => {
    const { breaker } = silentBreakerWith();

    breaker.trip({ forMs: Number.POSITIVE_INFINITY });

    expect(breaker.explain()).toContain('; it does not know when the next call is admitted.');
  });

  it('says of a half-open circuit what has been proved', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, halfOpenMaxFailures: 2 });
    breaker.trip();
    clock.advance(60_000);
    await succeed(breaker);
    await fail(breaker);
    hang(breaker);

    expect(breaker.explain()).toBe('Circuit "orders" is half-open: 1 of 3 successes, 1 of 2 allowed failures, 1 of 3 probes running; ready to probe: the next call is admitted.');
  });

  it('looks through an expired lease', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);
    clock.advance(70_000);

    expect(breaker.explain()).toBe('Circuit "orders" is half-open and has waited too long for a probe, which counts as a failure; the next call is admitted in 110000 ms.');
  });

  it('looks through an expired lease that is allowed', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, halfOpenMaxFailures: 1 });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);
    clock.advance(70_000);

    expect(breaker.explain()).toContain('0 of 3 successes, 1 of 1 allowed failures, 0 of 3 probes running');
  });

  it('says what an override covers', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    breaker.forceClose('drill');

    expect(breaker.explain()).toBe('Circuit "orders" is forced closed until it is released: drill. Underneath, it is open because of "tripped" (0 failures in a row, 0 % errors in the last 0 calls); the next call is admitted in 60000 ms.');
  });

  it('says that a disposed breaker rejects', () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();

    expect(breaker.explain()).toBe('Circuit "orders" is disposed and rejects every call.');
  });

  it.each([
    ['a minimum below the failure threshold', { minRequestsThreshold: 4 }, 'With a minimum of 4 calls the error rate can open the circuit before 10 failures in a row can.'],
    ['a window size beside milliseconds', { slidingWindowMs: 5_000, slidingWindowSize: 50 }, 'The window is measured in milliseconds, so slidingWindowSize has no effect.'],
  ] as readonly [string, Options, string][])('tells of options that are odd: %s', (_what, options, sentence) => {
    expect(silentBreakerWith(options).breaker.explain()).toContain(sentence);
  });

  it.each([
    ['the defaults', {}],
    ['a minimum at the failure threshold', { minRequestsThreshold: 10 }],
    ['a minimum where only failures in a row count', { minRequestsThreshold: 4, errorRateThreshold: null }],
    ['a minimum where only the rate counts', { minRequestsThreshold: 4, failureThreshold: null }],
    ['milliseconds alone', { slidingWindowMs: 5_000 }],
  ] as readonly [string, Options][])('finds nothing odd in %s', (_what, options) => {
    const text = silentBreakerWith(options).breaker.explain();

    expect([text.includes('With a minimum'), text.includes('no effect')]).toEqual([false, false]);
  });

  it('changes nothing', () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    clock.advance(60_000);
    const before = breaker.getStatus();

    breaker.explain();

    expect(breaker.getStatus()).toEqual(before);
  });

  it('keeps the figures of the opening while late failures come in', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 2 });
    const late = hang(breaker);
    await fail(breaker, 2);

    late.operation.reject(BOOM);
    await late.settled;

    expect(breaker.explain()).toContain('(2 failures in a row, 100 % errors in the last 2 calls)');
  });
});
