import { parseSnapshot } from '../core/snapshot.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import type { TripPolicy } from '../trip/trip-policy.ts';
import { EXTRAS_RULES } from './extras.ts';
import type { BreakerExtras } from './extras.ts';
import { CALL_RULES, LARGEST_COUNT_WINDOW, readConfig } from './option-rules.ts';
import type { CallOptions, UnifiedCircuitConfig } from './options.ts';
import { assertNone, readOptions, requireOptions } from './require.ts';
import type { ReadOptions, Requirements } from './require.ts';
import { finiteOrNull, ResolvedOptions } from './resolved-options.ts';

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
