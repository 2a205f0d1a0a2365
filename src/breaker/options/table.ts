import { type Jitter, JITTERS } from '../../backoff/backoff.ts';
import { systemClock } from '../../core/clock.ts';
import { systemRandom } from '../../core/random.ts';
import { hasMethods, safeGet } from '../../core/untrusted.ts';
import {
  aBoolean, aDuration, aFunction, anObject, aRate, aString, aWholeNumber, copyOfObject, oneOf, type OptionHints,
  orNull, type Requirement, type Requirements,
} from '../../core/validation.ts';
import type { AdaptiveOptions } from './closed-options.ts';
import { modeInEffect } from './environment.ts';
import { DEFAULT_FALLBACK_ON, FALLBACK_TRIGGERS } from './fallback.ts';
import type { HealthCheckOptions } from './options.ts';

/** The largest window of calls. It takes 0.5 MB. */
export const LARGEST_COUNT_WINDOW = 1_000_000;

/**
 * `fixed`: can't be reconfigured. `hidden`: not in the status, because it isn't plain data. `uncompared`: new instances
 * are usual and equivalent, so they never conflict with an earlier configuration.
 */
export type OptionTrait = 'fixed' | 'hidden' | 'uncompared';

/** Everything about one option except its type and its documentation. */
export interface OptionRow<Trait extends OptionTrait = OptionTrait> extends Requirement {
  readonly initial: unknown;
  readonly traits: readonly Trait[];
  /** Turns a given value into the form that the engine uses. Copies what the caller could change later. */
  readonly resolve: (given: never) => unknown;
}

const HIDDEN = ['hidden'] as const;
const FIXED = ['fixed', 'hidden'] as const;
const SURROUNDING = ['fixed', 'hidden', 'uncompared'] as const;

/** Copies a list without its own methods. Its iterator could say something else each time. */
const copy = (value: unknown): unknown => {
  if (!Array.isArray(value)) return value;
  return Object.freeze(Array.from({ length: value.length }, (_, index) => value[index] as unknown));
};

function option<const Trait extends OptionTrait = never>(
  rule: Requirement, initial: unknown, traits: readonly Trait[] = [], resolve: OptionRow['resolve'] = (given) => given,
): OptionRow<Trait> {
  return { ...rule, initial, traits, resolve };
}

export const aClock: Requirement = {
  rule: 'a clock with now(), wall() and after()',
  fits: (value) => hasMethods(value, 'now', 'wall', 'after'),
};

const isFilter = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'function' || Number.isSafeInteger(value);

export const errorFilters: Requirement = {
  rule: 'an error class, a name or code, a status, a predicate, or a list of these',
  copy,
  fits: (value) => (Array.isArray(value) ? value.every(isFilter) : isFilter(value)),
};

const countedErrors: Requirement = {
  rule: 'an error class, a name or code, a status, a predicate, or a list of these that is not empty',
  copy,
  fits: (value) => errorFilters.fits(value) && (!Array.isArray(value) || value.length > 0),
};

const aProfile: Requirement = {
  rule: 'one profile, such as http()',
  fits: (value) => hasMethods(value, 'judge') && aString.fits(safeGet(value, 'name')),
  hint: (value) => (typeof value === 'function' ? 'Call the function.' : undefined),
};

const aHealthCheck: Requirement = {
  ...anObject,
  hint: (value) => (typeof value === 'function' ? 'Pass `{ check: fn }`.' : undefined),
};

const fallbackTriggers: Requirement = {
  rule: "a list of 'rejected', 'bulkhead', 'timeout', 'failure', 'result'",
  copy,
  fits: (value) => Array.isArray(value) && value.every((trigger) => FALLBACK_TRIGGERS.includes(trigger)),
};

export const fallbacks: Requirement = {
  rule: 'a value, a function, or a list of these that is not empty',
  copy,
  fits: (value) => !Array.isArray(value) || value.length > 0,
  hint: () => 'To return an empty list, pass `() => []`.',
};

export const labels: Requirement = {
  rule: 'an object of strings',
  copy: copyOfObject,
  fits: (value) => anObject.fits(value) && Object.values(value as object).every((label) => typeof label === 'string'),
};

const aConcurrency: Requirement = {
  rule: 'a whole number (1 or more), a limiter such as adaptiveConcurrency({ ceiling: 100 }), or null',
  fits: (value) => value === null || aWholeNumber(1).fits(value) || hasMethods(value, 'create'),
};

const aDetector: Requirement = {
  rule: "'window' or a detector such as cusum()",
  fits: (value) => value === 'window' || (hasMethods(value, 'create') && aString.fits(safeGet(value, 'reason'))),
};

const aTripPolicy: Requirement = {
  rule: 'a policy with shouldTrip(), or a function that returns one',
  fits: (value) => typeof value === 'function' || hasMethods(value, 'shouldTrip'),
};

const aSwitchOrObject: Requirement = {
  rule: 'true, false or an object',
  fits: (value) => typeof value === 'boolean' || anObject.fits(value),
};

const jitterOf = (jitter: boolean | Jitter): Jitter => (jitter === true ? 'equal' : jitter || 'none');
const healthCheckOf = ({ check, intervalMs = 2_000, timeoutMs = 5_000 }: HealthCheckOptions) =>
  Object.freeze({ check, intervalMs, timeoutMs });
const boundsOf = (given: boolean | AdaptiveOptions) => {
  if (given === false) return null;
  const { floor = 0.5, ceiling = 2, sensitivity = 'absolute' } = given === true ? {} : given;
  return Object.freeze({ floor, ceiling, sensitivity });
};

/** Infinite times count as none. */
export function finiteOrNull(ms: number | null): number | null {
  return ms === Infinity ? null : ms;
}

/** How a breaker measures, and what surrounds it. */
const createSurroundings = () => ({
  trackLatency: option(aBoolean, true),
  captureStack: option(aBoolean, false),
  clock: option(aClock, systemClock, SURROUNDING),
  random: option(aFunction, systemRandom, SURROUNDING),
  onInternalError: option(aFunction, undefined, SURROUNDING),
  keepLastError: option(aBoolean, false),
  tags: option(labels, undefined, HIDDEN),
  restore: option({ rule: 'a snapshot', fits: () => true }, undefined, SURROUNDING),
});

/** One row per option: its rule, default and traits. Everything else is derived from this table. */
const createOptions = () => ({
  name: option(aString, '', SURROUNDING),
  mode: option(oneOf('enforce', 'observe', 'off'), 'enforce', [], modeInEffect),
  failureThreshold: option(orNull(aWholeNumber(1)), 10),
  burstMs: option(aWholeNumber(0), 1_000),
  errorRateThreshold: option(orNull(aRate), 0.5),
  slowCallRateThreshold: option(orNull(aRate), null),
  slowCallThresholdMs: option(aDuration, 5_000),
  minRequestsThreshold: option(aWholeNumber(1), 20),
  slidingWindowSize: option(aWholeNumber(1, LARGEST_COUNT_WINDOW), 100),
  slidingWindowMs: option(aDuration, null),
  slidingWindowBuckets: option(aWholeNumber(1, 10_000), 10),
  detector: option(aDetector, 'window'),
  adaptiveThreshold: option(aSwitchOrObject, null, [], boundsOf),
  tripPolicy: option(aTripPolicy, undefined, HIDDEN),
  recoveryTimeoutMs: option(aDuration, 1_000),
  maxBackoffMs: option(aDuration, 5_000),
  exponentialBackoff: option(aBoolean, true),
  jitter: option(oneOf(true, false, ...JITTERS), 'equal', [], jitterOf),
  backoff: option(aFunction, undefined, HIDDEN),
  maxRetryAfterMs: option(aDuration, 86_400_000),
  healthCheck: option(aHealthCheck, undefined, FIXED, healthCheckOf),
  halfOpenMaxCalls: option(aWholeNumber(1), 3),
  successThreshold: option(aWholeNumber(1), 3),
  halfOpenMaxFailures: option(aWholeNumber(0), 0),
  halfOpenLeaseMs: option(aDuration, null),
  timeoutMs: option(orNull(aDuration), 30_000, [], finiteOrNull),
  maxConcurrent: option(aConcurrency, null),
  maxAbandonedMs: option(aDuration, null),
  ignoreErrors: option(errorFilters, undefined, FIXED),
  countErrors: option(countedErrors, undefined, FIXED),
  isFailure: option(aFunction, undefined, FIXED),
  classify: option(aFunction, undefined, FIXED),
  profile: option(orNull(aProfile), undefined, FIXED, (profile: unknown) => profile ?? undefined),
  fallback: option(fallbacks, undefined, HIDDEN),
  fallbackOn: option(fallbackTriggers, DEFAULT_FALLBACK_ON, HIDDEN),
  // Null follows the timeout of the call, infinity is no limit.
  fallbackTimeoutMs: option(orNull(aDuration), null, [], (ms: number | null) => ms ?? Infinity),
  ...createSurroundings(),
});

export const OPTIONS = /* @__PURE__ */ createOptions();

/** A policy may keep state, so breakers can't share one. */
const aTripPolicyFactory: Requirement = {
  rule: 'a function that makes a policy',
  fits: (value) => aFunction.fits(value),
  hint: () => "Several breakers can't share one policy. Write `() => policy`.",
};

/** The rules of options that several breakers share. */
export const SHARED_OPTIONS: Requirements = /* @__PURE__ */ (() => {
  const { name: _name, restore: _restore, ...shared } = OPTIONS;
  return { ...shared, tripPolicy: aTripPolicyFactory };
})();

type Table = ReturnType<typeof createOptions>;

export type OptionsWith<Trait extends OptionTrait> = {
  [Option in keyof Table]: Trait extends Table[Option]['traits'][number] ? Option : never;
}[keyof Table];

/** Whether an option has a trait. Options that aren't in the table have none. */
export function hasTrait(name: string, trait: OptionTrait): boolean {
  const row: OptionRow | undefined = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof Table] : undefined;
  return row?.traits.includes(trait) === true;
}

const aMultiple: Requirement = {
  rule: 'a multiple from 1 to 10',
  fits: (value) => typeof value === 'number' && value >= 1 && value <= 10,
};

/** The rule of each option of an object. */
export type Rules<Options> = Readonly<Record<keyof Options, Requirement>>;

/** The rules of the options that are objects themselves. */
export const NESTED_OPTIONS: Readonly<Record<string, Requirements>> = /* @__PURE__ */ (() => ({
  healthCheck: { check: aFunction, intervalMs: aDuration, timeoutMs: aDuration } satisfies Rules<HealthCheckOptions>,
  adaptiveThreshold: {
    floor: aRate, ceiling: aMultiple, sensitivity: oneOf('absolute', 'relative'),
  } satisfies Rules<AdaptiveOptions>,
}))();

/** Options of earlier versions, and of opossum, cockatiel, Resilience4j and Polly, and what to write instead. */
export const OPTION_HINTS: OptionHints = {
  ramp: 'It was removed. Leave it out.',
  overload: 'It was removed. Use `maxConcurrent: adaptiveConcurrency({ ceiling: 100 })`.',
  cusum: 'It was removed. Pass `detector: cusum({ … })`.',
  maxConcurrentCeiling: 'It was removed. Pass `maxConcurrent: adaptiveConcurrency({ ceiling: 100 })`.',
  errorThresholdPercentage: 'Use `errorRateThreshold`, a fraction: 50 becomes 0.5.',
  failureRateThreshold: 'Use `errorRateThreshold`, a fraction: 50 becomes 0.5.',
  volumeThreshold: 'Use `minRequestsThreshold`.',
  rollingCountTimeout: 'Use `slidingWindowMs`.',
  samplingDuration: 'Use `slidingWindowMs`.',
  breakDuration: 'Use `recoveryTimeoutMs`.',
  halfOpenAfter: 'Use `recoveryTimeoutMs`.',
  resetTimeout: 'Use `recoveryTimeoutMs`.',
  waitDurationInOpenState: 'Use `recoveryTimeoutMs`.',
  capacity: 'Use `maxConcurrent`.',
  errorFilter: 'Use `ignoreErrors`.',
  retries: 'Use `retry()`.',
};
