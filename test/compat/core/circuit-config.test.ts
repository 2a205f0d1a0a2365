import { describe, expect, it } from 'vitest';
import { CircuitConfig, CircuitStates, createCircuitConfigForEnvironment } from '../../../src/compat/core/index.ts';
import { presets } from '../../../src/presets/index.ts';

describe('CircuitConfig', () => {
  it('has the legacy defaults, in seconds', () => {
    expect({ ...new CircuitConfig({ name: 'orders' }) }).toEqual({
      name: 'orders',
      failureThreshold: 5,
      recoveryTimeout: 30,
      halfOpenMaxCalls: 3,
      timeoutSeconds: 10,
      adaptiveThreshold: false,
      slowCallThreshold: 5,
      slidingWindowSize: 100,
    });
  });

  it.each(['development', 'staging', 'production', 'testing'] as const)('for %s has the numbers of the preset', (environment) => {
    const { failureThreshold, recoveryTimeoutMs, halfOpenMaxCalls, timeoutMs } = presets.environments[environment];

    expect(createCircuitConfigForEnvironment('orders', environment.toUpperCase()).toUnifiedConfig()).toMatchObject({ failureThreshold, recoveryTimeoutMs, halfOpenMaxCalls, timeoutMs });
  });

  it.each([undefined, 'moon', 'constructor'])('for the environment %s is that of production', (environment) => {
    expect(createCircuitConfigForEnvironment('orders', environment)).toMatchObject({ name: 'orders', failureThreshold: 5, recoveryTimeout: 120 });
  });
});

describe('CircuitStates', () => {
  it('are the texts of the states', () => {
    expect(CircuitStates).toEqual({ CLOSED: 'closed', OPEN: 'open', HALF_OPEN: 'half_open' });
  });
});
