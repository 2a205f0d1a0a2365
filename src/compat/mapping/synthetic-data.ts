import type { LegacyName } from '../legacy-name.ts';
import { passedOn } from './passed-on.ts';

/** The legacy names of `./compat/synthetic-data`. */
export const syntheticDataNames: readonly LegacyName[] = /* @__PURE__ */ passedOn('synthetic-data', 'services/synthetic_data/circuit_breaker.py', {
  CircuitBreaker: 'CircuitBreaker',
  CircuitConfig: 'CircuitConfig',
  CircuitStates: 'CircuitState',
  circuitRegistry: 'circuitRegistry',
});
