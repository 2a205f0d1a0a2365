// @ts-check
// @ts-expect-error: opossum ships no types.
import CircuitBreaker from 'opossum';

/** @type {import('./plan.mjs').Library} */
export const opossum = {
  name: 'opossum',
  packageName: 'opossum',
  bundleEntry: "export { default } from 'opossum'",
  note:
    'its own window of 10 s in 10 buckets (it has no count window). "lean" is without timeout, percentiles and ' +
    'snapshots; "default" is its default options with a timeout of 30 s.',
  create({ timeoutMs, trips }, operation) {
    const breaker = new CircuitBreaker(operation, {
      timeout: timeoutMs ?? false,
      ...(timeoutMs === null ? { rollingPercentilesEnabled: false, enableSnapshots: false } : {}),
      ...(trips === 'never' ? { errorThresholdPercentage: 99, volumeThreshold: 20 } : {}),
      ...(trips === 'soon' ? { volumeThreshold: 20, resetTimeout: 1_000_000_000 } : {}),
    });
    return {
      target: breaker,
      call: 'target.fire()',
      isOpen: () => breaker.opened,
      dispose: () => breaker.shutdown(),
    };
  },
};
