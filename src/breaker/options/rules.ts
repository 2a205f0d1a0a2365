import { JITTERS } from '../../backoff/jitter.ts';
import { peek } from '../../core/untrusted.ts';
import { aBoolean, aDuration, aFunction, anObject, aRate, aString, aWholeNumber, oneOf, orNull, readOptions } from '../../core/validation.ts';
import type { ReadOptions, Requirement, Requirements } from '../../core/validation.ts';
import type { CusumTuning } from '../../trip/cusum.ts';
import { FALLBACK_TRIGGERS } from './fallback.ts';
import type { AdaptiveOptions, BreakerExtras, CallOptions, ClosedOptions, HealthCheckOptions, RampOptions, StreamOptions, UnifiedCircuitConfig } from './options.ts';

/** More outcomes than this are no recent past, and much memory. */
export const LARGEST_COUNT_WINDOW = 1_000_000;

/** Where time comes from. */
export const aClock: Requirement = {
  rule: 'a clock with now(), wall() and after()',
  fits: (value) => anObject.fits(value) && ['now', 'wall', 'after'].every((method) => typeof (value as Record<string, unknown>)[method] === 'function'),
};

const isFilter = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'function' || (typeof value === 'number' && Number.isSafeInteger(value));

/** Which errors are meant. */
export const errorFilters: Requirement = {
  rule: 'an error class, a name or code, a status, a predicate, or a list of these',
  fits: (value) => (Array.isArray(value) ? value.every(isFilter) : isFilter(value)),
};

const fallbackTriggers: Requirement = {
  rule: "a list of 'rejected', 'bulkhead', 'timeout', 'failure', 'result'",
  fits: (value) => Array.isArray(value) && value.every((trigger) => (FALLBACK_TRIGGERS as readonly unknown[]).includes(trigger)),
};

const fallbacks: Requirement = {
  rule: 'a value, a function, or a list with at least one of these (for an empty list as the value, use `() => []`)',
  fits: (value) => !Array.isArray(value) || value.length > 0,
};

const stringLabels: Requirement = {
  rule: 'an object of strings',
  fits: (value) => anObject.fits(value) && Object.values(value as object).every((label) => typeof label === 'string'),
};

const aSwitchOrObject: Requirement = { rule: 'true, false or an object', fits: (value) => typeof value === 'boolean' || anObject.fits(value) };

const aConcurrency: Requirement = {
  rule: "a whole number, 1 or more, or 'adaptive', or null",
  fits: (value) => value === null || value === 'adaptive' || (Number.isSafeInteger(value) && (value as number) >= 1),
};

const stages: Requirement = {
  rule: 'a list of shares above 0 and below 1',
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every((share) => typeof share === 'number' && share > 0 && share < 1),
};

const within = (rule: string, least: number, most: number): Requirement => ({
  rule,
  fits: (value) => typeof value === 'number' && value >= least && value <= most,
});

/** The rules of the options that are objects themselves. */
const createNestedRules = (): Readonly<Record<string, Requirements>> => ({
  healthCheck: { check: aFunction, intervalMs: aDuration, timeoutMs: aDuration } satisfies Record<keyof HealthCheckOptions, Requirement>,
  cusum: { tolerated: aRate, callsPerFalseTrip: within('a number of calls, 2 or more', 2, Number.MAX_VALUE) } satisfies Record<keyof CusumTuning, Requirement>,
  adaptiveThreshold: {
    floor: aRate,
    ceiling: within('a multiple, 1 to 10', 1, 10),
    sensitivity: oneOf('absolute', 'relative'),
  } satisfies Record<keyof AdaptiveOptions, Requirement>,
  ramp: { stages, successes: aWholeNumber(1), stageMs: aDuration } satisfies Record<keyof RampOptions, Requirement>,
});

const NESTED_RULES = /* @__PURE__ */ createNestedRules();

/** The rules of when a closed circuit opens. */
const createClosedRules = (): Readonly<Record<keyof ClosedOptions, Requirement>> => ({
  failureThreshold: orNull(aWholeNumber(1)),
  errorRateThreshold: orNull(aRate),
  slowCallRateThreshold: orNull(aRate),
  slowCallThresholdMs: aDuration,
  minRequestsThreshold: aWholeNumber(1),
  slidingWindowSize: aWholeNumber(1, LARGEST_COUNT_WINDOW),
  slidingWindowMs: aDuration,
  slidingWindowBuckets: aWholeNumber(1, 10_000),
  detector: oneOf('window', 'cusum'),
  cusum: anObject,
  adaptiveThreshold: aSwitchOrObject,
});

/** The rule of each option by itself. */
const createOptionRules = (): Readonly<Record<keyof UnifiedCircuitConfig, Requirement>> => ({
  name: aString,
  mode: oneOf('enforce', 'observe', 'off'),
  ...createClosedRules(),
  recoveryTimeoutMs: aDuration,
  maxBackoffMs: aDuration,
  exponentialBackoff: aBoolean,
  jitter: oneOf(true, false, ...JITTERS),
  backoff: aFunction,
  maxRetryAfterMs: aDuration,
  healthCheck: anObject,
  halfOpenMaxCalls: aWholeNumber(1),
  successThreshold: aWholeNumber(1),
  halfOpenMaxFailures: aWholeNumber(0),
  halfOpenLeaseMs: aDuration,
  ramp: aSwitchOrObject,
  timeoutMs: orNull(aDuration),
  maxConcurrent: aConcurrency,
  maxConcurrentCeiling: aWholeNumber(1),
  overload: aBoolean,
  maxAbandonedMs: aDuration,
  ignoreErrors: errorFilters,
  countErrors: errorFilters,
  isFailure: aFunction,
  classify: aFunction,
  fallback: fallbacks,
  fallbackOn: fallbackTriggers,
  trackLatency: aBoolean,
  captureStack: aBoolean,
  clock: aClock,
  random: aFunction,
  onInternalError: aFunction,
  tags: stringLabels,
});

/** The rule of each option of a breaker. */
export const OPTION_RULES = /* @__PURE__ */ createOptionRules();

/** How a caller gives up. */
export const aSignal: Requirement = {
  rule: 'an AbortSignal',
  fits: (value) => typeof peek(value, 'aborted') === 'boolean' && ['addEventListener', 'removeEventListener'].every((method) => typeof peek(value, method) === 'function'),
};

const aTimeout: Requirement = /* @__PURE__ */ orNull(aDuration);

/** The rules of the options of one stream. */
export const STREAM_RULES: Readonly<Record<keyof StreamOptions, Requirement>> = { signal: aSignal, timeoutMs: aTimeout };

/** The rules of the options of one call. */
export const CALL_RULES: Readonly<Record<keyof CallOptions, Requirement>> = { signal: aSignal, timeoutMs: aTimeout, fallback: fallbacks };

/** The rules of the options of `trip()`. */
export const TRIP_RULES: Requirements = { reason: aString, forMs: aDuration };

/** The options of a breaker, read once, and every problem that they have one by one. */
export function readConfig(config: unknown): ReadOptions {
  const { values, problems } = readPartialConfig(config, OPTION_RULES);
  if (values['name'] === undefined && peek(config, 'name') === undefined) problems.unshift('Expected `name` to be a string, got undefined');
  return { values, problems };
}

/** The same for options of which none is required. */
export function readPartialConfig(config: unknown, rules: Requirements, prefix = ''): ReadOptions {
  const { values, problems } = readOptions(config, rules, prefix);
  const { healthCheck } = values;
  for (const [option, nested] of Object.entries(NESTED_RULES)) {
    if (typeof values[option] !== 'object') continue;
    const inner = readOptions(values[option], nested, `${prefix}${option}.`);
    problems.push(...inner.problems);
    values[option] = inner.values;
  }
  if (healthCheck !== undefined && peek(healthCheck, 'check') === undefined) problems.push(`Expected \`${prefix}healthCheck.check\` to be a function, got undefined`);
  return { values, problems };
}

/** The rules of the extras. */
export const EXTRAS_RULES: Readonly<Record<keyof BreakerExtras, Requirement>> = {
  restore: { rule: 'a snapshot', fits: () => true },
  tripPolicy: { rule: 'a policy with shouldTrip()', fits: (value) => typeof peek(value, 'shouldTrip') === 'function' },
};
