// @ts-check
import { BreakerState, Circuit, SlidingCountBreaker, SlidingTimeBreaker, Timeout } from 'mollitia';

/** @type {import('./plan.mjs').Library} */
export const mollitia = {
  name: 'mollitia',
  packageName: 'mollitia',
  bundleEntry: "export { Circuit, SlidingCountBreaker } from 'mollitia'",
  note:
    '`SlidingCountBreaker`, or `SlidingTimeBreaker` (at most 1,000 samples, its own limit). "default" adds its ' +
    '`Timeout` of 30 s inside the breaker. A sync operation is wrapped in an async function: it needs a ' +
    'promise.',
  create({ timeoutMs, window, trips, syncOperation }, operation) {
    const options = {
      failureRateThreshold: trips === 'never' ? 99 : 50,
      openStateDelay: 1_000_000_000,
    };
    const breaker =
      'calls' in window
        ? new SlidingCountBreaker({
            ...options,
            slidingWindowSize: window.calls,
            minimumNumberOfCalls: Math.min(window.calls, 20),
          })
        : new SlidingTimeBreaker({ ...options, slidingWindowSize: window.ms, minimumNumberOfCalls: 20 });
    const circuit = new Circuit({
      name: 'orders-db',
      func: syncOperation ? async () => operation() : operation,
      options: { modules: timeoutMs === null ? [breaker] : [breaker, new Timeout({ delay: timeoutMs })] },
    });
    return {
      target: circuit,
      call: 'target.execute()',
      isOpen: () => breaker.state === BreakerState.OPENED,
      dispose: () => circuit.dispose(),
    };
  },
};
