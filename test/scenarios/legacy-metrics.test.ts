import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/core/index.ts';
import { CircuitBreakerMetrics, CircuitBreakerMetricsCollector, CircuitBreakerMetricsService } from '../../src/compat/metrics/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';

const make = (): CircuitBreakerMetrics => new CircuitBreakerMetrics(testRuntime());

describe('legacy scenarios of the metrics', () => {
  it.each([
    { seconds: [], slow: 0 },
    { seconds: [0.1, 0.5, 1, 2, 4.9, 5], slow: 0 },
    { seconds: [1, 6], slow: 1 },
    { seconds: [6, 10, 5.001], slow: 3 },
  ])('82: slow requests are 0 at first, and those above 5 s after $seconds: $slow', ({ seconds, slow }) => {
    const metrics = make();
    for (const each of seconds) metrics.recordSuccess('api', each);

    expect(metrics.slowRequests).toBe(slow);
  });

  it('83: emptying one circuit keeps the slow requests, emptying all does not', () => {
    const metrics = make();
    metrics.recordSuccess('one', 6);
    metrics.recordSuccess('two', 7);
    metrics.reset('one');
    const kept = metrics.slowRequests;
    metrics.reset();

    expect([kept, metrics.slowRequests]).toEqual([2, 0]);
  });

  it('84: the statistics of a breaker have slow requests, too', () => {
    expect(new CircuitBreaker({ name: 'orders', failureThreshold: 3 }, testRuntime()).getStats()).toMatchObject({ slowRequests: 0 });
  });

  it('85: the collector and the service keep the slow requests and give a map', async () => {
    const collector = new CircuitBreakerMetricsCollector(testRuntime());
    const service = new CircuitBreakerMetricsService(testRuntime());
    collector.metrics.recordSuccess('endpoint', 6);
    await service.recordSuccess('endpoint', 6);

    expect([collector.metrics.slowRequests, service.collector.metrics.slowRequests]).toEqual([1, 1]);
    expect(await service.getEndpointMetrics('endpoint')).toEqual({ circuitName: 'endpoint', totalRequests: 1, failures: 0, successes: 1, failureRate: 0, avgResponseTime: 6, stateChanges: 0 });
  });

  it('86: two metrics have nothing to do with each other', () => {
    const [one, other] = [make(), make()];
    one.recordSuccess('api', 6);
    other.recordFailure('api');

    expect([one.slowRequests, other.slowRequests, one.getMetrics('api').failures, other.getMetrics('api').successes]).toEqual([1, 0, 0, 0]);
  });
});
