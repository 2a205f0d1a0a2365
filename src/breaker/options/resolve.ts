import type { Backoff } from '../../backoff/backoff.ts';
import type { Jitter } from '../../backoff/jitter.ts';
import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import type { ErrorFilter } from '../../core/error-filter.ts';
import type { Classifier } from '../../core/judge.ts';
import { systemRandom } from '../../core/random.ts';
import type { Random } from '../../core/random.ts';
import type { InternalErrorHandler } from '../../core/reporter.ts';
import { parseSnapshot } from '../../core/snapshot.ts';
import type { CircuitSnapshot } from '../../core/snapshot.ts';
import { assertNone, readOptions, requireOptions } from '../../core/validation.ts';
import type { ReadOptions, Requirements } from '../../core/validation.ts';
import type { CusumTuning } from '../../trip/cusum.ts';
import type { ThresholdBounds } from '../../trip/thresholds.ts';
import type { TripPolicy } from '../../trip/trip-policy.ts';
import type { RampRules } from '../circuit/ramp.ts';
import { DEFAULT_FALLBACK_ON } from './fallback.ts';
import type { AnyFallback, FallbackTrigger } from './fallback.ts';
import type { AdaptiveOptions, BreakerExtras, CallOptions, CircuitMode, HealthCheckOptions, RampOptions, UnifiedCircuitConfig } from './options.ts';
import { CALL_RULES, EXTRAS_RULES, LARGEST_COUNT_WINDOW, readConfig } from './rules.ts';

/** A health check with nothing left open. */
export type ResolvedHealthCheck = Readonly<Required<{ [Key in keyof HealthCheckOptions]: Exclude<HealthCheckOptions[Key], undefined> }>>;

const DAY_MS = 86_400_000;
const NO_TUNING: CusumTuning = {};

/** The options of a breaker with nothing left open: the defaults, and what was given in their place. */
export class ResolvedOptions {
  readonly name: string = '';
  readonly mode: CircuitMode = 'enforce';
  readonly failureThreshold: number | null = 10;
  readonly errorRateThreshold: number | null = 0.5;
  readonly slowCallRateThreshold: number | null = null;
  readonly slowCallThresholdMs: number = 5_000;
  readonly minRequestsThreshold: number = 20;
  readonly slidingWindowSize: number = 100;
  readonly slidingWindowMs: number | null = null;
  readonly slidingWindowBuckets: number = 10;
  readonly detector: 'window' | 'cusum' = 'window';
  readonly cusum: CusumTuning = NO_TUNING;
  readonly adaptiveThreshold: ThresholdBounds | null = null;
  readonly recoveryTimeoutMs: number = 60_000;
  readonly maxBackoffMs: number = 300_000;
  readonly exponentialBackoff: boolean = true;
  readonly jitter: Jitter = 'equal';
  readonly backoff: Backoff | undefined = undefined;
  readonly maxRetryAfterMs: number = DAY_MS;
  readonly healthCheck: ResolvedHealthCheck | undefined = undefined;
  readonly halfOpenMaxCalls: number = 3;
  readonly successThreshold: number = 3;
  readonly halfOpenMaxFailures: number = 0;
  readonly halfOpenLeaseMs: number | null = null;
  readonly ramp: RampRules | null = null;
  readonly timeoutMs: number | null = 30_000;
  readonly maxConcurrent: number | 'adaptive' | null = null;
  readonly maxConcurrentCeiling: number | null = null;
  readonly overload: boolean = false;
  readonly maxAbandonedMs: number | null = null;
  readonly ignoreErrors: ErrorFilter | readonly ErrorFilter[] | undefined = undefined;
  readonly countErrors: ErrorFilter | readonly ErrorFilter[] | undefined = undefined;
  readonly isFailure: ((value: never) => boolean) | undefined = undefined;
  readonly classify: Classifier | undefined = undefined;
  readonly fallback: AnyFallback | undefined = undefined;
  readonly fallbackOn: readonly FallbackTrigger[] = DEFAULT_FALLBACK_ON;
  readonly trackLatency: boolean = true;
  readonly captureStack: boolean = false;
  readonly clock: Clock = systemClock;
  readonly random: Random = systemRandom;
  readonly onInternalError: InternalErrorHandler | undefined = undefined;
  readonly tags: Readonly<Record<string, string>> | undefined = undefined;

  /** @param values the options that were given, each of them valid. */
  constructor(values: Readonly<Record<string, unknown>>) {
    for (const [key, value] of Object.entries(values)) (this as Record<string, unknown>)[key] = resolved(key, value);
    const { slidingWindowMs, slidingWindowSize, minRequestsThreshold, recoveryTimeoutMs, maxBackoffMs } = values;
    // Defaults adapt to what was given, and never cause an error.
    if (minRequestsThreshold === undefined && slidingWindowMs === undefined) this.minRequestsThreshold = Math.min(this.minRequestsThreshold, this.slidingWindowSize);
    if (values['failureThreshold'] === undefined && this.detector === 'cusum') this.failureThreshold = null;
    if (slidingWindowSize === undefined) this.slidingWindowSize = Math.max(this.slidingWindowSize, this.minRequestsThreshold);
    if (recoveryTimeoutMs === undefined) this.recoveryTimeoutMs = Math.min(this.recoveryTimeoutMs, (maxBackoffMs as number | undefined) ?? Number.POSITIVE_INFINITY);
    if (maxBackoffMs === undefined) this.maxBackoffMs = Math.max(this.maxBackoffMs, this.recoveryTimeoutMs);
    Object.freeze(this);
  }
}

/** One given option in its resolved form. What belongs to the caller, who may change it later, is copied. */
export function resolved(key: string, value: unknown): unknown {
  if (key === 'jitter') return jitterOf(value as boolean | Jitter);
  if (key === 'timeoutMs') return finiteOrNull(value as number | null);
  if (key === 'healthCheck') return healthCheckOf(value as HealthCheckOptions);
  if (key === 'adaptiveThreshold') return switched(value, boundsOf);
  if (key === 'ramp') return switched(value, rampOf);
  if (key === 'cusum') return Object.freeze({ ...(value as CusumTuning) });
  if (key === 'tags') return Object.freeze({ ...(value as Readonly<Record<string, string>>) });
  return Array.isArray(value) ? Object.freeze([...(value as readonly unknown[])]) : value;
}

function jitterOf(jitter: boolean | Jitter): Jitter {
  if (jitter === true) return 'equal';
  return jitter === false ? 'none' : jitter;
}

function healthCheckOf({ check, intervalMs = 30_000, timeoutMs = 5_000 }: HealthCheckOptions): ResolvedHealthCheck {
  return Object.freeze({ check, intervalMs, timeoutMs });
}

/** An option that is a switch, or an object that sets more than the switch. */
function switched<T>(value: unknown, resolve: (options: never) => T): T | null {
  if (value === false) return null;
  return Object.freeze(resolve((value === true ? {} : value) as never));
}

function boundsOf({ floor = 0.5, ceiling = 2, sensitivity = 'absolute' }: AdaptiveOptions): ThresholdBounds {
  return { floor, ceiling, sensitivity };
}

function rampOf({ stages = [0.25, 0.5], successes = 10, stageMs = 1_000 }: RampOptions): RampRules {
  return { stages: Object.freeze([...stages]), successes, stageMs };
}

/** An infinite time is none. */
export function finiteOrNull(ms: number | null): number | null {
  return ms === Number.POSITIVE_INFINITY ? null : ms;
}

/** All that a breaker is made from, sound. */
export interface Construction {
  readonly options: ResolvedOptions;
  readonly tripPolicy: TripPolicy | undefined;
  readonly snapshot: CircuitSnapshot | undefined;
}

/**
 * The options with their defaults, and the extras.
 *
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function resolveConstruction(config: UnifiedCircuitConfig, extras: BreakerExtras): Construction {
  const { values, problems } = readConfig(config);
  const { values: extraValues, problems: extraProblems } = readOptions(extras, EXTRAS_RULES);
  const { tripPolicy, restore } = extraValues as BreakerExtras;
  const options = new ResolvedOptions(values);
  problems.push(...contradictions(options, values, tripPolicy !== undefined), ...extraProblems);
  const parsed = restore === undefined || values['name'] === undefined ? undefined : parseSnapshot(restore, options);
  if (parsed !== undefined && 'problems' in parsed) problems.push(...parsed.problems);
  assertNone((values['name'] as string | undefined) ?? 'unnamed', problems);
  return { options, tripPolicy, snapshot: parsed !== undefined && 'snapshot' in parsed ? parsed.snapshot : undefined };
}

/** Options that fit by themselves and not together: a rule that can never fire, or two answers to one question. */
function contradictions(options: ResolvedOptions, { classify, ignoreErrors, countErrors, isFailure }: ReadOptions['values'], ownTripPolicy: boolean): string[] {
  const problems: string[] = [];
  if (!ownTripPolicy && options.failureThreshold === null && options.errorRateThreshold === null && options.slowCallRateThreshold === null) {
    problems.push('Expected one of `failureThreshold`, `errorRateThreshold` and `slowCallRateThreshold` to be on, got null for all: the circuit could never open');
  }
  if (options.slidingWindowMs === null && options.minRequestsThreshold > options.slidingWindowSize) {
    problems.push(`Expected \`minRequestsThreshold\` to be at most \`slidingWindowSize\`, ${options.slidingWindowSize}, got ${options.minRequestsThreshold}: the window could never hold enough`);
  }
  if (options.slidingWindowMs === null && options.slidingWindowSize > LARGEST_COUNT_WINDOW) {
    problems.push(`Expected \`minRequestsThreshold\` to be at most ${LARGEST_COUNT_WINDOW}, the largest window of calls, got ${options.minRequestsThreshold}`);
  }
  if (options.slowCallRateThreshold !== null && !options.trackLatency) {
    problems.push('Expected `trackLatency` to be true with `slowCallRateThreshold`, got false: no call could be found slow');
  }
  if (options.detector === 'cusum' && options.errorRateThreshold === 1) {
    problems.push('Expected `errorRateThreshold` to be below 1 with `detector: \'cusum\'`, got 1: no error rate is above it');
  }
  if (options.cusum.tolerated !== undefined && options.errorRateThreshold !== null && options.cusum.tolerated >= options.errorRateThreshold) {
    problems.push(`Expected \`cusum.tolerated\` to be below \`errorRateThreshold\`, ${options.errorRateThreshold}, got ${options.cusum.tolerated}`);
  }
  if (options.maxConcurrent === 'adaptive' && options.maxConcurrentCeiling === null) {
    problems.push("Expected `maxConcurrentCeiling` to be a whole number, 1 or more, with `maxConcurrent: 'adaptive'`, got undefined: what is learned needs a bound");
  }
  if (options.maxConcurrent === 'adaptive' && !options.trackLatency) {
    problems.push("Expected `trackLatency` to be true with `maxConcurrent: 'adaptive'`, got false: the limit is learned from latency");
  }
  if (options.maxBackoffMs < options.recoveryTimeoutMs) {
    problems.push(`Expected \`maxBackoffMs\` to be at least \`recoveryTimeoutMs\`, ${options.recoveryTimeoutMs}, got ${options.maxBackoffMs}`);
  }
  if (classify !== undefined && (ignoreErrors !== undefined || countErrors !== undefined || isFailure !== undefined)) {
    problems.push('Expected either `classify` or `ignoreErrors`, `countErrors` and `isFailure`, got both');
  }
  return problems;
}

/** The options of one call, as the engine uses them. */
export interface ResolvedCallOptions {
  readonly signal: AbortSignal | undefined;
  /** `undefined`: the breaker's. */
  readonly timeoutMs: number | null | undefined;
  readonly fallback: unknown;
}

/**
 * The options of one call or stream, checked.
 *
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function resolveCallOptions(options: CallOptions, name: string, rules: Requirements = CALL_RULES): ResolvedCallOptions {
  const { signal, timeoutMs, fallback } = requireOptions(name, options, rules) as CallOptions;
  return { signal, timeoutMs: timeoutMs === undefined ? undefined : finiteOrNull(timeoutMs), fallback };
}
