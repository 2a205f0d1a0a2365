import { describe, expect, it } from 'vitest';
import { resolveCallOptions } from '../../../src/breaker/options/call-options.ts';
import { resolveConstruction } from '../../../src/breaker/options/resolve.ts';
import { adaptiveConcurrency, cusum, systemClock, UnifiedCircuitBreaker } from '../../../src/index.ts';
import type { Classifier, UnifiedCircuitConfig } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { problemsOf } from '../../support/calls.ts';
import { problemsOfConfig } from '../../support/problems.ts';

const infinite = Number.POSITIVE_INFINITY;
const succeeding: Classifier = () => 'success';
const noRules = { failureThreshold: null, errorRateThreshold: null };
const construction = (config: Partial<UnifiedCircuitConfig> = {}) => resolveConstruction({ name: 'orders', ...config });
const resolve = (config: Partial<UnifiedCircuitConfig> = {}) => construction(config).options;

describe('the defaults', () => {
  const bounds = { floor: 0.5, ceiling: 3, sensitivity: 'absolute' };

  it('are those of the design', () => {
    const { clock, random, ...options } = resolve();

    expect(options).toEqual({
      mode: 'enforce',
      failureThreshold: 10,
      burstMs: 1_000,
      errorRateThreshold: 0.5,
      slowCallRateThreshold: null,
      slowCallThresholdMs: 5_000,
      minRequestsThreshold: 20,
      slidingWindowSize: 100,
      slidingWindowMs: null,
      slidingWindowBuckets: 10,
      detector: 'window',
      adaptiveThreshold: null,
      tripPolicy: undefined,
      recoveryTimeoutMs: 1_000,
      maxBackoffMs: 5_000,
      exponentialBackoff: true,
      jitter: 'equal',
      backoff: undefined,
      maxRetryAfterMs: 24 * 60 * 60 * 1_000,
      healthCheck: undefined,
      halfOpenMaxCalls: 3,
      successThreshold: 3,
      halfOpenMaxFailures: 0,
      halfOpenLeaseMs: null,
      timeoutMs: 30_000,
      maxConcurrent: null,
      maxAbandonedMs: null,
      ignoreErrors: undefined,
      countErrors: undefined,
      isFailure: undefined,
      classify: undefined,
      profile: undefined,
      fallback: undefined,
      fallbackOn: ['rejected', 'bulkhead', 'timeout', 'failure'],
      fallbackTimeoutMs: null,
      keepLastError: false,
      trackLatency: true,
      captureStack: false,
      onInternalError: undefined,
    });
    expect(clock).toBe(systemClock);
    expect(random).toBeTypeOf('function');
  });

  it('apply when an option is undefined', () => {
    const options = ['timeoutMs', 'mode', 'failureThreshold', 'classify', 'healthCheck', 'tags', 'slidingWindowMs'];

    expect(resolve(Object.fromEntries(options.map((option) => [option, undefined])))).toEqual(resolve());
  });

  it.each<[string, Partial<UnifiedCircuitConfig>, object]>([
    ['a window below the minimum', { slidingWindowSize: 10 }, { minRequestsThreshold: 10, slidingWindowSize: 10 }],
    ['a window at the minimum', { slidingWindowSize: 20 }, { minRequestsThreshold: 20, slidingWindowSize: 20 }],
    ['a window above the minimum', { slidingWindowSize: 50 }, { minRequestsThreshold: 20, slidingWindowSize: 50 }],
    ['a minimum below the window', { minRequestsThreshold: 50 }, { minRequestsThreshold: 50, slidingWindowSize: 100 }],
    ['a minimum above the window', { minRequestsThreshold: 500 }, { slidingWindowSize: 500 }],
    ['a time window', { slidingWindowMs: 10_000, slidingWindowSize: 10 }, { minRequestsThreshold: 20 }],
    ['a short wait', { recoveryTimeoutMs: 10 }, { maxBackoffMs: 5_000 }],
    ['a long wait', { recoveryTimeoutMs: 60_000 }, { maxBackoffMs: 300_000 }],
    ['an infinite wait', { recoveryTimeoutMs: infinite }, { maxBackoffMs: infinite }],
    ['a cap below the wait', { maxBackoffMs: 500 }, { recoveryTimeoutMs: 500 }],
    ['a detector', { detector: cusum() }, { failureThreshold: null, errorRateThreshold: 0.5, burstMs: 1_000 }],
    ['a detector and failures', { detector: cusum(), failureThreshold: 4 }, { failureThreshold: 4 }],
    ['failures that are off', { failureThreshold: null }, { failureThreshold: null, errorRateThreshold: 0.5 }],
    ['a number of failures', { failureThreshold: 10 }, { burstMs: 0 }],
    ['no latency', { trackLatency: false }, { burstMs: 0 }],
    ['a number of failures and a burst', { failureThreshold: 10, burstMs: 5 }, { burstMs: 5 }],
    ['a policy', { tripPolicy: { shouldTrip: () => null } }, { burstMs: 0 }],
    ['a rate that is off', { errorRateThreshold: null }, { errorRateThreshold: null, failureThreshold: 10 }],
    ['a timeout that is off', { timeoutMs: null }, { timeoutMs: null }],
    ['an infinite timeout', { timeoutMs: infinite }, { timeoutMs: null }],
    ['adaptive thresholds', { adaptiveThreshold: true }, { adaptiveThreshold: { floor: 0.5, ceiling: 2 } }],
    ['no adaptive thresholds', { adaptiveThreshold: false }, { adaptiveThreshold: null }],
    ['one bound', { adaptiveThreshold: { ceiling: 3 } }, { adaptiveThreshold: bounds }],
    ['the jitter true', { jitter: true }, { jitter: 'equal' }],
    ['the jitter false', { jitter: false }, { jitter: 'none' }],
    ['a jitter by name', { jitter: 'full' }, { jitter: 'full' }],
  ])('adapt to %s', (_what, given, resolved) => {
    expect(resolve(given)).toMatchObject(resolved);
  });

  it('of a health check are 2 and 5 seconds', () => {
    const check = () => true;

    expect(resolve({ healthCheck: { check } }).healthCheck).toEqual({ check, intervalMs: 2_000, timeoutMs: 5_000 });
  });
});

describe('the resolved options', () => {
  it('are one frozen object when breakers are made one after the other with equal options', () => {
    const policy = { shouldTrip: () => null };
    const one = construction({ tags: { team: 'shop' }, timeoutMs: 500, tripPolicy: policy });
    const other = construction({ name: 'payments', tripPolicy: policy, timeoutMs: 500 });

    expect(other.options).toBe(one.options);
    expect(Object.isFrozen(one.options)).toBe(true);
    expect([one.name, one.tags, other.name, other.tags]).toEqual(['orders', { team: 'shop' }, 'payments', {}]);
  });

  it.each<[string, Partial<UnifiedCircuitConfig>]>([
    ['a number', { timeoutMs: 501 }],
    ['null in place of a number', { timeoutMs: null }],
    ['a function', { random: () => 0.5 }],
    ['a clock', { clock: new FakeClock() }],
    ['a limiter', { maxConcurrent: adaptiveConcurrency({ ceiling: 5 }) }],
  ])('are another object when %s differs', (_what, change) => {
    const options = resolve({ timeoutMs: 500 });

    expect(resolve({ timeoutMs: 500, ...change })).not.toBe(options);
    expect(options.timeoutMs).toBe(500);
  });

  it('are frozen, with every copy in them', () => {
    const { options, tags } = construction({
      tags: { team: 'shop' },
      ignoreErrors: ['ENOENT'],
      fallback: [1, 2],
      fallbackOn: ['failure'],
      healthCheck: { check: () => true },
      adaptiveThreshold: true,
    });
    const { ignoreErrors, fallback, fallbackOn, healthCheck, adaptiveThreshold } = options;

    const parts = [options, tags, ignoreErrors, fallback, fallbackOn, healthCheck, adaptiveThreshold];
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  it('do not follow later changes of what the caller passed', () => {
    const config = {
      name: 'orders',
      tags: { team: 'shop' },
      ignoreErrors: ['ENOENT'],
      countErrors: [503],
      fallback: [1],
      fallbackOn: ['failure' as const],
      failureThreshold: 5,
    };
    const { options, tags, name } = resolveConstruction(config);

    config.name = 'other';
    config.tags.team = 'other';
    config.ignoreErrors.push('EPIPE');
    config.countErrors.push(504);
    config.fallback.push(2);
    config.fallbackOn.pop();
    config.failureThreshold = 1;

    const expected = {
      ignoreErrors: ['ENOENT'], countErrors: [503], fallback: [1], fallbackOn: ['failure'], failureThreshold: 5,
    };
    expect([name, tags]).toEqual(['orders', { team: 'shop' }]);
    expect(options).toMatchObject(expected);
  });

  it('leave what the caller passed as it was', () => {
    const config = {
      name: 'orders', tags: { team: 'shop' }, ignoreErrors: ['ENOENT'], healthCheck: { check: () => true },
    };
    const before = structuredClone({ ...config, healthCheck: {} });
    resolveConstruction(config);

    expect({ ...config, healthCheck: {} }).toEqual(before);
    expect([config, config.tags, config.ignoreErrors, config.healthCheck].some((part) => Object.isFrozen(part))).toBe(
      false,
    );
  });

  it('hold the value that was checked when an option is a getter', () => {
    const readings = [1_000, -5, Number.NaN];
    const options = { name: 'x', get timeoutMs() { return readings.shift() ?? Number.NaN; } };

    expect(resolveConstruction(options).options.timeoutMs).toBe(1_000);
  });
});

describe('contradictions', () => {
  const noRule = 'One of `failureThreshold`, `errorRateThreshold` and `slowCallRateThreshold` must be on. '
    + 'With all three null, the circuit can never open.';

  it.each<[string, object, string]>([
    ['no rule is on', noRules, noRule],
    ['a detector has no rate', { detector: cusum(), errorRateThreshold: null }, noRule],
    [
      'a detector has no rate beside another rule',
      { detector: cusum(), errorRateThreshold: null, slowCallRateThreshold: 0.5 },
      '`errorRateThreshold` must be on with `detector`, which replaces only this rule.',
    ],
    [
      'a detector makes nothing',
      { detector: { reason: 'mine', create: () => undefined } },
      '`detector.create()` must return an object with add() and clear(). It returned undefined.',
    ],
    [
      'the window is smaller than the minimum',
      { slidingWindowSize: 10, minRequestsThreshold: 11 },
      '`minRequestsThreshold` must be at most `slidingWindowSize` (10). Received 11. '
        + 'The window can never hold that many calls.',
    ],
    [
      'the minimum is larger than any window',
      { minRequestsThreshold: 1_000_001 },
      '`minRequestsThreshold` must be at most 1000000, the largest window of calls. Received 1000001.',
    ],
    [
      'slow calls open the circuit without latency',
      { slowCallRateThreshold: 0.5, trackLatency: false },
      '`trackLatency` must be true with `slowCallRateThreshold`. No call can be slow without it.',
    ],
    [
      'concurrency is learned without latency',
      { maxConcurrent: adaptiveConcurrency({ ceiling: 9 }), trackLatency: false },
      '`trackLatency` must be true with `maxConcurrent`. The limit is learned from latency.',
    ],
    [
      'the cap is below the wait',
      { recoveryTimeoutMs: 5_000, maxBackoffMs: 4_999 },
      '`maxBackoffMs` must be at least `recoveryTimeoutMs` (5000). Received 4999.',
    ],
    [
      'a detector can never fire',
      { detector: cusum(), errorRateThreshold: 1 },
      '`errorRateThreshold` of cusum() must be greater than 0 and less than 1. Received 1.',
    ],
    [
      'a detector tolerates the threshold',
      { detector: cusum({ threshold: 0.6, tolerated: 0.5 }) },
      '`tolerated` must be greater than 0 and less than `errorRateThreshold` (0.5). Received 0.5.',
    ],
  ])('are rejected when %s', (_when, config, problem) => {
    expect(problemsOfConfig({ name: 'orders', ...config })).toEqual([problem]);
  });

  it.each<[string, object]>([
    ['only slow calls open the circuit', { ...noRules, slowCallRateThreshold: 0.5 }],
    ['only failures open the circuit', { ...noRules, failureThreshold: 1 }],
    ['only the rate opens the circuit', { ...noRules, errorRateThreshold: 1 }],
    ['a trip policy replaces the rules', { ...noRules, tripPolicy: { shouldTrip: () => null } }],
    ['the minimum fills the window', { slidingWindowSize: 10, minRequestsThreshold: 10 }],
    ['a time window is given with a size', { slidingWindowSize: 10, slidingWindowMs: 1_000, minRequestsThreshold: 11 }],
    ['latency is off and not needed', { slowCallRateThreshold: null, trackLatency: false, maxConcurrent: 5 }],
    ['the cap is the wait', { recoveryTimeoutMs: 5_000, maxBackoffMs: 5_000 }],
    ['the wait is infinite', { recoveryTimeoutMs: infinite }],
    ['more failures are needed than the minimum', { failureThreshold: 500, minRequestsThreshold: 20 }],
    ['classify meets filters, which decide what it leaves open',
      { classify: succeeding, ignoreErrors: 'ENOENT', countErrors: 503, isFailure: () => true }],
  ])('are not seen when %s', (_when, config) => {
    expect(problemsOfConfig({ name: 'orders', ...config })).toEqual([]);
  });

  it('are listed with single problems, in one error that names the breaker', () => {
    const config = { name: 'orders', mode: 'on', recoveryTimeoutMs: 5_000, maxBackoffMs: 4_999, ...noRules };
    const error = (() => {
      try {
        return new UnifiedCircuitBreaker(config as never);
      } catch (thrown) {
        return thrown as Error;
      }
    })() as Error;

    const problems = [
      "`mode` must be 'enforce', 'observe' or 'off'. Received the string \"on\".",
      noRule,
      '`maxBackoffMs` must be at least `recoveryTimeoutMs` (5000). Received 4999.',
    ];
    expect(error).toMatchObject(
      { name: 'CircuitBreakerConfigError', code: 'ERR_CIRCUIT_CONFIG', breakerName: 'orders', problems },
    );
    expect(error.message).toBe(`Circuit breaker "orders": ${problems.join(' ')}`);
  });

  it('leave no timer behind', () => {
    const clock = new FakeClock();

    const config = { name: 'x', clock, healthCheck: { check: () => true }, failureThreshold: 0 };
    expect(problemsOfConfig(config)).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });
});

describe('the options of one call', () => {
  const noTimeout = '`timeoutMs` must be a number of milliseconds (1 or more), or null. Received 0.';

  it.each([
    [undefined, undefined],
    [null, null],
    [1, 1],
    [infinite, null],
  ])('resolve the timeout %s to %s', (timeoutMs, resolved) => {
    expect(resolveCallOptions({ timeoutMs }, 'orders').timeoutMs).toBe(resolved);
  });

  it.each<[string, unknown, string[]]>([
    ['a timeout of 0', { timeoutMs: 0 }, [noTimeout]],
    ['an unknown key', { timeout: 5 }, ['Unknown option `timeout`. Did you mean `timeoutMs`?']],
    [
      'an empty list of fallbacks',
      { fallback: [] },
      [
        '`fallback` must be a value, a function, or a list of these that is not empty. Received an array. '
          + 'To return an empty list, pass `() => []`.',
      ],
    ],
    ['null', null, ['The options must be an object. Received null.']],
    ['a number', 7, ['The options must be an object. Received 7.']],
    [
      'several mistakes',
      { timeoutMs: 0, signal: 'stop', retries: 3 },
      [noTimeout, '`signal` must be an AbortSignal. Received the string "stop".', 'Unknown option `retries`.'],
    ],
  ])('are rejected when they are or hold %s', (_what, options, problems) => {
    expect(problemsOf(() => resolveCallOptions(options as never, 'orders'))).toEqual(problems);
  });
});
