import { describe, expect, it } from 'vitest';
import * as core from '../../../src/compat/core/index.ts';
import { coreNames } from '../../../src/compat/mapping/core.ts';
import { utilsNames } from '../../../src/compat/mapping/legacy-utils.ts';
import { supervisorNames } from '../../../src/compat/mapping/supervisor.ts';
import { syntheticDataNames } from '../../../src/compat/mapping/synthetic-data.ts';
import * as syntheticData from '../../../src/compat/synthetic-data/index.ts';
import * as utils from '../../../src/compat/legacy-utils.ts';

describe('names that were passed on', () => {
  it('by synthetic data are those of core', () => {
    expect({ ...syntheticData }).toEqual({
      CircuitBreaker: core.CircuitBreaker,
      CircuitConfig: core.CircuitConfig,
      CircuitState: core.CircuitStates,
      circuitRegistry: core.circuitRegistry,
    });
  });

  it('by utils are all those of core', () => {
    expect({ ...utils }).toEqual({ ...core });
  });

  it('have rows of their own, with the options of core and a note', () => {
    expect(syntheticDataNames.map(({ module, name, source, shim, replacement, note }) => ({ module, name, source, shim, replacement, note }))).toContainEqual({
      module: 'services/synthetic_data/circuit_breaker.py',
      name: 'circuit_registry',
      source: 'synthetic-data',
      shim: 'circuitRegistry',
      replacement: 'getUnifiedCircuitBreakerManager()',
      note: 'the same as `circuitRegistry` of `core`, under whose name it warns',
    });
    expect(utilsNames.map(({ shim, source, options }) => ({ shim, source, options }))).toEqual(coreNames.map(({ shim, options }) => ({ shim, source: 'utils', options })));
    expect(supervisorNames.map(({ name, shim, source }) => [name, shim, source])).toEqual([
      ['CircuitBreaker', 'CircuitBreaker', 'supervisor'],
      ['CircuitBreakerConfig', 'CircuitBreakerConfig', 'supervisor'],
      ['CircuitBreakerState', 'CircuitBreakerState', 'supervisor'],
      ['FallbackManager', 'FallbackManager', 'supervisor'],
    ]);
  });
});
