// @ts-check
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

import { timeoutMs as defaultTimeoutMs } from './plan.mjs';

/** @type {import('./plan.mjs').Library} */
export const ours = {
  name: 'ours',
  packageName: 'unified-circuit-breaker',
  bundleEntry: "export { UnifiedCircuitBreaker } from 'unified-circuit-breaker'",
  note: '"lean" is `timeoutMs: null, trackLatency: false`; "default" gives nothing but the name.',
  create(plan) {
    const breaker = new UnifiedCircuitBreaker(optionsFor(plan));
    return {
      target: breaker,
      call: 'target.call(operation)',
      callSync: 'target.callSync(operation)',
      isOpen: () => breaker.state === 'open',
      dispose: () => breaker.dispose(),
    };
  },
};

/**
 * Gives only what differs from the defaults, so that the default plan measures the default options.
 *
 * @param {import('./plan.mjs').Plan} plan
 */
function optionsFor({ timeoutMs, window, trips }) {
  /** @type {import('unified-circuit-breaker').UnifiedCircuitConfig & Record<string, unknown>} */
  const options = { name: 'orders-db' };
  if (timeoutMs === null) Object.assign(options, { timeoutMs: null, trackLatency: false });
  if (timeoutMs !== null && timeoutMs !== defaultTimeoutMs) Object.assign(options, { timeoutMs });
  if ('ms' in window) Object.assign(options, { slidingWindowMs: window.ms });
  if ('calls' in window && window.calls !== 100) Object.assign(options, { slidingWindowSize: window.calls });
  // Both closed rules stay on and are evaluated on every failure; neither can be reached at nine failures in ten.
  if (trips === 'never') Object.assign(options, { failureThreshold: 1_000_000_000, errorRateThreshold: 1 });
  if (trips === 'soon') Object.assign(options, { recoveryTimeoutMs: 1_000_000_000 });
  return options;
}
