import { JITTERS } from '../backoff/jitter.ts';
import { peek } from '../core/error-codes.ts';
import { FALLBACK_TRIGGERS } from './fallback.ts';
import type { CallOptions, HealthCheckOptions, StreamOptions, UnifiedCircuitConfig } from './options.ts';
import { aBoolean, aDuration, aFunction, anObject, aRate, aString, aWholeNumber, oneOf, orNull, readOptions } from './require.ts';
import type { ReadOptions, Requirement, Requirements } from './require.ts';

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

const HEALTH_CHECK: Readonly<Record<keyof HealthCheckOptions, Requirement>> = { check: aFunction, intervalMs: aDuration, timeoutMs: aDuration };

/** The rule of each option by itself. */
const createOptionRules = (): Readonly<Record<keyof UnifiedCircuitConfig, Requirement>> => ({
  name: aString,
  mode: oneOf('enforce', 'observe', 'off'),
  failureThreshold: orNull(aWholeNumber(1)),
  errorRateThreshold: orNull(aRate),
  slowCallRateThreshold: orNull(aRate),
  slowCallThresholdMs: aDuration,
  minRequestsThreshold: aWholeNumber(1),
  slidingWindowSize: aWholeNumber(1, LARGEST_COUNT_WINDOW),
  slidingWindowMs: aDuration,
  slidingWindowBuckets: aWholeNumber(1, 10_000),
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
  timeoutMs: orNull(aDuration),
  maxConcurrent: orNull(aWholeNumber(1)),
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
  if (values['healthCheck'] === undefined) return { values, problems };
  const healthCheck = readOptions(values['healthCheck'], HEALTH_CHECK, `${prefix}healthCheck.`);
  problems.push(...healthCheck.problems);
  if (peek(values['healthCheck'], 'check') === undefined) problems.push(`Expected \`${prefix}healthCheck.check\` to be a function, got undefined`);
  values['healthCheck'] = healthCheck.values;
  return { values, problems };
}
