import { describe, expect, it } from 'vitest';
import type { Clock, Timer, UnifiedCircuitConfig } from '../../src/index.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, deferred, fail } from '../support/outcomes.ts';

/** A breaker on a clock that can be told to misbehave. */
function breakerOn(faulty: Partial<Record<keyof Clock, unknown>>, options: Partial<UnifiedCircuitConfig> = {}) {
  const real = new FakeClock({ now: 1_000 });
  const reports: string[] = [];
  let broken = false;
  const method = <Key extends keyof Clock>(key: Key) => (broken && faulty[key] !== undefined ? faulty[key] : real[key].bind(real)) as Clock[Key];
  const clock: Clock = { now: () => method('now')(), wall: () => method('wall')(), after: (ms, run) => method('after')(ms, run) };
  const breaker = new UnifiedCircuitBreaker({ name: 'x', clock, jitter: false, recoveryTimeoutMs: 1_000, maxBackoffMs: 1_000, successThreshold: 1, onInternalError: (_error, { source }) => void reports.push(source), ...options });
  return { breaker, clock: real, reports, break: () => void (broken = true), repair: () => void (broken = false) };
}

const READINGS: readonly (readonly [title: string, now: () => unknown])[] = [
  ['throws', () => { throw BOOM; }],
  ['gives NaN', () => Number.NaN],
  ['gives Infinity', () => Number.POSITIVE_INFINITY],
  ['gives -Infinity', () => Number.NEGATIVE_INFINITY],
  ['gives a text', () => '5000'],
  ['gives a bigint', () => 5_000n],
  ['gives a date', () => new Date(5_000)],
  ['gives nothing', () => undefined],
  ['gives a symbol', () => Symbol('now')],
  ['gives a promise that rejects', () => Promise.reject(BOOM)],
];

const WINDOWS: readonly (readonly [title: string, options: Partial<UnifiedCircuitConfig>])[] = [
  ['a count window', {}],
  ['a time window', { slidingWindowMs: 10_000 }],
];

describe('a clock whose now()', () => {
  it.each(READINGS.flatMap(([title, now]) => WINDOWS.map(([window, options]) => [title, window, now, options] as const)))(
    '%s changes no result, is reported, and is forgotten once it works again, with %s',
    async (_title, _window, now, options) => {
      const { breaker, clock, reports, ...fault } = breakerOn({ now }, options);
      fault.break();

      const during = await breaker.tryCall(() => Promise.resolve('fine'));
      breaker.recordFailure(BOOM, 5);
      breaker.trip();
      const rejected = (await breaker.tryCall(() => 'not run')).status;
      fault.repair();
      clock.advance(999);
      const early = (await breaker.tryCall(() => 'not run')).status;
      clock.advance(1_001);
      const back = await breaker.tryCall(() => 'back');

      expect(during).toEqual({ status: 'success', value: 'fine' });
      expect([rejected, early]).toEqual(['rejected', 'rejected']);
      expect(back).toEqual({ status: 'success', value: 'back' });
      expect(breaker.state).toBe('closed');
      expect(new Set(reports)).toEqual(new Set(['clock']));
      expect(breaker.getMetrics()).toMatchObject({ totalCalls: 5, inFlight: 0 });
      expect(Number.isFinite(breaker.getMetrics().averageResponseTimeMs)).toBe(true);
      await clock.advanceAsync(0);
    },
  );

  it.each(READINGS)('%s from the start still makes a breaker that works', async (_title, now) => {
    const clock = new FakeClock({ now: 1_000 });
    let broken = true;
    const faulty: Clock = { now: () => (broken ? now() : clock.now()) as number, wall: () => 0, after: (ms, run) => clock.after(ms, run) };
    const breaker = new UnifiedCircuitBreaker({ name: 'x', clock: faulty, slidingWindowMs: 1_000, failureThreshold: null, minRequestsThreshold: 2, recoveryTimeoutMs: 1_000, successThreshold: 1, onInternalError() {} });
    broken = false;

    await fail(breaker, 2);
    const opened = breaker.state;
    clock.advance(1_000);

    expect(opened).toBe('open');
    expect(await breaker.call(() => 'back')).toBe('back');
    expect(breaker.state).toBe('closed');
    await clock.advanceAsync(0);
  });
});

describe('a clock whose wall()', () => {
  it.each(READINGS.filter(([title]) => title !== 'gives a date'))('%s changes no result, and leaves status and snapshot plain', async (_title, wall) => {
    const { breaker, reports, clock, ...fault } = breakerOn({ wall });
    fault.break();
    await fail(breaker);

    const status = breaker.getStatus();
    const snapshot = breaker.snapshot();

    expect(Number.isFinite(status.lastStateChange)).toBe(true);
    expect(Number.isFinite(status.metrics.lastFailureTime)).toBe(true);
    expect(Number.isFinite(snapshot.wallTime)).toBe(true);
    expect(new Set(reports)).toEqual(new Set(['clock']));
    await clock.advanceAsync(0);
  });
});

describe('a clock whose after()', () => {
  it.each([
    ['throws', () => { throw BOOM; }],
    ['gives nothing', () => undefined],
    ['gives a number', () => 7],
    ['gives a timer that cannot be cancelled', () => ({ ref() {}, unref() {} })],
    ['gives a timer whose methods throw', () => ({ cancel() { throw BOOM; }, ref() { throw BOOM; }, unref() { throw BOOM; } })],
  ])('%s changes no result', async (_title, after) => {
    const options = { timeoutMs: 500, healthCheck: { check: () => true, intervalMs: 100 } };
    const { breaker, reports, clock, ...fault } = breakerOn({ after }, options);
    fault.break();

    const settled = [await breaker.tryCall(() => Promise.resolve('fine')), await breaker.tryCall(() => Promise.resolve('own'), { timeoutMs: 50 })];
    breaker.trip();
    clock.advance(1_000);
    settled.push(await breaker.tryCall(() => Promise.resolve('back')));
    breaker.dispose();

    expect(settled.map(({ value }) => value)).toEqual(['fine', 'own', 'back']);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 3, inFlight: 0 });
    expect(new Set(reports)).toEqual(new Set(['clock']));
  });

  it('runs a timer although it was cancelled ends no other call', async () => {
    const runs: (() => void)[] = [];
    const clock = new FakeClock();
    const careless: Clock = { now: () => clock.now(), wall: () => 0, after: (_ms, run): Timer => (runs.push(run), { cancel() {}, ref() {}, unref() {} }) };
    const breaker = new UnifiedCircuitBreaker({ name: 'x', clock: careless, onInternalError() {} });
    await breaker.call(() => Promise.resolve('first'), { timeoutMs: 50 });
    const gate = deferred<string>();
    const others = [breaker.tryCall(() => gate.promise), breaker.tryCall(() => gate.promise, { timeoutMs: 1_000 })];

    expect(() => runs[0]?.()).not.toThrow();
    gate.resolve('unharmed');

    expect(await Promise.all(others)).toEqual([{ status: 'success', value: 'unharmed' }, { status: 'success', value: 'unharmed' }]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 3, timeouts: 0, inFlight: 0 });
  });
});

describe('a clock that jumps', () => {
  it.each([-1, -1_000, -1e9])('by %s ms costs a wait no more than the jump that nobody saw', (step) => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 1_000 });
    breaker.trip();
    clock.advance(400);
    breaker.canExecute();

    clock.jump(step);
    const left = breaker.retryAfterMs;
    clock.advance(600);

    expect(left).toBe(600);
    expect(breaker.canExecute()).toBe(true);
  });

  it('ahead ends a wait and a call that are then over', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 1_000, slidingWindowMs: 1_000 });
    breaker.trip();

    clock.jump(1e9);

    expect(breaker.canExecute()).toBe(true);
    expect(await breaker.call(() => 'back')).toBe('back');
    expect(breaker.getMetrics().averageResponseTimeMs).toBe(0);
  });
});

describe('a random() that', () => {
  it.each([
    ['is below 0', () => -0.001],
    ['is above 1', () => 1.001],
    ['is NaN', () => Number.NaN],
    ['is a text', () => '0.5'],
    ['is nothing', () => undefined],
    ['throws', () => { throw BOOM; }],
    ['is a promise that rejects', () => Promise.reject(BOOM)],
  ])('%s costs the jitter and not the wait, and is reported', async (_title, random) => {
    for (const jitter of ['equal', 'proportional', 'full'] as const) {
      const { breaker, clock, internalErrors } = breakerWith({ recoveryTimeoutMs: 1_000, jitter, random: random as () => number });

      breaker.trip();
      await clock.advanceAsync(0);

      expect(breaker.retryAfterMs).toBe(1_000);
      expect(internalErrors.map(({ source }) => source)).toEqual(['random']);
    }
  });
});
