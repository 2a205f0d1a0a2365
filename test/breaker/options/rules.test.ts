import { describe, expect, it } from 'vitest';
import type { UnifiedCircuitConfig } from '../../../src/index.ts';
import { problemsOfConfig } from '../../support/problems.ts';

const aDuration = 'milliseconds, 1 to Infinity';
const aCount = 'a whole number, 1 or more';
const aRate = 'a rate above 0, to 1';
const aFilter = 'an error class, a name or code, a status, a predicate, or a list of these';
const infinite = Number.POSITIVE_INFINITY;
const someFunction = () => 5;

/** Each option: its rule in words, what it accepts (edges), what it refuses (just beyond them). */
const OPTIONS: Readonly<Record<keyof UnifiedCircuitConfig, readonly [rule: string, accepted: readonly unknown[], refused: readonly unknown[]]>> = {
  name: ['a string', ['', 'orders'], [undefined, null, 5]],
  mode: ["'enforce' or 'observe' or 'off'", ['enforce', 'observe', 'off'], ['on', null]],
  failureThreshold: [`${aCount}, or null`, [1, 10], [0, 1.5, '3', infinite]],
  errorRateThreshold: [`${aRate}, or null`, [0.001, 1, null], [0, 1.001, 50, '0.5']],
  slowCallRateThreshold: [`${aRate}, or null`, [0.001, 1, null], [0, 1.001]],
  slowCallThresholdMs: [aDuration, [1, infinite], [0.5, 0, null]],
  minRequestsThreshold: [aCount, [1, 100], [0, 2.5, null]],
  slidingWindowSize: ['a whole number, 1 to 1000000', [1, 1_000_000], [0, 1_000_001, null]],
  slidingWindowMs: [aDuration, [1, infinite], [0, null]],
  slidingWindowBuckets: ['a whole number, 1 to 10000', [1, 10_000], [0, 10_001]],
  detector: ["'window' or 'cusum'", ['window', 'cusum'], ['ewma', null]],
  cusum: ['an object', [{}, { tolerated: 0.2, callsPerFalseTrip: 2 }], [true, null]],
  adaptiveThreshold: ['true, false or an object', [true, false, {}, { floor: 1, ceiling: 10, sensitivity: 'relative' }], [null, 1, 'on']],
  recoveryTimeoutMs: [aDuration, [1, infinite], [0.999, -1, Number.NaN, '60000']],
  maxBackoffMs: [aDuration, [60_000, infinite], [null]],
  exponentialBackoff: ['true or false', [true, false], [0, null]],
  jitter: ["true or false or 'none' or 'equal' or 'proportional' or 'full'", [true, false, 'none', 'equal', 'proportional', 'full'], ['half', 0.5, null]],
  backoff: ['a function', [someFunction], [1_000, null]],
  maxRetryAfterMs: [aDuration, [1, infinite], [0]],
  healthCheck: ['an object', [{ check: someFunction }], [true, null, someFunction]],
  halfOpenMaxCalls: [aCount, [1], [0]],
  successThreshold: [aCount, [1], [0]],
  halfOpenMaxFailures: ['a whole number, 0 or more', [0, 1], [-1, 0.5]],
  halfOpenLeaseMs: [aDuration, [1, infinite], [0, null]],
  ramp: ['true, false or an object', [true, false, {}, { stages: [0.1, 0.9], successes: 1, stageMs: infinite }], [null, 0.25]],
  timeoutMs: [`${aDuration}, or null`, [1, infinite, null], [0, -1, Number.NaN]],
  maxConcurrent: ["a whole number, 1 or more, or 'adaptive', or null", [1, null], [0, infinite, 'learned']],
  maxConcurrentCeiling: [aCount, [1, 100], [0, infinite, null]],
  overload: ['true or false', [true, false], [{}, null]],
  maxAbandonedMs: [aDuration, [1, infinite], [0, null]],
  ignoreErrors: [aFilter, [TypeError, 'ENOENT', 404, someFunction, [], ['ENOENT', 404]], [null, 4.5, {}, ['ENOENT', null]]],
  countErrors: [aFilter, [RangeError, 'ENOENT', 503, [someFunction]], [null, Number.NaN, [/x/]]],
  isFailure: ['a function', [someFunction], [true, null]],
  classify: ['a function', [someFunction], ['failure', null]],
  fallback: ['a value, a function, or a list with at least one of these (for an empty list as the value, use `() => []`)', [0, null, false, someFunction, [1]], [[]]],
  fallbackOn: [
    "a list of 'rejected', 'bulkhead', 'timeout', 'failure', 'result'",
    [[], ['rejected', 'bulkhead', 'timeout', 'failure', 'result']],
    ['failure', ['error'], null],
  ],
  trackLatency: ['true or false', [true, false], [1]],
  captureStack: ['true or false', [true, false], ['yes']],
  clock: ['a clock with now(), wall() and after()', [], [null, Date, { now: someFunction, wall: someFunction }, { now: 0, wall: someFunction, after: someFunction }]],
  random: ['a function', [someFunction], [0.5]],
  onInternalError: ['a function', [someFunction], [console]],
  tags: ['an object of strings', [{}, { team: 'shop' }], [null, ['shop'], { team: 5 }, 'shop']],
};

const rows = Object.entries(OPTIONS);

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
};

describe('each option by itself', () => {
  it('is known', () => {
    const notGiven = Object.fromEntries(Object.keys(OPTIONS).map((option) => [option, undefined]));

    expect(problemsOfConfig({ ...notGiven, name: 'orders' })).toEqual([]);
  });

  it.each(rows)('accepts every good %s', (option, [, accepted]) => {
    const problems = accepted.flatMap((value) => problemsOfConfig({ name: 'orders', maxBackoffMs: infinite, [option]: value }));

    expect(problems).toEqual([]);
  });

  it.each(rows)('refuses every bad %s and says why', (option, [rule, , refused]) => {
    const problems = refused.map((value) => problemsOfConfig({ name: 'orders', [option]: value }));

    expect(problems).toEqual(refused.map((value) => [`Expected \`${option}\` to be ${rule}, got ${shown(value)}`]));
  });

  it.each([
    ['a bigint', 20n, '20'],
    ['a symbol', Symbol('twenty'), 'Symbol(twenty)'],
  ])('refuses %s where a number belongs', (_what, value, got) => {
    expect(problemsOfConfig({ name: 'orders', minRequestsThreshold: value })).toEqual([`Expected \`minRequestsThreshold\` to be ${aCount}, got ${got}`]);
  });
});

describe('the object of options', () => {
  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 5, '5'],
    ['a list', [], 'an array'],
    ['a function', someFunction, 'a function'],
  ])('is no %s', (_what, config, got) => {
    expect(problemsOfConfig(config)).toContain(`Expected the options to be an object, got ${got}`);
  });

  it('must hold a name, whatever else is wrong', () => {
    expect(problemsOfConfig({ timeoutMs: 0 })).toEqual(['Expected `name` to be a string, got undefined', 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0']);
  });

  it.each([
    ['failureTreshold', 'Unknown option `failureTreshold`; did you mean `failureThreshold`?'],
    ['recoveryTimeout', 'Unknown option `recoveryTimeout`; did you mean `recoveryTimeoutMs`?'],
    ['resetTimeoutInMinutesAndSeconds', 'Unknown option `resetTimeoutInMinutesAndSeconds`'],
  ])('holds no unknown key such as %s', (key, problem) => {
    expect(problemsOfConfig({ name: 'orders', [key]: 5 })).toEqual([problem]);
  });

  it('is refused with all problems in one error that names the breaker', () => {
    const problems = problemsOfConfig({ jiter: true, name: 'orders', timeoutMs: 0, mode: 'on' });

    expect(problems).toEqual([
      "Expected `mode` to be 'enforce' or 'observe' or 'off', got \"on\"",
      'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0',
      'Unknown option `jiter`; did you mean `jitter`?',
    ]);
  });
});

describe('the health check', () => {
  it.each([
    [{}, ['Expected `healthCheck.check` to be a function, got undefined']],
    [{ check: 5 }, ['Expected `healthCheck.check` to be a function, got 5']],
    [{ intervalMs: 0 }, ['Expected `healthCheck.intervalMs` to be milliseconds, 1 to Infinity, got 0', 'Expected `healthCheck.check` to be a function, got undefined']],
    [{ check: someFunction, intervalMs: 0 }, ['Expected `healthCheck.intervalMs` to be milliseconds, 1 to Infinity, got 0']],
    [{ check: someFunction, timeoutMs: null }, ['Expected `healthCheck.timeoutMs` to be milliseconds, 1 to Infinity, got null']],
    [{ check: someFunction, intervalMS: 5 }, ['Unknown option `healthCheck.intervalMS`; did you mean `intervalMs`?']],
    [{ check: someFunction, intervalMs: 1, timeoutMs: infinite }, []],
    [{ check: someFunction, intervalMs: undefined }, []],
  ])('is checked in depth: %o', (healthCheck, problems) => {
    expect(problemsOfConfig({ name: 'orders', healthCheck })).toEqual(problems);
  });
});
