import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitConfig } from '../../src/compat/core/index.ts';
import { fromPythonConfig } from '../../src/compat/from-python.ts';
import { runs } from '../support/random.ts';

describe('fromPythonConfig', () => {
  it('turns snake_case into camelCase and leaves values and units as they are', () => {
    expect(fromPythonConfig({ name: 'orders', failure_threshold: 3, half_open_max_calls: 2, recoveryTimeout: 0.5, timeout_2_seconds: 1 })).toEqual({
      name: 'orders',
      failureThreshold: 3,
      halfOpenMaxCalls: 2,
      recoveryTimeout: 0.5,
      timeout2Seconds: 1,
    });
  });

  it('takes null for not given, as Python writes None', () => {
    expect(fromPythonConfig({ name: 'orders', health_checker: null })).toEqual({ name: 'orders' });
  });

  it('gives what a legacy configuration takes', () => {
    expect(new CircuitConfig(fromPythonConfig({ name: 'orders', failure_threshold: 3, recovery_timeout: 30 })).toUnifiedConfig()).toMatchObject({
      failureThreshold: 3,
      recoveryTimeoutMs: 30_000,
    });
  });

  it('refuses what is no object, and takes no offence at a null beside another spelling', () => {
    expect(() => fromPythonConfig(null as never)).toThrow('Expected `config` to be an object, got null');
    expect(fromPythonConfig({ a_b: null, aB: 3 })).toEqual({ aB: 3 });
  });

  it('refuses two spellings of one option', () => {
    expect(() => fromPythonConfig({ recovery_timeout: 3, recoveryTimeout: 5 })).toThrow('Expected one spelling of `recoveryTimeout`, got `recoveryTimeout` besides');
  });

  it('is the identity for names in camelCase', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}([A-Z][a-z]{1,6}){0,3}$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.integer(), { noNullPrototype: true }), (config) => {
        expect(fromPythonConfig(config)).toEqual(config);
      }),
      { numRuns: runs(200) },
    );
  });
});
