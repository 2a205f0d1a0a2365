import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';

/** Options to start a breaker from: everything but who it is and how it tells the time. */
export type Preset = Readonly<Omit<UnifiedCircuitConfig, 'name' | 'clock' | 'random'>>;

/** Where one number of a preset comes from. */
export interface NumberSource {
  /** The option. */
  readonly option: keyof Preset;
  /** The value in the preset; durations in milliseconds. */
  readonly value: number | boolean;
  /** What the earlier code base said, in its own words and units; empty where it said nothing. */
  readonly legacy: string;
  /** Why the preset says something else; empty where it does not. */
  readonly repair: string;
}

/** A preset, with the source of each of its numbers. */
export interface SourcedPreset {
  /** The preset itself. */
  readonly preset: Preset;
  /** The code that the numbers were taken from. */
  readonly origin: string;
  /** Its numbers, each with its source. */
  readonly numbers: readonly NumberSource[];
}

/** Seconds and counts, as the earlier code base had them. */
export interface LegacyNumbers {
  readonly failureThreshold: number;
  readonly recoverySeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold?: number;
  readonly halfOpenMaxCalls?: number;
  readonly window?: number;
  readonly errorRate?: number;
  readonly minimum?: number;
  readonly slowSeconds?: number;
  readonly maxBackoffSeconds?: number;
}

/** What its configuration class said where a preset said nothing. */
const USUAL = { successThreshold: 3, halfOpenMaxCalls: 3, window: 10, errorRate: 0.5, minimum: 3, slowSeconds: 5, maxBackoffSeconds: 300 };

const SHADOWED = 'with fewer calls the error rate opens the circuit before the threshold is reached';
const UNREACHABLE = 'in a smaller window the threshold could never be reached';

/** A preset in the words and units of this library, its faults repaired. */
export function presetFrom(origin: string, given: LegacyNumbers, judgement: Pick<Preset, 'countErrors' | 'ignoreErrors'> = {}, unmeasurable = ''): SourcedPreset {
  const legacy = { ...USUAL, ...given };
  const { failureThreshold: run } = legacy;
  const numbers: NumberSource[] = [
    same('failureThreshold', run, `failure_threshold = ${run}`),
    seconds('recoveryTimeoutMs', legacy.recoverySeconds, 'recovery_timeout'),
    seconds('timeoutMs', legacy.timeoutSeconds, 'timeout_seconds'),
    same('successThreshold', legacy.successThreshold, `success_threshold = ${legacy.successThreshold}`),
    same('halfOpenMaxCalls', legacy.halfOpenMaxCalls, `half_open_max_calls = ${legacy.halfOpenMaxCalls}`),
    atLeast('slidingWindowSize', legacy.window, run, 'sliding_window_size', UNREACHABLE),
    rateOf(legacy.errorRate, unmeasurable),
    atLeast('minRequestsThreshold', legacy.minimum, run, 'min_requests_threshold', SHADOWED),
    seconds('slowCallThresholdMs', legacy.slowSeconds, 'slow_call_threshold'),
    seconds('maxBackoffMs', legacy.maxBackoffSeconds, 'max_backoff_seconds'),
  ];
  const preset = Object.freeze({ ...Object.fromEntries(numbers.map(({ option, value }) => [option, value])), ...judgement }) as Preset;
  return Object.freeze({ preset, origin, numbers: Object.freeze(numbers) });
}

function same(option: keyof Preset, value: number, legacy: string, repair = ''): NumberSource {
  return Object.freeze({ option, value, legacy, repair });
}

function seconds(option: keyof Preset, value: number, name: string): NumberSource {
  return same(option, Math.round(value * 1_000), `${name} = ${value} s`);
}

function atLeast(option: keyof Preset, value: number, least: number, name: string, repair: string): NumberSource {
  return same(option, Math.max(value, least), `${name} = ${value}`, value < least ? repair : '');
}

/** A rate that a handful of calls cannot show is replaced by the usual one. */
function rateOf(rate: number, unmeasurable: string): NumberSource {
  return same('errorRateThreshold', unmeasurable === '' ? rate : USUAL.errorRate, `error_rate_threshold = ${rate}`, unmeasurable);
}
