import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertValue, unifiedFrom } from '../../src/compat/convert.ts';
import { asConfig, legacyConfig } from '../../src/compat/legacy-config.ts';
import { readLegacy } from '../../src/compat/read-legacy.ts';
import type { LegacyOptions } from '../../src/compat/legacy-name.ts';
import { isCircuitBreakerConfigError, UnifiedCircuitBreaker } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { runs } from '../support/random.ts';

const TABLE = {
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
} as const satisfies LegacyOptions;

const Config = legacyConfig({ source: 'tests', name: 'Config' }, TABLE, { jitter: false });
const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (isCircuitBreakerConfigError(error)) return error.problems;
    throw error;
  }
  return [];
};

describe('a legacy configuration', () => {
  it('keeps legacy names, seconds and defaults, and is frozen', () => {
    const config = new Config({ name: 'orders', threshold: 7 });

    expect({ ...config }).toEqual({ name: 'orders', threshold: 7, recoveryTimeout: 30, window: 10, minimum: 3, rate: undefined, adaptive: false, expected: undefined, classes: undefined, waitMs: 250, label: undefined });
    expect(Object.isFrozen(config)).toBe(true);
    expect(config.constructor.name).toBe('Config');
  });

  it('becomes the words and units of this library: canonical numbers, its own, the given, what is fixed', () => {
    expect(new Config({ name: 'orders', recoveryTimeout: 1.5, rate: 0.7 }).toUnifiedConfig()).toEqual({
      ...presets.canonical,
      failureThreshold: 5,
      recoveryTimeoutMs: 1_500,
      errorRateThreshold: 0.7,
      slidingWindowSize: 10,
      minRequestsThreshold: 5,
      adaptiveThreshold: false,
      jitter: false,
    });
  });

  it('takes an empty list of names for all errors, as legacy code did', () => {
    expect('countErrors' in new Config({ name: 'orders', expected: [] }).toUnifiedConfig()).toBe(false);
    expect(new Config({ name: 'orders', expected: ['TypeError'] }).toUnifiedConfig().countErrors).toEqual(['TypeError', 'generic_error']);
  });

  it('is taken as it is, or made from plain options', () => {
    const config = new Config({ name: 'orders' });

    expect(asConfig(Config, config)).toBe(config);
    expect(asConfig(Config, { name: 'orders' }).toUnifiedConfig()).toEqual(config.toUnifiedConfig());
  });

  it.each([
    [{ threshold: 8 }, { failureThreshold: 8, minRequestsThreshold: 8, slidingWindowSize: 10 }],
    [{ threshold: 20 }, { failureThreshold: 20, minRequestsThreshold: 20, slidingWindowSize: 20 }],
    [{ threshold: 10, window: 4, minimum: 3 }, { failureThreshold: 10, minRequestsThreshold: 3, slidingWindowSize: 4 }],
    [{ window: 2 }, { failureThreshold: 5, minRequestsThreshold: 2, slidingWindowSize: 2 }],
    [{ minimum: 15 }, { failureThreshold: 5, minRequestsThreshold: 15, slidingWindowSize: 15 }],
  ])('%j: window and minimum that nobody gave follow the threshold', (given, expected) => {
    expect(new Config({ name: 'orders', ...given }).toUnifiedConfig()).toMatchObject(expected);
  });

  it('lets a wait above the longest wait stand: the longest grows with it', () => {
    expect(new Config({ name: 'orders', recoveryTimeout: 600 }).toUnifiedConfig()).toMatchObject({ recoveryTimeoutMs: 600_000, maxBackoffMs: 600_000 });
  });

  it('gives a breaker that can be made, whatever legal numbers it holds', () => {
    const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    const count = fc.integer({ min: 1, max: 1_000 });
    const given = fc.record({ threshold: count, recoveryTimeout: positive, window: count, minimum: count, rate: fc.double({ min: 0.01, max: 1, noNaN: true }), adaptive: fc.boolean() }, { requiredKeys: [] });
    fc.assert(
      fc.property(given, (options) => {
        fc.pre(options.window === undefined || options.minimum === undefined || options.minimum <= options.window);
        const { base: _, ...config } = new Config({ name: 'orders', ...options }).toUnifiedConfig();

        expect(() => new UnifiedCircuitBreaker({ ...config, name: 'orders' })).not.toThrow();
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('legacy options', () => {
  it('are refused with all their problems at once, and nothing is lost', () => {
    const given = Object.freeze({ threshold: 0, recoveryTimeout: -1, rate: 1.5, adaptive: 'yes', expected: [5], classes: [Array], waitMs: 0, label: 5, windw: 3 });

    expect(problemsOf(() => new Config(given as never))).toEqual([
      'Expected `name` to be a string, got undefined',
      'Expected `threshold` to be a whole number, 1 or more, got 0',
      'Expected `recoveryTimeout` to be seconds, above 0, got -1',
      'Expected `rate` to be a rate above 0, to 1, got 1.5',
      'Expected `adaptive` to be true or false, got "yes"',
      'Expected `expected` to be a list of names of errors, got an array',
      'Expected `classes` to be a list of error classes, got an array',
      'Expected `waitMs` to be milliseconds, above 0, got 0',
      'Expected `label` to be a string, got 5',
      'Unknown option `windw`; did you mean `window`?',
    ]);
  });

  it('are refused when options of this library are among them, with the own option named', () => {
    expect(problemsOf(() => new Config({ name: 'orders', recoveryTimeout: 3, recoveryTimeoutMs: 5, maxConcurrent: 2 } as never))).toEqual([
      '`recoveryTimeoutMs` is an option of UnifiedCircuitConfig and not of Config, whose own option is `recoveryTimeout` in seconds; give options of one kind',
      '`maxConcurrent` is an option of UnifiedCircuitConfig and not of Config; give options of one kind',
    ]);
  });

  it('are refused in snake_case, with the way out', () => {
    expect(problemsOf(() => new Config({ name: 'orders', recovery_timeout: 3 } as never))).toEqual([
      '`recovery_timeout` is spelled as in Python; pass the object through fromPythonConfig() first',
    ]);
  });

  it.each([undefined, null, 5, 'orders', []])('are refused when they are no object: %j', (given) => {
    expect(problemsOf(() => readLegacy('Config', TABLE, given))[0]).toMatch(/^Expected (the options|`name`) to be/);
  });

  it.each([
    ['seconds', 0.2, 200],
    ['seconds', 1.6, 1_600],
    ['seconds', 0.000_1, 1],
    ['seconds', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['milliseconds', 1.5, 1.5],
    ['count', 7, 7],
  ] as const)('%s: %d becomes %d', (kind, value, expected) => {
    expect(convertValue({ kind, to: null }, value)).toBe(expected);
  });

  it('that the legacy name keeps to itself do not reach the breaker', () => {
    const { held, explicit } = readLegacy('Config', TABLE, { name: 'orders', waitMs: 5, label: 'x' });

    expect(held).toMatchObject({ waitMs: 5, label: 'x' });
    expect(Object.keys(unifiedFrom(TABLE, held, explicit, {}))).not.toContain('waitMs');
  });
});
