import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerMetrics, CircuitBreakerMetricsCollector, CircuitBreakerMetricsService } from '../../../src/compat/metrics/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { errorOf } from '../../support/outcomes.ts';
import { runs } from '../../support/random.ts';
import { testRuntime } from '../support/agreement.ts';

const NOTHING = { totalRequests: 0, failures: 0, successes: 0, failureRate: 0, avgResponseTime: 0, stateChanges: 0 };

describe('the CircuitBreakerMetrics', () => {
  it('counts by the name of the circuit, with the mean of the response times in seconds', () => {
    const metrics = new CircuitBreakerMetrics(testRuntime());
    metrics.recordSuccess('api', 1);
    metrics.recordSuccess('api', 2);
    metrics.recordSuccess('api');
    metrics.recordFailure('api', 'timeout');
    metrics.recordFailure('other');

    expect(metrics.getMetrics('api')).toEqual({ circuitName: 'api', totalRequests: 4, failures: 1, successes: 3, failureRate: 0.25, avgResponseTime: 1.5, stateChanges: 0 });
    expect([metrics.failureCounts, metrics.successCounts]).toEqual([{ api: 1, other: 1 }, { api: 3, other: 0 }]);
  });

  it('has figures for a name that was never recorded, and keeps nothing of the question', () => {
    const metrics = new CircuitBreakerMetrics(testRuntime());

    expect(metrics.getMetrics('api')).toEqual({ circuitName: 'api', ...NOTHING });
    expect(metrics.failureCounts).toEqual({});
  });

  it('counts every record exactly, whatever came before and however much time passed', () => {
    const record = fc.record({ failed: fc.boolean(), name: fc.constantFrom('a', 'b'), seconds: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }), gapMs: fc.constantFrom(0, 0, 30_000, 600_000) });
    const counts = fc.property(fc.array(record, { maxLength: 80 }), (records) => {
      const runtime = testRuntime();
      const metrics = new CircuitBreakerMetrics(runtime);
      for (const { failed, name, seconds, gapMs } of records) {
        runtime.clock.advance(gapMs);
        if (failed) metrics.recordFailure(name);
        else metrics.recordSuccess(name, seconds);
      }
      const recorded = (name: string, failed: boolean): number => records.filter((each) => each.name === name && each.failed === failed).length;

      expect(['a', 'b'].map((name) => [metrics.getMetrics(name).failures, metrics.getMetrics(name).successes])).toEqual(['a', 'b'].map((name) => [recorded(name, true), recorded(name, false)]));
      expect(metrics.slowRequests).toBe(records.filter(({ failed, seconds = 0 }) => !failed && seconds > 5).length);
    });

    expect(() => fc.assert(counts, { numRuns: runs(200) })).not.toThrow();
  });

  it('keeps state changes with their time, and counts those of one circuit only', () => {
    const clock = new FakeClock({ wall: 1_500 });
    const metrics = new CircuitBreakerMetrics({ clock });
    metrics.recordSuccess('api');
    metrics.recordStateChange('api', 'closed', 'open');
    metrics.recordStateChange('other', 'open', 'half_open');

    expect(metrics.stateChanges).toEqual([
      { circuitName: 'api', oldState: 'closed', newState: 'open', timestamp: 1.5 },
      { circuitName: 'other', oldState: 'open', newState: 'half_open', timestamp: 1.5 },
    ]);
    expect(metrics.getMetrics('api').stateChanges).toBe(1);
  });

  it('keeps at most 1 000 names, those recorded last, and 1 000 state changes', () => {
    const metrics = new CircuitBreakerMetrics(testRuntime());
    for (let name = 0; name < 1_000; name += 1) metrics.recordSuccess(`api-${name}`, 6);
    metrics.recordSuccess('api-0');
    metrics.recordFailure('one more');
    for (let change = 0; change < 1_001; change += 1) metrics.recordStateChange(`api-${change}`, 'closed', 'open');

    expect([Object.keys(metrics.successCounts).length, metrics.stateChanges.length]).toEqual([1_000, 1_000]);
    expect([metrics.getMetrics('api-0').successes, metrics.getMetrics('api-1').successes, metrics.slowRequests]).toEqual([2, 0, 1_000]);
  });

  it('empties one circuit, or all', () => {
    const metrics = new CircuitBreakerMetrics(testRuntime());
    const fill = (name: string): void => {
      metrics.recordFailure(name);
      metrics.recordSuccess(name, 6);
      metrics.recordStateChange(name, 'closed', 'open');
    };
    fill('api');
    fill('other');
    metrics.reset('api');
    const one = [metrics.getMetrics('api'), metrics.getMetrics('other').totalRequests, metrics.stateChanges.length, metrics.slowRequests];
    metrics.reset();

    expect(one).toEqual([{ circuitName: 'api', ...NOTHING }, 2, 1, 2]);
    expect([metrics.getMetrics('other'), metrics.stateChanges, metrics.slowRequests]).toEqual([{ circuitName: 'other', ...NOTHING }, [], 0]);
  });

  it('refuses a response time that is none, and counts nothing of it', () => {
    const metrics = new CircuitBreakerMetrics(testRuntime());

    expect(() => metrics.recordSuccess('api', -1)).toThrow(TypeError);
    expect([metrics.getMetrics('api').totalRequests, metrics.slowRequests]).toEqual([0, 0]);
  });

  it('is on no list and has no timer', () => {
    const runtime = testRuntime();
    const metrics = new CircuitBreakerMetrics(runtime);
    for (let failure = 0; failure < 50; failure += 1) metrics.recordFailure('api');

    expect([runtime.manager.size, runtime.clock.timers]).toEqual([0, 0]);
  });
});

describe('the collector and the service', () => {
  it('record at once, give promises, and refuse by rejecting', async () => {
    const service = new CircuitBreakerMetricsService(testRuntime());
    const recorded = service.recordFailure('/orders', 'timeout');
    const { failures } = service.collector.metrics.getMetrics('/orders');
    await recorded;
    await service.recordSuccess('/orders', 0.5);

    expect(failures).toBe(1);
    expect(await service.getEndpointMetrics('/orders')).toMatchObject({ circuitName: '/orders', totalRequests: 2, avgResponseTime: 0.5 });
    expect(await errorOf(service.recordSuccess('/orders', Number.NaN))).toBeInstanceOf(TypeError);
  });

  it('do the same under the names of the collector', async () => {
    const collector = new CircuitBreakerMetricsCollector(testRuntime());
    await collector.recordEndpointFailure('/orders');
    await collector.recordEndpointSuccess('/orders', 6);

    expect(await collector.collectEndpointMetrics('/orders')).toMatchObject({ failures: 1, successes: 1, failureRate: 0.5 });
    expect(collector.metrics.slowRequests).toBe(1);
  });
});
