import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asConfig, fromPythonConfig, legacyConfig } from '../../src/compat/config.ts';
import { ApiCircuitBreaker, CircuitBreakerConfig as ApiConfig } from '../../src/compat/names/api-gateway.ts';
import { CircuitBreaker, CircuitConfig } from '../../src/compat/names/core.ts';
import { CircuitBreakerConfig as ClickHouseConfig, ClickHouseCircuitBreaker } from '../../src/compat/names/database.ts';
import { FallbackManager } from '../../src/compat/names/supervisor.ts';
import type { LegacyTable } from '../../src/compat/option-tables.ts';
import { convertValue } from '../../src/compat/options.ts';
import { CircuitBreakerConfigError, isCircuitBreakerConfigError, UnifiedCircuitBreaker } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { runs } from '../support/random.ts';
import { testRuntime } from './support/agreement.ts';

const TABLE = {
  source: 'tests',
  name: 'Config',
  options: {
    name: { kind: 'name', to: 'name' },
    threshold: { kind: 'count', to: 'failureThreshold', default: 5 },
    recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 30 },
    window: { kind: 'count', to: 'slidingWindowSize', default: 10 },
    minimum: { kind: 'count', to: 'minRequestsThreshold', default: 3 },
    rate: { kind: 'share', to: 'errorRateThreshold' },
    adaptive: { kind: 'flag', to: 'adaptiveThreshold', default: false },
    expected: { kind: 'names', to: 'countErrors' },
    classes: { kind: 'classes', to: null },
    waitMs: { kind: 'milliseconds', to: null, default: 250 },
    label: { kind: 'text', to: null },
  },
  fixed: { jitter: false },
  removed: { budget: 'Count it yourself.' },
} as const satisfies LegacyTable;
const Config = legacyConfig(TABLE);

const problemsOf = (given: unknown): unknown => {
  try {
    return new Config(given as never);
  } catch (error) {
    return isCircuitBreakerConfigError(error) ? error.problems : error;
  }
};

describe('a legacy configuration', () => {
  it('keeps legacy names, seconds and defaults, and is frozen', () => {
    const config = new Config({ name: 'orders', threshold: 7 });

    expect({ ...config }).toEqual({
      name: 'orders', threshold: 7, recoveryTimeout: 30, window: 10, minimum: 3, rate: undefined, adaptive: false,
      expected: undefined, classes: undefined, waitMs: 250, label: undefined,
    });
    expect([Object.isFrozen(config), config.constructor.name]).toEqual([true, 'Config']);
  });

  it('becomes options of this library: canonical numbers, its own, those passed, and what is fixed', () => {
    expect(new Config({ name: 'orders', recoveryTimeout: 1.5, rate: 0.7, waitMs: 5 }).toUnifiedConfig()).toEqual({
      ...presets.canonical, failureThreshold: 5, recoveryTimeoutMs: 1_500, errorRateThreshold: 0.7,
      slidingWindowSize: 10, minRequestsThreshold: 5, adaptiveThreshold: false, jitter: false,
    });
  });

  it.each([
    [{ threshold: 8 }, { failureThreshold: 8, minRequestsThreshold: 8, slidingWindowSize: 10 }],
    [{ threshold: 20 }, { failureThreshold: 20, minRequestsThreshold: 20, slidingWindowSize: 20 }],
    [{ threshold: 10, window: 4, minimum: 3 }, { failureThreshold: 10, minRequestsThreshold: 3, slidingWindowSize: 4 }],
    [{ window: 2 }, { failureThreshold: 5, minRequestsThreshold: 2, slidingWindowSize: 2 }],
    [{ minimum: 15 }, { failureThreshold: 5, minRequestsThreshold: 15, slidingWindowSize: 15 }],
    [{ recoveryTimeout: 600 }, { recoveryTimeoutMs: 600_000, maxBackoffMs: 600_000 }],
    [{ expected: ['TypeError'] }, { countErrors: ['TypeError', 'generic_error'] }],
    // Legacy code took an empty list for all errors.
    [{ expected: [] }, { failureThreshold: 5 }],
  ])('%j becomes %j', (given, expected) => {
    const unified = new Config({ name: 'orders', ...given }).toUnifiedConfig();

    expect(unified).toMatchObject(expected);
    expect('countErrors' in unified).toBe('countErrors' in expected);
  });

  it.each([
    ['seconds', 0.2, 200], ['seconds', 1.6, 1_600], ['seconds', 0.000_1, 1], ['seconds', Infinity, Infinity],
    ['milliseconds', 1.5, 1.5], ['count', 7, 7],
  ] as const)('converts %s: %d becomes %d', (kind, value, expected) => {
    expect(convertValue({ kind, to: null }, value)).toBe(expected);
  });

  it('makes a valid breaker from any valid numbers', () => {
    const count = fc.integer({ min: 1, max: 1_000 });
    const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    const rate = fc.double({ min: 0.01, max: 1, noNaN: true });
    const numbers = { threshold: count, recoveryTimeout: positive, window: count, minimum: count, rate };
    const options = fc.record({ ...numbers, adaptive: fc.boolean() }, { requiredKeys: [] });
    const property = fc.property(options, (given) => {
      fc.pre(given.window === undefined || given.minimum === undefined || given.minimum <= given.window);
      const { base: _, ...config } = new Config({ name: 'orders', ...given }).toUnifiedConfig();
      new UnifiedCircuitBreaker({ ...config, name: 'orders' });
    });

    expect(() => fc.assert(property, { numRuns: runs(300) })).not.toThrow();
  });

  it('is used as it is, or made from options, or from another name if it fits', () => {
    const config = new Config({ name: 'orders' });
    const other = new CircuitConfig({ name: 'orders', failureThreshold: 2 });
    const breaker = new ClickHouseCircuitBreaker(other, testRuntime());

    expect(asConfig(Config, config)).toBe(config);
    expect(asConfig(Config, { name: 'orders' }).toUnifiedConfig()).toEqual(config.toUnifiedConfig());
    expect([breaker.config.failureThreshold, breaker.name]).toEqual([2, 'orders']);
  });

  it.each<readonly [title: string, make: () => unknown, problem: string]>([
    ['of ClickHouse for the gateway', () => new ApiCircuitBreaker('x', new ClickHouseConfig() as never), 'halfOpenMax'],
    ['of the gateway for ClickHouse', () => new ClickHouseCircuitBreaker(new ApiConfig() as never), '`enabled`'],
    ['that is null', () => new ApiCircuitBreaker('x', null as never), 'The options must be an object.'],
    ['that is a string', () => new FallbackManager('x' as never), 'The options must be an object.'],
    ['that is missing', () => new CircuitBreaker(undefined as never), 'CircuitConfig: `name` must be a string.'],
  ])('%s is rejected', (_, make, problem) => {
    expect(make).toThrow(CircuitBreakerConfigError);
    expect(make).toThrow(problem);
  });
});

describe('problems with legacy options', () => {
  it.each<readonly [title: string, given: unknown, problems: readonly string[]]>([
    ['lists all of them', {
      threshold: 0, recoveryTimeout: -1, rate: 1.5, adaptive: 'yes', expected: [5], classes: [Array], waitMs: 0,
      label: 5, windw: 3,
    }, [
      '`name` must be a string. Received undefined.',
      '`threshold` must be a whole number (1 or more). Received 0.',
      '`recoveryTimeout` must be a number of seconds greater than 0. Received -1.',
      '`rate` must be a fraction greater than 0 and at most 1. Received 1.5. Did you mean 0.015?',
      '`adaptive` must be true or false. Received the string "yes".',
      '`expected` must be a list of error names. Received an array.',
      '`classes` must be a list of error classes. Received an array.',
      '`waitMs` must be a number of milliseconds greater than 0. Received 0.',
      '`label` must be a string. Received 5.',
      'Unknown option `windw`. Did you mean `window`?',
    ]],
    ['names the legacy option for one of this library', { name: 'x', recoveryTimeoutMs: 5, maxConcurrent: 2 }, [
      '`recoveryTimeoutMs` is an option of UnifiedCircuitConfig, not of Config. Use `recoveryTimeout`, in seconds.',
      '`maxConcurrent` is an option of UnifiedCircuitConfig, not of Config. '
        + 'Leave it out, or use UnifiedCircuitBreaker.',
    ]],
    ['names fromPythonConfig() for snake_case', { name: 'x', recovery_timeout: 3 }, [
      '`recovery_timeout` is spelled as in Python. Convert the object with `fromPythonConfig()` first.',
    ]],
    ['says what to do when an option was removed', { name: 'x', budget: 5 }, [
      '`budget` was removed. Count it yourself.',
    ]],
    ['says that a number is not an object', 5, [
      '`name` must be a string. Received undefined.', 'The options must be an object. Received 5.',
    ]],
  ])('%s', (_, given, problems) => {
    expect(problemsOf(given)).toEqual(problems);
  });
});

describe('fromPythonConfig', () => {
  it('converts names to camelCase, drops null, and keeps values and units', () => {
    const python = { name: 'x', failure_threshold: 3, recovery_timeout: 0.5, timeout_2_seconds: 1, a_b: null, aB: 3 };

    expect(fromPythonConfig(python))
      .toEqual({ name: 'x', failureThreshold: 3, recoveryTimeout: 0.5, timeout2Seconds: 1, aB: 3 });
    expect(new CircuitConfig(fromPythonConfig({ name: 'x', recovery_timeout: 30 })).recoveryTimeout).toBe(30);
  });

  it('leaves names in camelCase as they are', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}([A-Z][a-z]{1,6}){0,3}$/);
    const property = fc.property(fc.dictionary(name, fc.integer(), { noNullPrototype: true }), (config) => {
      expect(fromPythonConfig(config)).toEqual(config);
    });

    expect(() => fc.assert(property, { numRuns: runs(200) })).not.toThrow();
  });

  it.each<readonly [title: string, config: object | null, message: string]>([
    ['no object', null, '`fromPythonConfig()`: `config` must be an object. Received null.'],
    ['two spellings of one option', { wait_ms: 3, waitMs: 5 }, '`waitMs` is spelled `wait_ms` and `waitMs`. Keep one'],
  ])('rejects %s', (_, config, message) => {
    expect(() => fromPythonConfig(config as object)).toThrow(message);
  });
});
