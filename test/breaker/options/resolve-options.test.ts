import { describe, expect, it } from 'vitest';
import { resolveCallOptions, resolveConstruction } from '../../../src/breaker/options/resolve.ts';
import { systemClock } from '../../../src/index.ts';
import type { Classifier, UnifiedCircuitConfig } from '../../../src/index.ts';
import { problemsOfConfig } from '../../support/problems.ts';

const succeeding: Classifier = () => 'success';
const resolve = (config: Partial<UnifiedCircuitConfig> = {}) => resolveConstruction({ name: 'orders', ...config }, {}).options;

describe('the defaults', () => {
  it('are those of the design', () => {
    const { clock, random, ...options } = resolve();

    expect(options).toEqual({
      name: 'orders',
      mode: 'enforce',
      failureThreshold: 10,
      errorRateThreshold: 0.5,
      slowCallRateThreshold: null,
      slowCallThresholdMs: 5_000,
      minRequestsThreshold: 20,
      slidingWindowSize: 100,
      slidingWindowMs: null,
      slidingWindowBuckets: 10,
      recoveryTimeoutMs: 60_000,
      maxBackoffMs: 300_000,
      exponentialBackoff: true,
      jitter: 'equal',
      backoff: undefined,
      maxRetryAfterMs: 24 * 60 * 60 * 1_000,
      healthCheck: undefined,
      halfOpenMaxCalls: 3,
      successThreshold: 3,
      halfOpenMaxFailures: 0,
      halfOpenLeaseMs: null,
      detector: 'window',
      cusum: {},
      adaptiveThreshold: null,
      ramp: null,
      timeoutMs: 30_000,
      maxConcurrent: null,
      maxConcurrentCeiling: null,
      overload: false,
      maxAbandonedMs: null,
      ignoreErrors: undefined,
      countErrors: undefined,
      isFailure: undefined,
      classify: undefined,
      fallback: undefined,
      fallbackOn: ['rejected', 'bulkhead', 'timeout', 'failure'],
      trackLatency: true,
      captureStack: false,
      onInternalError: undefined,
      tags: undefined,
    });
    expect(clock).toBe(systemClock);
    expect(random).toBeTypeOf('function');
  });

  it('take undefined as not given', () => {
    const config = { timeoutMs: undefined, failureThreshold: undefined, slidingWindowSize: undefined, jitter: undefined, minRequestsThreshold: undefined, mode: undefined };

    expect(resolve(config)).toEqual(resolve());
  });

  it.each([
    [{ slidingWindowSize: 10 }, { minRequestsThreshold: 10, slidingWindowSize: 10 }],
    [{ slidingWindowSize: 20 }, { minRequestsThreshold: 20, slidingWindowSize: 20 }],
    [{ slidingWindowSize: 50 }, { minRequestsThreshold: 20, slidingWindowSize: 50 }],
    [{ minRequestsThreshold: 50 }, { minRequestsThreshold: 50, slidingWindowSize: 100 }],
    [{ minRequestsThreshold: 500 }, { minRequestsThreshold: 500, slidingWindowSize: 500 }],
    [{ slidingWindowSize: 30, minRequestsThreshold: 30 }, { minRequestsThreshold: 30, slidingWindowSize: 30 }],
    [{ slidingWindowMs: 10_000 }, { minRequestsThreshold: 20, slidingWindowMs: 10_000 }],
    [{ slidingWindowMs: 10_000, slidingWindowSize: 10 }, { minRequestsThreshold: 20 }],
    [{ recoveryTimeoutMs: 300_000 }, { maxBackoffMs: 300_000 }],
    [{ recoveryTimeoutMs: 600_000 }, { maxBackoffMs: 600_000 }],
    [{ recoveryTimeoutMs: 600_000, maxBackoffMs: 600_000 }, { maxBackoffMs: 600_000 }],
  ])('adapt to what is given: %o', (given, resolved) => {
    expect(resolve(given)).toMatchObject(resolved);
  });

  it.each([
    [true, 'equal'],
    [false, 'none'],
    ['none', 'none'],
    ['equal', 'equal'],
    ['proportional', 'proportional'],
    ['full', 'full'],
  ] as const)('read the jitter %s as %s', (jitter, resolved) => {
    expect(resolve({ jitter }).jitter).toBe(resolved);
  });

  it('of a health check are 30 and 5 seconds', () => {
    const check = () => true;

    expect(resolve({ healthCheck: { check } }).healthCheck).toEqual({ check, intervalMs: 30_000, timeoutMs: 5_000 });
  });

  it('do not replace null where null means off', () => {
    const options = resolve({ failureThreshold: null, slowCallRateThreshold: null, timeoutMs: null, maxConcurrent: null });

    expect(options).toMatchObject({ failureThreshold: null, errorRateThreshold: 0.5, slowCallRateThreshold: null, timeoutMs: null, maxConcurrent: null });
    expect(resolve({ errorRateThreshold: null })).toMatchObject({ errorRateThreshold: null, failureThreshold: 10 });
  });

  it('take an infinite timeout as none', () => {
    expect(resolve({ timeoutMs: Number.POSITIVE_INFINITY }).timeoutMs).toBeNull();
  });
});

describe('the resolved options', () => {
  it('are frozen, with everything in them that is a copy', () => {
    const options = resolve({ tags: { team: 'shop' }, ignoreErrors: ['ENOENT'], fallback: [1, 2], fallbackOn: ['failure'], healthCheck: { check: () => true } });

    const frozen = [options, options.tags, options.ignoreErrors, options.fallback, options.fallbackOn, options.healthCheck].map((part) => Object.isFrozen(part));

    expect(frozen).toEqual([true, true, true, true, true, true]);
  });

  it('do not follow later changes of what the caller passed', () => {
    const config = { name: 'orders', tags: { team: 'shop' }, ignoreErrors: ['ENOENT'], countErrors: [503], fallback: [1], fallbackOn: ['failure' as const] };
    const options = resolveConstruction(config, {}).options;

    config.tags.team = 'other';
    config.ignoreErrors.push('EPIPE');
    config.countErrors.push(504);
    config.fallback.push(2);
    config.fallbackOn.pop();

    expect(options).toMatchObject({ tags: { team: 'shop' }, ignoreErrors: ['ENOENT'], countErrors: [503], fallback: [1], fallbackOn: ['failure'] });
  });

  it('leave what the caller passed as it was', () => {
    const config = { name: 'orders', tags: { team: 'shop' }, ignoreErrors: ['ENOENT'], healthCheck: { check: () => true } };
    const before = structuredClone({ ...config, healthCheck: {} });

    resolveConstruction(config, {});

    expect({ ...config, healthCheck: {} }).toEqual(before);
    expect([Object.isFrozen(config), Object.isFrozen(config.tags), Object.isFrozen(config.ignoreErrors), Object.isFrozen(config.healthCheck)]).toEqual([false, false, false, false]);
  });
});

describe('contradictions', () => {
  const none = { failureThreshold: null, errorRateThreshold: null };

  it.each([
    [none, 'Expected one of `failureThreshold`, `errorRateThreshold` and `slowCallRateThreshold` to be on, got null for all: the circuit could never open'],
    [{ slidingWindowSize: 10, minRequestsThreshold: 11 }, 'Expected `minRequestsThreshold` to be at most `slidingWindowSize`, 10, got 11: the window could never hold enough'],
    [{ slowCallRateThreshold: 0.5, trackLatency: false }, 'Expected `trackLatency` to be true with `slowCallRateThreshold`, got false: no call could be found slow'],
    [{ recoveryTimeoutMs: 5_000, maxBackoffMs: 4_999 }, 'Expected `maxBackoffMs` to be at least `recoveryTimeoutMs`, 5000, got 4999'],
    [{ classify: succeeding, ignoreErrors: 'ENOENT' }, 'Expected either `classify` or `ignoreErrors`, `countErrors` and `isFailure`, got both'],
    [{ classify: succeeding, countErrors: 503 }, 'Expected either `classify` or `ignoreErrors`, `countErrors` and `isFailure`, got both'],
    [{ classify: succeeding, isFailure: () => true }, 'Expected either `classify` or `ignoreErrors`, `countErrors` and `isFailure`, got both'],
  ])('are refused: %o', (config, problem) => {
    expect(problemsOfConfig({ name: 'orders', ...config })).toEqual([problem]);
  });

  it.each([
    [{ ...none, slowCallRateThreshold: 0.5 }],
    [{ ...none, failureThreshold: 1 }],
    [{ ...none, errorRateThreshold: 1 }],
    [{ slidingWindowSize: 10, minRequestsThreshold: 10 }],
    [{ slidingWindowSize: 10, slidingWindowMs: 1_000, minRequestsThreshold: 11 }],
    [{ slowCallRateThreshold: null, trackLatency: false }],
    [{ recoveryTimeoutMs: 5_000, maxBackoffMs: 5_000 }],
    [{ recoveryTimeoutMs: Number.POSITIVE_INFINITY }],
    [{ failureThreshold: 50, minRequestsThreshold: 20 }],
    [{ failureThreshold: 500 }],
    [{ classify: succeeding, ignoreErrors: undefined }],
  ])('are not seen in what is only odd: %o', (config) => {
    expect(problemsOfConfig({ name: 'orders', ...config })).toEqual([]);
  });

  it('need no rule beside a trip policy', () => {
    expect(() => resolveConstruction({ name: 'orders', ...none }, { tripPolicy: { shouldTrip: () => null } })).not.toThrow();
  });

  it('are reported together with single problems', () => {
    const config = { name: 'orders', mode: 'on', recoveryTimeoutMs: 5_000, maxBackoffMs: 4_999, ...none };

    expect(problemsOfConfig(config)).toEqual([
      "Expected `mode` to be 'enforce' or 'observe' or 'off', got \"on\"",
      'Expected one of `failureThreshold`, `errorRateThreshold` and `slowCallRateThreshold` to be on, got null for all: the circuit could never open',
      'Expected `maxBackoffMs` to be at least `recoveryTimeoutMs`, 5000, got 4999',
    ]);
  });
});

describe('the options of one call', () => {
  it('are copied', () => {
    const { signal } = new AbortController();

    expect(resolveCallOptions({ signal, timeoutMs: 500, fallback: 'cached' }, 'orders')).toEqual({ signal, timeoutMs: 500, fallback: 'cached' });
  });

  it.each([
    [undefined, undefined],
    [null, null],
    [1, 1],
    [Number.POSITIVE_INFINITY, null],
  ])('read the timeout %s as %s', (timeoutMs, resolved) => {
    expect(resolveCallOptions({ timeoutMs }, 'orders').timeoutMs).toBe(resolved);
  });

  it('are refused with every problem', () => {
    const resolving = () => resolveCallOptions({ timeoutMs: 0, signal: 'stop', retries: 3 } as never, 'orders');

    expect(resolving).toThrow(
      'Circuit breaker "orders": Expected `signal` to be an AbortSignal, got "stop"; Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0; Unknown option `retries`',
    );
  });
});
