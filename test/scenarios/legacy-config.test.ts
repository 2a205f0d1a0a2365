import { describe, expect, it } from 'vitest';
import { AdaptiveCircuitBreaker, CircuitBreaker, CircuitConfig } from '../../src/compat/core/index.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { presets, presetSources } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { managerWith } from '../support/manager.ts';

/** LEGACY 5.A. */
describe('configuration in the earlier code base', () => {
  it('1: given only a name, the canonical numbers hold', () => {
    const { config } = new UnifiedCircuitBreaker({ name: 'orders', ...presets.canonical }).getStatus();

    expect(config).toMatchObject({
      failureThreshold: 5,
      recoveryTimeoutMs: 60_000,
      halfOpenMaxCalls: 3,
      timeoutMs: 30_000,
      slidingWindowSize: 10,
      errorRateThreshold: 0.5,
      adaptiveThreshold: null,
      exponentialBackoff: true,
    });
  });

  it('2: legal overrides are kept', () => {
    const given = { failureThreshold: 7, recoveryTimeoutMs: 15_000, timeoutMs: 4_000, slidingWindowSize: 20, errorRateThreshold: 0.3, exponentialBackoff: false };
    const legacy = { failureThreshold: 7, recoveryTimeout: 15, timeoutSeconds: 4, slidingWindowSize: 20, halfOpenMaxCalls: 2, slowCallThreshold: 1.5 };

    expect(new UnifiedCircuitBreaker({ name: 'orders', ...presets.canonical, ...given }).getStatus().config).toMatchObject(given);
    expect(new CircuitConfig({ name: 'orders', ...legacy })).toMatchObject(legacy);
    expect(new CircuitBreaker({ name: 'orders', ...legacy }, testRuntime()).breaker.getStatus().config).toMatchObject({
      failureThreshold: 7,
      recoveryTimeoutMs: 15_000,
      timeoutMs: 4_000,
      slidingWindowSize: 20,
      halfOpenMaxCalls: 2,
      slowCallThresholdMs: 1_500,
    });
  });

  it.each([
    [{ failureThreshold: 0 }, 'Expected `failureThreshold` to be a whole number, 1 or more, or null, got 0'],
    [{ errorRateThreshold: 1.5 }, 'Expected `errorRateThreshold` to be a rate above 0, to 1, or null, got 1.5'],
    [{ recoveryTimeoutMs: -1 }, 'Expected `recoveryTimeoutMs` to be milliseconds, 1 to Infinity, got -1'],
    [{ slidingWindowSize: 0 }, 'Expected `slidingWindowSize` to be a whole number, 1 to 1000000, got 0'],
  ])('3: %o is refused, naming the option, the rule and the value', (options, message) => {
    expect(() => new UnifiedCircuitBreaker({ name: 'orders', ...presets.canonical, ...options })).toThrow(message);
  });

  it.each([
    [{ failureThreshold: 0 }, 'Expected `failureThreshold` to be a whole number, 1 or more, got 0'],
    [{ recoveryTimeout: -1 }, 'Expected `recoveryTimeout` to be seconds, above 0, got -1'],
    [{ slidingWindowSize: 0 }, 'Expected `slidingWindowSize` to be a whole number, 1 or more, got 0'],
  ])('3: %o is refused by the legacy configuration in its own words', (options, message) => {
    expect(() => new CircuitConfig({ name: 'orders', ...options })).toThrow(message);
  });

  it('4: the breaker shows the configuration it was given, and the adaptive threshold starts as the configured one', () => {
    const config = new CircuitConfig({ name: 'orders', failureThreshold: 7, adaptiveThreshold: true });

    expect(new CircuitBreaker(config, testRuntime()).config).toBe(config);
    expect(new CircuitBreaker(config, testRuntime()).breaker.getMetrics().adaptive?.failureThreshold).toBe(7);
    expect(new AdaptiveCircuitBreaker({ name: 'orders', failureThreshold: 7 }, testRuntime()).getMetrics().adaptiveFailureThreshold).toBe(7);
  });

  it('5: the breaker has the name that its configuration was made with, which cannot be changed afterwards', () => {
    const config = new CircuitConfig({ name: 'invoices' });

    expect(() => Object.assign(config, { name: 'orders' })).toThrow(TypeError);
    expect(new CircuitBreaker(config, testRuntime()).name).toBe('invoices');
  });

  it.each(Object.entries(presetSources))('9: %s, sent as JSON, has a threshold and a wait above 0 and a rate from 0 to 1', (name, { preset }) => {
    const { manager } = managerWith();
    manager.createCircuitBreaker(name, preset);
    const sent = JSON.parse(JSON.stringify(manager.getAllStatus()[name]?.config)) as Record<string, number>;

    expect(sent['failureThreshold']).toBeGreaterThan(0);
    expect(sent['recoveryTimeoutMs']).toBeGreaterThan(0);
    expect(sent['errorRateThreshold']).toBeGreaterThanOrEqual(0);
    expect(sent['errorRateThreshold']).toBeLessThanOrEqual(1);
  });
});
