// @ts-check
import {
  CircuitState,
  CountBreaker,
  SamplingBreaker,
  TimeoutStrategy,
  circuitBreaker,
  handleAll,
  timeout,
  wrap,
} from 'cockatiel';

/** @type {import('./plan.mjs').Library} */
export const cockatiel = {
  name: 'cockatiel',
  packageName: 'cockatiel',
  bundleEntry: "export { CountBreaker, circuitBreaker, handleAll } from 'cockatiel'",
  note:
    '`CountBreaker`, or `SamplingBreaker` for a time window. "default" wraps an aggressive `timeout` of 30 s, ' +
    'inside the breaker so that timeouts count.',
  create({ timeoutMs, window, trips }) {
    const threshold = trips === 'never' ? 0.99 : 0.5;
    const breaker = circuitBreaker(handleAll, {
      halfOpenAfter: 1_000_000_000,
      breaker:
        'calls' in window
          ? new CountBreaker({ threshold, size: window.calls, minimumNumberOfCalls: Math.min(window.calls, 20) })
          : new SamplingBreaker({ threshold, duration: window.ms, minimumRps: 1 }),
    });
    const policy = timeoutMs === null ? breaker : wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
    return {
      target: policy,
      call: 'target.execute(operation)',
      isOpen: () => breaker.state === CircuitState.Open,
      dispose: () => {},
    };
  },
};
