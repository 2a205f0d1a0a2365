import type { Jitter } from '../../backoff/backoff.ts';
import type { Profile } from '../../core/judge.ts';
import { type CircuitSnapshot, parseSnapshot } from '../../core/snapshot.ts';
import { describe, hasMethods, safeGet } from '../../core/untrusted.ts';
import { anObject, assertNone, mustBe, readOptions } from '../../core/validation.ts';
import type { ReadOptions, Requirements } from '../../core/validation.ts';
import type { ThresholdBounds } from '../../trip/thresholds.ts';
import type { Detector } from '../../trip/trip-policy.ts';
import { modeInEffect } from './environment.ts';
import type { HealthCheckOptions, UnifiedCircuitConfig } from './options.ts';
import { LARGEST_COUNT_WINDOW, NESTED_OPTIONS, OPTION_HINTS, type OptionRow, OPTIONS } from './table.ts';

export type ResolvedHealthCheck = { [Key in keyof HealthCheckOptions]-?: Exclude<HealthCheckOptions[Key], undefined> };

type Optional =
  | 'backoff' | 'ignoreErrors' | 'countErrors' | 'isFailure' | 'classify' | 'fallback' | 'onInternalError'
  | 'tripPolicy';

/** Options whose resolved form differs from the given one. */
interface Resolved {
  readonly slowCallRateThreshold: number | null;
  readonly slidingWindowMs: number | null;
  readonly halfOpenLeaseMs: number | null;
  readonly maxAbandonedMs: number | null;
  readonly adaptiveThreshold: ThresholdBounds | null;
  readonly jitter: Jitter;
  readonly profile: Profile | undefined;
  readonly healthCheck: ResolvedHealthCheck | undefined;
}

/** Options of one breaker. The others are kept apart, so that many breakers can share them. */
type Own = 'name' | 'tags' | 'restore';

type Config = Omit<UnifiedCircuitConfig, keyof Resolved | Own>;

/** The options of a breaker with their defaults. */
export type ResolvedOptions = Resolved & {
  readonly [Option in keyof Config]-?: Option extends Optional ? Config[Option] : Exclude<Config[Option], undefined>;
};

/** The validated arguments of a breaker's constructor. */
export interface Construction {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly options: ResolvedOptions;
  /** The options as given, without the name and the snapshot. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly snapshot: CircuitSnapshot | undefined;
}

/** A valid snapshot, or its problems. Neither without the option `restore`. */
interface Restored {
  readonly snapshot?: CircuitSnapshot;
  readonly problems?: readonly string[];
}

/**
 * Validates a configuration and adds the defaults.
 * @param subject what the message is about, if it isn't a circuit breaker.
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function resolveConstruction(config: UnifiedCircuitConfig, subject?: string): Construction {
  const read = readConfig(config, OPTIONS);
  const { values, problems } = read;
  const resolved = resolveGiven(values);
  const { name = 'unnamed', tags, restore } = resolved as Partial<UnifiedCircuitConfig>;
  if (anObject.fits(config)) problems.unshift(...missing(read, 'name', 'name', OPTIONS.name.rule));
  for (const own of ['name', 'tags', 'restore']) delete resolved[own];
  const options = withDefaults(resolved as Partial<ResolvedOptions>);
  problems.push(...contradictions(options));
  const mayRestore = restore !== undefined && 'name' in values;
  const restored: Restored = mayRestore ? parseSnapshot(restore, { name, ...options }) : {};
  problems.push(...(restored.problems ?? []));
  assertNone(name, problems, subject);
  delete values['name'];
  delete values['restore'];
  return { name, tags: tags ?? {}, options, given: values, snapshot: restored.snapshot };
}

/** Reads options and the objects inside them. None is required. */
export function readConfig(config: unknown, rules: Requirements): ReadOptions {
  const { values, problems } = readOptions(config, rules, '', OPTION_HINTS);
  for (const [option, nested] of Object.entries(NESTED_OPTIONS)) {
    if (!anObject.fits(values[option])) continue;
    const inner = readOptions(values[option], nested, `${option}.`);
    problems.push(...inner.problems);
    if (option === 'healthCheck') problems.push(...missing(inner, 'check', 'healthCheck.check', 'a function'));
    values[option] = inner.values;
  }
  return { values, problems };
}

/** The problem of an option that is required, unless it is given or has a problem already. */
function missing({ values, problems }: ReadOptions, key: string, option: string, rule: string): string[] {
  const isKnown = key in values || problems.some((problem) => problem.startsWith(`\`${option}\``));
  return isKnown ? [] : [mustBe(option, rule, undefined)];
}

/** Given options in the form that the engine uses. Every name must be in the table. */
function resolveGiven(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const rows = OPTIONS as Readonly<Record<string, OptionRow>>;
  const resolved = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(values)) resolved[name] = rows[name]?.resolve(values[name] as never);
  return resolved;
}

function defaultOptions(): ResolvedOptions {
  const { name: _name, tags: _tags, restore: _restore, ...rows } = OPTIONS;
  const initials = Object.entries(rows).map(([option, { initial }]) => [option, initial]);
  return { ...Object.fromEntries(initials), mode: modeInEffect('enforce') } as unknown as ResolvedOptions;
}

/** The default cap, as a multiple of a first wait that is longer than the default one. */
const CAP_FACTOR = 5;

let defaults: ResolvedOptions | undefined;
let latest: ResolvedOptions | undefined;

/** Defaults adapt to the given options, so that they never cause a problem. */
function withDefaults(given: Partial<ResolvedOptions>): ResolvedOptions {
  defaults ??= defaultOptions();
  const options = { ...defaults, ...given } as { -readonly [Option in keyof ResolvedOptions]: ResolvedOptions[Option] };
  const { minRequestsThreshold, slidingWindowMs, slidingWindowSize, recoveryTimeoutMs, maxBackoffMs } = given;
  if (minRequestsThreshold === undefined && slidingWindowMs === undefined) {
    options.minRequestsThreshold = Math.min(options.minRequestsThreshold, options.slidingWindowSize);
  }
  if (slidingWindowSize === undefined) {
    options.slidingWindowSize = Math.max(options.slidingWindowSize, options.minRequestsThreshold);
  }
  if (given.slowCallThresholdMs === undefined && options.timeoutMs !== null) {
    options.slowCallThresholdMs = Math.min(options.slowCallThresholdMs, options.timeoutMs / 2);
  }
  if (given.failureThreshold === undefined && options.detector !== 'window') options.failureThreshold = null;
  const countsEach = given.failureThreshold !== undefined || given.tripPolicy !== undefined || !options.trackLatency;
  if (given.burstMs === undefined && countsEach) options.burstMs = 0;
  if (recoveryTimeoutMs === undefined && maxBackoffMs !== undefined) {
    options.recoveryTimeoutMs = Math.min(options.recoveryTimeoutMs, maxBackoffMs);
  }
  if (maxBackoffMs === undefined) {
    options.maxBackoffMs = Math.max(options.maxBackoffMs, CAP_FACTOR * options.recoveryTimeoutMs);
  }
  // Breakers that are created one after the other often have equal options. They share one object.
  if (latest === undefined || !isEqual(latest, options)) latest = Object.freeze(options);
  return latest;
}

function isEqual(one: ResolvedOptions, other: ResolvedOptions): boolean {
  for (const option in one) {
    if (one[option as keyof ResolvedOptions] !== other[option as keyof ResolvedOptions]) return false;
  }
  return true;
}

/** Options that are valid alone but not together: a rule that can never fire, or two answers to one question. */
function contradictions(options: ResolvedOptions): string[] {
  const { failureThreshold, errorRateThreshold, slowCallRateThreshold, tripPolicy, trackLatency, detector } = options;
  const { slidingWindowSize: size, minRequestsThreshold: minimum, recoveryTimeoutMs, maxBackoffMs } = options;
  const { slowCallThresholdMs, timeoutMs } = options;
  const isCountWindow = options.slidingWindowMs === null;
  const hasRule = failureThreshold !== null || errorRateThreshold !== null || slowCallRateThreshold !== null;
  return [
    tripPolicy === undefined && !hasRule
      && 'One of `failureThreshold`, `errorRateThreshold` and `slowCallRateThreshold` must be on. '
      + 'With all three null, the circuit can never open.',
    isCountWindow && minimum > size
      && `${mustBe('minRequestsThreshold', `at most \`slidingWindowSize\` (${size})`, minimum)} `
      + 'The window can never hold that many calls.',
    isCountWindow && size > LARGEST_COUNT_WINDOW
      && mustBe('minRequestsThreshold', `at most ${LARGEST_COUNT_WINDOW}, the largest window of calls`, minimum),
    !trackLatency && slowCallRateThreshold !== null
      && '`trackLatency` must be true with `slowCallRateThreshold`. No call can be slow without it.',
    (slowCallRateThreshold !== null || options.adaptiveThreshold !== null)
      && slowCallThresholdMs > (timeoutMs ?? Number.MAX_VALUE)
      && mustBe('slowCallThresholdMs', `finite and at most \`timeoutMs\` (${timeoutMs})`, slowCallThresholdMs),
    !trackLatency && anObject.fits(options.maxConcurrent)
      && '`trackLatency` must be true with `maxConcurrent`. The limit is learned from latency.',
    detector !== 'window' && errorRateThreshold !== null && problemWithDetector(detector, errorRateThreshold),
    detector !== 'window' && errorRateThreshold === null && hasRule
      && '`errorRateThreshold` must be on with `detector`, which replaces only this rule.',
    maxBackoffMs < recoveryTimeoutMs
      && mustBe('maxBackoffMs', `at least \`recoveryTimeoutMs\` (${recoveryTimeoutMs})`, maxBackoffMs),
  ].filter((problem) => typeof problem === 'string');
}

function problemWithDetector(detector: Detector, threshold: number): string | undefined {
  try {
    const rate: unknown = detector.create(threshold);
    if (hasMethods(rate, 'add', 'clear')) return undefined;
    return `\`detector.create()\` must return an object with add() and clear(). It returned ${describe(rate)}.`;
  } catch (error) {
    return String(safeGet(error, 'message'));
  }
}
