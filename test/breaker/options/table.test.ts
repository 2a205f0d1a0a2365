import { describe, expect, it } from 'vitest';
import {
  adaptiveConcurrency, circuitBreaker, cusum, UnifiedCircuitBreakerManager, withBreaker,
} from '../../../src/index.ts';
import type { UnifiedCircuitConfig } from '../../../src/index.ts';
import { http, llm } from '../../../src/profiles/index.ts';
import { problemsOf } from '../../support/calls.ts';
import { problemsOfConfig } from '../../support/problems.ts';

const infinite = Number.POSITIVE_INFINITY;
const aDuration = 'a number of milliseconds (1 or more)';
const aCount = 'a whole number (1 or more)';
const aRate = 'a fraction greater than 0 and at most 1';
const aBoolean = 'true or false';
const aFilter = 'an error class, a name or code, a status, a predicate, or a list of these';
const aLimit = 'a whole number (1 or more), a limiter such as adaptiveConcurrency({ ceiling: 100 }), or null';
const someFunction = () => 5;
const shouldTrip = () => null;

type Row = readonly [rule: string, accepted: readonly unknown[], rejected: readonly unknown[]];

/** Each option: its rule in words, what it accepts (edges), what it rejects (just beyond them). */
const OPTIONS: Readonly<Record<keyof UnifiedCircuitConfig, Row>> = {
  name: ['a string', ['', 'orders'], [undefined, null, 5, Symbol('s')]],
  mode: ["'enforce', 'observe' or 'off'", ['enforce', 'observe', 'off'], ['on', null]],
  failureThreshold: [`${aCount}, or null`, [1, 10], [0, -1, 1.5, '3', 5n, infinite, Number.NaN, true, {}, []]],
  burstMs: ['a whole number (0 or more)', [0, 1_000], [-1, 0.5, infinite, null, '1 s']],
  errorRateThreshold: [`${aRate}, or null`, [0.001, 1, null], [0, -0.1, 101, Number.NaN, '0.5', true]],
  slowCallRateThreshold: [`${aRate}, or null`, [0.001, 1, null], [0, 'all']],
  slowCallThresholdMs: [aDuration, [1, infinite], [0.99, 0, -1, Number.NaN, null, '5 s']],
  minRequestsThreshold: [aCount, [1, 100], [0, 2.5, null, 20n, Symbol('20'), Number.MAX_VALUE]],
  slidingWindowSize: ['a whole number (1 to 1000000)', [1, 1_000_000], [0, 1_000_001, 1.5, null]],
  slidingWindowMs: [aDuration, [1, infinite], [0, null]],
  slidingWindowBuckets: ['a whole number (1 to 10000)', [1, 10_000], [0, 10_001]],
  detector: ["'window' or a detector such as cusum()", ['window', cusum()], ['cusum', null, {}, someFunction]],
  adaptiveThreshold: ['true, false or an object', [true, false, {}, { floor: 1, ceiling: 10 }], [null, 1, 'on']],
  tripPolicy: [
    'a policy with shouldTrip(), or a function that returns one',
    [{ shouldTrip }, () => ({ shouldTrip })],
    [null, 7, {}, { shouldTrip: true }],
  ],
  recoveryTimeoutMs: [aDuration, [1, infinite], [0.999, -1, Number.NaN, '60000', new Date(1)]],
  maxBackoffMs: [aDuration, [60_000, infinite], [null, '1h']],
  exponentialBackoff: [aBoolean, [true, false], [0, null]],
  jitter: [
    "true, false, 'none', 'equal', 'proportional' or 'full'",
    [true, false, 'none', 'equal', 'proportional', 'full'],
    ['half', 'FULL', 0.5, null],
  ],
  backoff: ['a function', [someFunction], [1_000, null]],
  maxRetryAfterMs: [aDuration, [1, infinite], [0]],
  healthCheck: ['an object', [{ check: someFunction }], [true, null, someFunction, []]],
  halfOpenMaxCalls: [aCount, [1], [0]],
  successThreshold: [aCount, [1], [0]],
  halfOpenMaxFailures: ['a whole number (0 or more)', [0, 1], [-1, 0.5]],
  halfOpenLeaseMs: [aDuration, [1, infinite], [0, null]],
  timeoutMs: [`${aDuration}, or null`, [1, infinite, null], [0, -1, Number.NaN, false, '30s']],
  fallbackTimeoutMs: [`${aDuration}, or null`, [1, infinite, null], [0, -1, Number.NaN, false, '30s']],
  maxConcurrent: [aLimit, [1, null, adaptiveConcurrency({ ceiling: 5 })], [0, infinite, 'adaptive', {}]],
  maxAbandonedMs: [aDuration, [1, infinite], [0, null]],
  keepLastError: [aBoolean, [true, false], [0, null]],
  profile: [
    'one profile, such as http(), or null',
    [http(), llm(), { name: 'own', judge: someFunction }, null],
    [http, llm, [http(), llm()], {}, { judge: someFunction }, 'http', true],
  ],
  ignoreErrors: [aFilter, [TypeError, 'ENOENT', 404, someFunction, [], ['ENOENT', 404]], [null, 4.5, {}, ['E', null]]],
  countErrors: [
    `${aFilter} that is not empty`, [RangeError, 'ENOENT', 503, [someFunction]],
    [null, Number.NaN, [/x/], [Symbol('s')], []],
  ],
  isFailure: ['a function', [someFunction], [true, null]],
  classify: ['a function', [someFunction], ['failure', null]],
  fallback: [
    'a value, a function, or a list of these that is not empty',
    [0, null, false, someFunction, [1]],
    [[]],
  ],
  fallbackOn: [
    "a list of 'rejected', 'bulkhead', 'timeout', 'failure', 'result'",
    [[], ['rejected', 'bulkhead', 'timeout', 'failure', 'result']],
    ['failure', ['error'], null],
  ],
  trackLatency: [aBoolean, [true, false], [1]],
  captureStack: [aBoolean, [true, false], ['yes']],
  clock: [
    'a clock with now(), wall() and after()',
    [],
    [null, Date, { now: someFunction, wall: someFunction }, { now: 0, wall: someFunction, after: someFunction }],
  ],
  random: ['a function', [someFunction], [0.5]],
  onInternalError: ['a function', [someFunction], [console]],
  tags: ['an object of strings', [{}, { team: 'shop' }], [null, ['shop'], { team: 5 }, 'shop']],
  restore: ['a snapshot', [undefined], []],
};

const rows = Object.entries(OPTIONS);

function shown(value: unknown): string {
  if (typeof value === 'string') return `the string "${value}"`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** What to write instead of a value, for the few options that can tell. */
function hintFor(option: string, value: unknown): string {
  if (option === 'fallback') return ' To return an empty list, pass `() => []`.';
  if (option === 'healthCheck' && typeof value === 'function') return ' Pass `{ check: fn }`.';
  if (option === 'profile' && typeof value === 'function') return ' Call the function.';
  return '';
}

describe('each option', () => {
  it('is known', () => {
    const notGiven = Object.fromEntries(Object.keys(OPTIONS).map((option) => [option, undefined]));

    expect(problemsOfConfig({ ...notGiven, name: 'orders' })).toEqual([]);
  });

  it.each(rows)('%s accepts every good value', (option, [, accepted]) => {
    const config = { name: 'orders', maxBackoffMs: infinite };
    const problems = accepted.flatMap((value) => problemsOfConfig({ ...config, [option]: value }));

    expect(problems).toEqual([]);
  });

  it.each(rows)('%s rejects every bad value with its rule and the value', (option, [rule, , rejected]) => {
    const problems = rejected.map((value) => problemsOfConfig({ name: 'orders', [option]: value }));

    expect(problems).toEqual(
      rejected.map((value) => [`\`${option}\` must be ${rule}. Received ${shown(value)}.${hintFor(option, value)}`]),
    );
  });

  it.each([
    ['errorRateThreshold', 50, ' Did you mean 0.5?'],
    ['slowCallRateThreshold', 100, ' Did you mean 1?'],
    ['slowCallRateThreshold', 101, ''],
    ['errorRateThreshold', 0, ''],
  ])('%s hints at the fraction when it is %s, if that is a percentage', (option, value, hint) => {
    expect(problemsOfConfig({ name: 'orders', [option]: value })).toEqual([
      `\`${option}\` must be ${aRate}, or null. Received ${value}.${hint}`,
    ]);
  });

  it('shows a promise as one', () => {
    expect(problemsOfConfig({ name: 'orders', slidingWindowSize: Promise.resolve(5) })[0]).toContain(
      'Received a promise.',
    );
  });
});

describe('the object of options', () => {
  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 5, '5'],
    ['a string', 'orders', '"orders"'],
    ['a list', [], 'an array'],
    ['a function', someFunction, 'a function'],
  ])('is rejected when it is %s', (_what, config, received) => {
    expect(problemsOfConfig(config)).toEqual([`The options must be an object. Received ${received}.`]);
  });

  it('must hold a name, whatever else is wrong', () => {
    expect(problemsOfConfig({ timeoutMs: 0 })).toEqual([
      '`name` must be a string. Received undefined.',
      `\`timeoutMs\` must be ${aDuration}, or null. Received 0.`,
    ]);
  });

  it.each([
    ['failureTreshold', ' Did you mean `failureThreshold`?'],
    ['timeout', ' Did you mean `timeoutMs`?'],
    ['recoveryTimeout', ' Did you mean `recoveryTimeoutMs`?'],
    ['slidingWindow', ' Did you mean `slidingWindowMs`?'],
    ['resetTimeoutInMinutesAndSeconds', ''],
    ['__proto__', ''],
    ['hasOwnProperty', ''],
  ])('is rejected when it holds the unknown key %s', (key, hint) => {
    const options = JSON.parse(`{ "name": "orders", ${JSON.stringify(key)}: { "mode": "off" } }`) as object;

    expect(problemsOfConfig(options)).toEqual([`Unknown option \`${key}\`.${hint}`]);
    expect('mode' in {}).toBe(false);
  });

  it.each([
    ['ramp', true, 'It was removed. Leave it out.'],
    ['overload', true, 'It was removed. Use `maxConcurrent: adaptiveConcurrency({ ceiling: 100 })`.'],
    ['cusum', {}, 'It was removed. Pass `detector: cusum({ … })`.'],
    ['maxConcurrentCeiling', 9, 'It was removed. Pass `maxConcurrent: adaptiveConcurrency({ ceiling: 100 })`.'],
  ])('names %s as removed and says what to use', (key, value, advice) => {
    expect(problemsOfConfig({ name: 'orders', [key]: value })).toEqual([`Unknown option \`${key}\`. ${advice}`]);
  });

  it.each([
    ['errorThresholdPercentage', 'Use `errorRateThreshold`, a fraction: 50 becomes 0.5.'],
    ['failureRateThreshold', 'Use `errorRateThreshold`, a fraction: 50 becomes 0.5.'],
    ['volumeThreshold', 'Use `minRequestsThreshold`.'],
    ['rollingCountTimeout', 'Use `slidingWindowMs`.'],
    ['samplingDuration', 'Use `slidingWindowMs`.'],
    ['breakDuration', 'Use `recoveryTimeoutMs`.'],
    ['halfOpenAfter', 'Use `recoveryTimeoutMs`.'],
    ['resetTimeout', 'Use `recoveryTimeoutMs`.'],
    ['waitDurationInOpenState', 'Use `recoveryTimeoutMs`.'],
    ['capacity', 'Use `maxConcurrent`.'],
    ['errorFilter', 'Use `ignoreErrors`.'],
    ['retries', 'Use `retry()`.'],
    ['timeout', 'Did you mean `timeoutMs`?'],
  ])('says what to write instead of %s, an option of another library', (key, advice) => {
    const problem = `Unknown option \`${key}\`. ${advice}`;
    const manager = new UnifiedCircuitBreakerManager();
    const options = { [key]: 50 };

    expect(problemsOfConfig({ name: 'orders', ...options })).toEqual([problem]);
    const shared: readonly (() => unknown)[] = [
      () => new UnifiedCircuitBreakerManager(options as never),
      () => new UnifiedCircuitBreakerManager({ baseConfigs: { http: options as never } }),
      () => manager.addBaseConfig('http', options as never),
      () => manager.createCircuitBreaker('orders', options as never),
      () => manager.keyed('tenants', options as never),
      () => withBreaker(async () => 5, options as never),
      () => circuitBreaker(options as never),
    ];
    expect(shared.map(problemsOf)).toEqual(shared.map(() => [problem]));
  });

  it('is rejected with all problems in one error that names the breaker', () => {
    const problems = problemsOfConfig({ jiter: true, name: 'orders', timeoutMs: 0, mode: 'on', overload: true });

    expect(problems).toEqual([
      `\`timeoutMs\` must be ${aDuration}, or null. Received 0.`,
      "`mode` must be 'enforce', 'observe' or 'off'. Received the string \"on\".",
      'Unknown option `jiter`. Did you mean `jitter`?',
      'Unknown option `overload`. It was removed. Use `maxConcurrent: adaptiveConcurrency({ ceiling: 100 })`.',
    ]);
  });

  it.each([
    ['a value out of range', { failureThreshold: Number.NaN }],
    ['a value of the wrong type', { timeoutMs: '30s' }],
  ])('is checked when it inherits %s', (_what, prototype) => {
    expect(problemsOfConfig(Object.create({ name: 'orders', ...prototype }))).toHaveLength(1);
  });
});

describe('an option that is an object', () => {
  const ms = (option: string, received: string) => `\`${option}\` must be ${aDuration}. Received ${received}.`;
  const aCeiling = '`adaptiveThreshold.ceiling` must be a multiple from 1 to 10.';
  const noCheck = (received: string) => `\`healthCheck.check\` must be a function. Received ${received}.`;

  it.each<[string, object, string[]]>([
    ['no check', {}, [noCheck('undefined')]],
    ['a check that is undefined', { check: undefined }, [noCheck('undefined')]],
    ['a check that is no function', { check: 5 }, [noCheck('5')]],
    ['an interval only', { intervalMs: 0 }, [ms('healthCheck.intervalMs', '0'), noCheck('undefined')]],
    ['a bad interval', { check: someFunction, intervalMs: 0 }, [ms('healthCheck.intervalMs', '0')]],
    ['a bad timeout', { check: someFunction, timeoutMs: null }, [ms('healthCheck.timeoutMs', 'null')]],
    [
      'a misspelled key',
      { check: someFunction, intervalMS: 5 },
      ['Unknown option `healthCheck.intervalMS`. Did you mean `intervalMs`?'],
    ],
    ['the smallest values', { check: someFunction, intervalMs: 1, timeoutMs: infinite }, []],
    ['an undefined interval', { check: someFunction, intervalMs: undefined }, []],
  ])('is checked in depth when healthCheck has %s', (_what, healthCheck, problems) => {
    expect(problemsOfConfig({ name: 'orders', healthCheck })).toEqual(problems);
  });

  it.each<[string, object, string[]]>([
    ['a floor of 0', { floor: 0 }, [`\`adaptiveThreshold.floor\` must be ${aRate}. Received 0.`]],
    ['a ceiling below 1', { ceiling: 0.5 }, [`${aCeiling} Received 0.5.`]],
    ['a ceiling above 10', { ceiling: 11 }, [`${aCeiling} Received 11.`]],
    [
      'an unknown sensitivity',
      { sensitivity: 'high' },
      ["`adaptiveThreshold.sensitivity` must be 'absolute' or 'relative'. Received the string \"high\"."],
    ],
    ['a misspelled key', { flor: 1 }, ['Unknown option `adaptiveThreshold.flor`. Did you mean `floor`?']],
    ['the extreme values', { floor: 1, ceiling: 1, sensitivity: 'relative' }, []],
  ])('is checked in depth when adaptiveThreshold has %s', (_what, adaptiveThreshold, problems) => {
    expect(problemsOfConfig({ name: 'orders', adaptiveThreshold })).toEqual(problems);
  });
});
