import {
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  isBrokenCircuitError,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { IBreaker } from 'cockatiel';
// @ts-expect-error: opossum ships no types.
import Opossum from 'opossum';
import { TIMEOUT_MS } from '../policy.ts';
import type { Policy } from '../policy.ts';

type Operation = () => Promise<void>;

interface OpossumBreaker {
  fire(operation: Operation): Promise<void>;
  on(event: 'open', listener: () => void): void;
  shutdown(): void;
}

const opossum: Policy = {
  name: 'opossum',
  title: 'opossum with its defaults: 50% of 10 s, wait 30 s',
  ours: false,
  create() {
    const breaker = new (Opossum as new (
      run: (operation: Operation) => Promise<void>,
      options: object,
    ) => OpossumBreaker)((operation) => operation(), { timeout: TIMEOUT_MS });
    let opened = 0;
    breaker.on('open', () => {
      opened += 1;
    });
    return {
      attempt: (_, operation) =>
        breaker.fire(operation).then(
          () => 'ok',
          (error: { code?: string }) => (error.code === 'EOPENBREAKER' ? 'rejected' : 'failed'),
        ),
      opened: () => opened,
      dispose: () => breaker.shutdown(),
    };
  },
};

function cockatiel(name: string, title: string, breaker: () => IBreaker): Policy {
  return {
    name,
    title,
    ours: false,
    create() {
      const circuit = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: breaker() });
      const policy = wrap(circuit, timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive));
      let opened = 0;
      circuit.onBreak(() => {
        opened += 1;
      });
      return {
        attempt: (_, operation) =>
          policy.execute(operation).then(
            () => 'ok' as const,
            (error: Error) => (isBrokenCircuitError(error) ? 'rejected' : 'failed'),
          ),
        opened: () => opened,
        dispose() {},
      };
    },
  };
}

export const PEERS: readonly Policy[] = [
  opossum,
  cockatiel(
    'cockatiel',
    'cockatiel as its README shows it: half of 30 s, wait 10 s',
    () => new SamplingBreaker({ threshold: 0.5, duration: 30_000 }),
  ),
  cockatiel('cockatiel, 5 in a row', "cockatiel's ConsecutiveBreaker(5), wait 10 s", () => new ConsecutiveBreaker(5)),
];
