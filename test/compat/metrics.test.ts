import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerMetrics } from '../../src/compat/names/metrics.ts';
import { runs } from '../support/random.ts';
import { testRuntime } from './support/agreement.ts';

const NOTHING = { totalRequests: 0, failures: 0, successes: 0, failureRate: 0, avgResponseTime: 0, stateChanges: 0 };
const make = () => new CircuitBreakerMetrics(testRuntime());

describe('the CircuitBreakerMetrics', () => {
  it('counts by the name of the circuit, with the mean duration in seconds', () => {
    const metrics = make();
    for (const seconds of [1, 2, undefined]) metrics.recordSuccess('api', seconds);
    metrics.recordFailure('api', 'timeout');
    metrics.recordFailure('other');
    metrics.recordStateChange('other', 'closed', 'open');

    expect(metrics.getMetrics('api')).toEqual({
      circuitName: 'api', totalRequests: 4, failures: 1, successes: 3, failureRate: 0.25, avgResponseTime: 1.5,
      stateChanges: 0,
    });
    expect(metrics.getMetrics('other').stateChanges).toBe(1);
    expect(metrics.getMetrics('unknown')).toEqual({ circuitName: 'unknown', ...NOTHING });
    expect([metrics.failureCounts, metrics.successCounts]).toEqual([{ api: 1, other: 1 }, { api: 3, other: 0 }]);
  });

  it('82: counts every record, and requests slower than 5 s, at any time', () => {
    const record = fc.record({
      failed: fc.boolean(), name: fc.constantFrom('a', 'b'), gapMs: fc.constantFrom(0, 30_000, 600_000),
      seconds: fc.constantFrom(undefined, 0, 0.1, 1, 4.9, 5, 5.001, 6, 10),
    });
    const property = fc.property(fc.array(record, { maxLength: 80 }), (records) => {
      const { clock } = testRuntime();
      const metrics = new CircuitBreakerMetrics({ clock });
      for (const { failed, name, seconds, gapMs } of records) {
        clock.advance(gapMs);
        if (failed) metrics.recordFailure(name);
        else metrics.recordSuccess(name, seconds);
      }
      const count = (wanted: boolean, name: string): number =>
        records.filter((each) => each.failed === wanted && each.name === name).length;

      for (const name of ['a', 'b']) {
        expect(metrics.getMetrics(name)).toMatchObject({ failures: count(true, name), successes: count(false, name) });
      }
      expect(metrics.slowRequests).toBe(records.filter(({ failed, seconds = 0 }) => !failed && seconds > 5).length);
    });

    expect(() => fc.assert(property, { numRuns: runs(200) })).not.toThrow();
  });

  it('keeps at most 1,000 names, those recorded last', () => {
    const metrics = make();
    for (let name = 0; name < 1_000; name += 1) metrics.recordSuccess(`api-${name}`, 6);
    metrics.recordSuccess('api-0');
    metrics.recordFailure('one more');

    expect(Object.keys(metrics.successCounts)).toHaveLength(1_000);
    expect([metrics.getMetrics('api-0').successes, metrics.getMetrics('api-1').successes, metrics.slowRequests])
      .toEqual([2, 0, 1_000]);
  });

  it('83, 86: clears one circuit or all, slow requests only with all, and nothing elsewhere', () => {
    const [metrics, other] = [make(), make()];
    for (const name of ['one', 'two']) metrics.recordSuccess(name, 6);
    other.recordSuccess('one', 6);
    metrics.reset('one');
    const kept = [metrics.getMetrics('one').successes, metrics.getMetrics('two').successes, metrics.slowRequests];
    metrics.reset();

    expect([...kept, metrics.getMetrics('two').successes, metrics.slowRequests]).toEqual([0, 1, 2, 0, 0]);
    expect([other.getMetrics('one').successes, other.slowRequests]).toEqual([1, 1]);
  });

  it('throws for a negative duration, and counts nothing of it', () => {
    const metrics = make();

    expect(() => metrics.recordSuccess('api', -1)).toThrow(TypeError);
    expect([metrics.getMetrics('api').totalRequests, metrics.slowRequests]).toEqual([0, 0]);
  });

  it('is in no manager and has no timer', () => {
    const runtime = testRuntime();
    const metrics = new CircuitBreakerMetrics(runtime);
    for (let failure = 0; failure < 50; failure += 1) metrics.recordFailure('api');

    expect([runtime.manager.size, runtime.clock.timers]).toEqual([0, 0]);
  });
});
