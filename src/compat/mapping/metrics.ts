import type { LegacyName } from '../legacy-name.ts';

const MODULE = 'services/metrics/circuit_breaker_metrics.py';

/** The legacy names of `./compat/metrics`. */
export const metricsNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'CircuitBreakerMetrics',
    source: 'metrics',
    shim: 'CircuitBreakerMetrics',
    replacement: 'UnifiedCircuitBreaker',
    members: {
      record_failure: 'recordFailure(error?, durationMs?) of the breaker of that name',
      record_success: 'recordSuccess(durationMs?) of the breaker of that name',
      record_state_change: "on('stateChange', …)",
      get_metrics: 'getMetrics()',
      reset: 'reset()',
      slow_requests: 'getMetrics().slowCalls',
      failure_counts: 'getMetrics().failedCalls',
      success_counts: 'getMetrics().successfulCalls',
    },
    kept: [
      'response times are seconds; above 5 s a request is slow; failures have no response time',
      '`slowRequests` is of all names: emptying one name leaves it, emptying all of them does not',
      'a name that was never recorded has figures, all of them 0',
    ],
    repaired: [
      { fault: 'response times and the log grew for ever', now: 'a histogram, the newest 1 000 state changes, the 1 000 names recorded last', check: 'more than 1 000 names' },
      { fault: '`state_changes` counted every event of the name', now: 'only its state changes, among the newest 1 000', check: 'displays of `stateChanges`' },
    ],
  },
  {
    module: MODULE,
    name: 'CircuitBreakerMetricsCollector',
    source: 'metrics',
    shim: 'CircuitBreakerMetricsCollector',
    replacement: 'UnifiedCircuitBreaker',
    members: { collect_endpoint_metrics: 'getMetrics()', record_endpoint_failure: 'recordFailure(error?, durationMs?)', record_endpoint_success: 'recordSuccess(durationMs?)' },
    note: 'another class of this name belonged to the monitor',
  },
  {
    module: MODULE,
    name: 'CircuitBreakerMetricsService',
    source: 'metrics',
    shim: 'CircuitBreakerMetricsService',
    replacement: 'UnifiedCircuitBreaker',
    members: { get_endpoint_metrics: 'getMetrics()', record_failure: 'recordFailure(error?, durationMs?)', record_success: 'recordSuccess(durationMs?)' },
  },
];
