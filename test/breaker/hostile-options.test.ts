import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError, UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

/** The problems that are found with options. */
function problemsWith(options: unknown): readonly string[] {
  try {
    new UnifiedCircuitBreaker(options as never);
  } catch (error) {
    if (error instanceof CircuitBreakerConfigError) return error.problems;
    throw error;
  }
  return [];
}

const RATE = 'a rate above 0, to 1';
const MS = 'milliseconds, 1 to Infinity';

describe('an option out of range or of the wrong type', () => {
  it.each([
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', 5n, true, {}, []].map((value) => ['failureThreshold', value, 'a whole number, 1 or more, or null']),
    ...[0, -0.1, 1.01, 50, Number.NaN, '0.5', true].map((value) => ['errorRateThreshold', value, `${RATE}, or null`]),
    ...[0, 1.01, 'all'].map((value) => ['slowCallRateThreshold', value, `${RATE}, or null`]),
    ...[0, 0.99, -1, Number.NaN, null, '5 s'].map((value) => ['slowCallThresholdMs', value, MS]),
    ...[0, 1.5, null, -3, Number.MAX_VALUE].map((value) => ['minRequestsThreshold', value, 'a whole number, 1 or more']),
    ...[0, 1_000_001, 1.5, null].map((value) => ['slidingWindowSize', value, 'a whole number, 1 to 1000000']),
    ...[0, null, Number.NaN].map((value) => ['slidingWindowMs', value, MS]),
    ...[0, 10_001, 2.5, null].map((value) => ['slidingWindowBuckets', value, 'a whole number, 1 to 10000']),
    ...[0, 0.5, null, Number.NaN, new Date(1), '60000'].map((value) => ['recoveryTimeoutMs', value, MS]),
    ...[0, null, '1h'].map((value) => ['maxBackoffMs', value, MS]),
    ...[null, 0, 'yes'].map((value) => ['exponentialBackoff', value, 'true or false']),
    ...[null, 0.5, 'FULL', ''].map((value) => ['jitter', value, "true or false or 'none' or 'equal' or 'proportional' or 'full'"]),
    ...[null, 1_000, 'exponential'].map((value) => ['backoff', value, 'a function']),
    ...[0, null, Number.NaN].map((value) => ['maxRetryAfterMs', value, MS]),
    ...[null, true, () => true, []].map((value) => ['healthCheck', value, 'an object']),
    ...[0, null, 2.5].map((value) => ['halfOpenMaxCalls', value, 'a whole number, 1 or more']),
    ...[0, null].map((value) => ['successThreshold', value, 'a whole number, 1 or more']),
    ...[-1, 0.5, null].map((value) => ['halfOpenMaxFailures', value, 'a whole number, 0 or more']),
    ...[0, null].map((value) => ['halfOpenLeaseMs', value, MS]),
    ...[0, -5, Number.NaN, false, '30s'].map((value) => ['timeoutMs', value, `${MS}, or null`]),
    ...[0, 1.5, Number.POSITIVE_INFINITY].map((value) => ['maxConcurrent', value, "a whole number, 1 or more, or 'adaptive', or null"]),
    ...[0, null].map((value) => ['maxAbandonedMs', value, MS]),
    ...[null, true, {}, [null], [Symbol('s')], [1.5]].map((value) => ['ignoreErrors', value, 'an error class, a name or code, a status, a predicate, or a list of these']),
    ...[null, [undefined]].map((value) => ['countErrors', value, 'an error class, a name or code, a status, a predicate, or a list of these']),
    ...[null, true, 'status >= 500'].map((value) => ['isFailure', value, 'a function']),
    ...[null, {}].map((value) => ['classify', value, 'a function']),
    ['fallback', [], 'a value, a function, or a list with at least one of these (for an empty list as the value, use `() => []`)'],
    ...[null, 'timeout', ['timeouts'], [1]].map((value) => ['fallbackOn', value, "a list of 'rejected', 'bulkhead', 'timeout', 'failure'"]),
    ...[null, 1].map((value) => ['trackLatency', value, 'true or false']),
    ...[null, 'no'].map((value) => ['captureStack', value, 'true or false']),
    ...[null, Date, { now: () => 0 }, { now: 1, wall: 1, after: 1 }].map((value) => ['clock', value, 'a clock with now(), wall() and after()']),
    ...[null, 0.5].map((value) => ['random', value, 'a function']),
    ...[null, 'console'].map((value) => ['onInternalError', value, 'a function']),
    ...[null, 'a=b', { a: 1 }, []].map((value) => ['tags', value, 'an object of strings']),
    ...[null, 0, 'Observe', 'disabled'].map((value) => ['mode', value, "'enforce' or 'observe' or 'off'"]),
    ...[null, 7, Symbol('s'), {}].map((value) => ['name', value, 'a string']),
  ] as [string, unknown, string][])('%s: %o is refused with its rule', (option, value, rule) => {
    const problems = problemsWith({ name: 'orders', [option]: value });

    expect(problems).toHaveLength(1);
    expect(problems[0]?.startsWith(`Expected \`${option}\` to be ${rule}`)).toBe(true);
    expect(problems[0]).toMatch(/, got .+$/);
  });

  it.each([
    ['orders-db', '"orders-db"'],
    [0.5, '0.5'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [7n, '7'],
    [Symbol('secret'), 'Symbol(secret)'],
    [{}, 'an object'],
    [[], 'an array'],
    [() => 1, 'a function'],
    [Promise.resolve(), 'a promise'],
  ])('says what arrived: %o', (value, shown) => {
    expect(problemsWith({ name: 'x', slidingWindowSize: value })).toEqual([
      `Expected \`slidingWindowSize\` to be a whole number, 1 to 1000000, got ${shown}`,
    ]);
  });

  it.each([[undefined], [null], ['orders'], [7], [Symbol('s')], [() => {}], [[]]])('refuses %o as the options themselves', (options) => {
    expect(problemsWith(options).join('; ')).toMatch(/Expected the options to be an object, got /);
  });

  it('needs a name', () => {
    expect(problemsWith({})).toEqual(['Expected `name` to be a string, got undefined']);
    expect(problemsWith({ name: '' })).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{ check: undefined }, ['Expected `healthCheck.check` to be a function, got undefined']],
    [{ check: 7, intervalMs: 0 }, ['Expected `healthCheck.check` to be a function, got 7', `Expected \`healthCheck.intervalMs\` to be ${MS}, got 0`]],
    [{ check: () => true, timeoutMs: '5s' }, [`Expected \`healthCheck.timeoutMs\` to be ${MS}, got "5s"`]],
    [{ check: () => true, interval: 5 }, ['Unknown option `healthCheck.interval`; did you mean `intervalMs`?']],
  ])('checks inside healthCheck: %o', (healthCheck, problems) => {
    expect(problemsWith({ name: 'x', healthCheck })).toEqual(problems);
  });
});

describe('an unknown option', () => {
  it.each([
    ['timeout', 'timeoutMs'],
    ['failuretreshold', 'failureThreshold'],
    ['recoveryTimeout', 'recoveryTimeoutMs'],
    ['slidingWindow', 'slidingWindowMs'],
    ['onInternalErrors', 'onInternalError'],
  ])('%s is refused with its nearest known name', (key, nearest) => {
    expect(problemsWith({ name: 'x', [key]: 1 })).toEqual([`Unknown option \`${key}\`; did you mean \`${nearest}\`?`]);
  });

  it.each([['zzzzzzzzzzzzzzzz'], ['__proto__'], ['constructor'], ['toString'], ['hasOwnProperty']])('%s is refused without a guess that nobody would make', (key) => {
    const options = JSON.parse(`{ "name": "x", ${JSON.stringify(key)}: { "mode": "off" } }`) as object;

    expect(problemsWith(options)[0]?.startsWith(`Unknown option \`${key}\``)).toBe(true);
    expect('mode' in {}).toBe(false);
  });
});

describe('options that contradict each other', () => {
  it.each<[object, RegExp]>([
    [{ failureThreshold: null, errorRateThreshold: null }, /^Expected one of `failureThreshold`, `errorRateThreshold` and `slowCallRateThreshold` to be on/],
    [{ minRequestsThreshold: 11, slidingWindowSize: 10 }, /^Expected `minRequestsThreshold` to be at most `slidingWindowSize`, 10, got 11/],
    [{ slowCallRateThreshold: 0.5, trackLatency: false }, /^Expected `trackLatency` to be true with `slowCallRateThreshold`, got false/],
    [{ recoveryTimeoutMs: 10, maxBackoffMs: 9 }, /^Expected `maxBackoffMs` to be at least `recoveryTimeoutMs`, 10, got 9/],
    [{ classify: () => 'success', isFailure: () => true }, /^Expected either `classify` or `ignoreErrors`, `countErrors` and `isFailure`, got both/],
    [{ classify: () => 'success', ignoreErrors: 'X' }, /got both/],
    [{ classify: () => 'success', countErrors: ['X'] }, /got both/],
  ])('are refused: %o', (options, problem) => {
    const problems = problemsWith({ name: 'x', ...options });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it.each([
    [{ minRequestsThreshold: 10, slidingWindowSize: 10 }],
    [{ minRequestsThreshold: 500 }],
    [{ minRequestsThreshold: 500, slidingWindowMs: 1_000, slidingWindowSize: 10 }],
    [{ slidingWindowSize: 5 }],
    [{ recoveryTimeoutMs: 10, maxBackoffMs: 10 }],
    [{ recoveryTimeoutMs: 900_000 }],
    [{ recoveryTimeoutMs: Number.POSITIVE_INFINITY }],
    [{ minRequestsThreshold: 2, failureThreshold: 50 }],
    [{ failureThreshold: null, errorRateThreshold: null, slowCallRateThreshold: 1 }],
    [{ classify: () => 'success' as const, isFailure: undefined, ignoreErrors: undefined }],
  ])('are accepted when they are only odd: %o', (options) => {
    expect(problemsWith({ name: 'x', ...options })).toEqual([]);
  });
});

describe('several problems', () => {
  it('are all in one error, which names the breaker', () => {
    const options = { name: 'orders', timeout: 1, failureThreshold: 0, errorRateThreshold: 50, mode: 'on', slowCallRateThreshold: 0.5, trackLatency: false };

    const error = (() => {
      try {
        return new UnifiedCircuitBreaker(options as never);
      } catch (thrown) {
        return thrown;
      }
    })();

    expect(error).toMatchObject({ name: 'CircuitBreakerConfigError', code: 'ERR_CIRCUIT_CONFIG', breakerName: 'orders' });
    const { problems, message } = error as CircuitBreakerConfigError;
    expect([...problems].toSorted()).toEqual([
      'Expected `failureThreshold` to be a whole number, 1 or more, or null, got 0',
      "Expected `mode` to be 'enforce' or 'observe' or 'off', got \"on\"",
      'Expected `trackLatency` to be true with `slowCallRateThreshold`, got false: no call could be found slow',
      `Expected \`errorRateThreshold\` to be ${RATE}, or null, got 50`,
      'Unknown option `timeout`; did you mean `timeoutMs`?',
    ].toSorted());
    for (const problem of problems) expect(message).toContain(problem);
  });

  it('leave no timer and no half-made breaker behind', () => {
    const clock = new FakeClock();

    expect(problemsWith({ name: 'x', clock, healthCheck: { check: () => true }, failureThreshold: 0 })).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });
});

describe('options that are hostile', () => {
  it.each([
    ['out of range', { name: 'x', failureThreshold: Number.NaN }],
    ['of the wrong type', { name: 'x', timeoutMs: '30s' }],
    ['not a mode', { name: 'x', mode: 'bogus' }],
  ])('are checked when they are inherited too: %s', (_title, prototype) => {
    expect(problemsWith(Object.create(prototype))).toHaveLength(1);
  });

  it('are read once each, so that what was checked is what is used', () => {
    const readings = [1_000, -5, Number.NaN];
    const options = { name: 'x', get timeoutMs() { return readings.shift() ?? Number.NaN; } };

    const breaker = new UnifiedCircuitBreaker(options);

    expect(breaker.getStatus().config.timeoutMs).toBe(1_000);
  });

  it('whose getter throws are refused in the same way as others', () => {
    const problems = problemsWith({ name: 'x', failureThreshold: 0, get timeoutMs() { throw new Error('getter'); } });

    expect(problems.join()).toContain('`failureThreshold`');
    expect(problems.join()).toContain('`timeoutMs`');
  });

  it('that are revoked proxies are refused in the same way as others', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    expect(problemsWith({ name: 'x', ignoreErrors: proxy, fallbackOn: proxy, tags: proxy, slidingWindowSize: proxy })).toHaveLength(4);
  });

  it('cannot be changed after the breaker was made', async () => {
    const ignoreErrors = ['Mine'];
    const fallbackOn: ('rejected' | 'failure')[] = ['failure'];
    const tags = { team: 'one' };
    const config = { name: 'x', clock: new FakeClock(), ignoreErrors, fallbackOn, fallback: ['spare'], tags, failureThreshold: 5 };
    const breaker = new UnifiedCircuitBreaker(config);

    ignoreErrors.push('Error');
    fallbackOn.length = 0;
    config.fallback.length = 0;
    tags.team = 'other';
    config.failureThreshold = 1;
    const served = await breaker.call(() => Promise.reject(new Error('no')));

    expect(served).toBe('spare');
    expect(breaker.getMetrics().failedCalls).toBe(1);
    expect(breaker.getStatus()).toMatchObject({ tags: { team: 'one' }, config: { failureThreshold: 5 } });
  });

  it('may be undefined, which means not given', () => {
    const keys = ['timeoutMs', 'mode', 'failureThreshold', 'classify', 'fallback', 'clock', 'healthCheck', 'tags', 'jitter', 'slidingWindowMs'];

    const breaker = new UnifiedCircuitBreaker({ name: 'x', ...Object.fromEntries(keys.map((key) => [key, undefined])) });

    expect(breaker.getStatus().config).toMatchObject({ timeoutMs: 30_000, mode: 'enforce', failureThreshold: 10, slidingWindowMs: null });
  });
});
