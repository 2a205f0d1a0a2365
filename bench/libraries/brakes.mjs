// @ts-check
// @ts-expect-error: brakes ships no types.
import Brakes from 'brakes';

/** @type {import('./plan.mjs').Library} */
export const brakes = {
  name: 'brakes',
  packageName: 'brakes',
  bundleEntry: "export { default } from 'brakes'",
  note:
    'its own window of 60 s in 60 buckets; it cannot be without a timeout. `statInterval` is set out of reach: ' +
    'at its default the snapshot timer throws an uncaught RangeError once enough calls were made. ' +
    '`modifyError` is off: it would lengthen the message of the shared error on each call. A sync operation is ' +
    'wrapped in an async function: it needs a promise.',
  create({ timeoutMs, trips, syncOperation }, operation) {
    const breaker = new Brakes(syncOperation ? async () => operation() : operation, {
      name: 'orders-db',
      timeout: timeoutMs ?? 30_000,
      threshold: trips === 'never' ? 0.01 : 0.5,
      waitThreshold: 20,
      circuitDuration: 1_000_000_000,
      statInterval: 1_000_000_000,
      isPromise: true,
      modifyError: false,
      registerGlobal: false,
    });
    return {
      target: breaker,
      call: 'target.exec()',
      isOpen: () => breaker.isOpen(),
      dispose: () => breaker.destroy(),
    };
  },
};
