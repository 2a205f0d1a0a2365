import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { OPTION_RULES, readPartialConfig } from '../breaker/options/rules.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { peek, quietly } from '../core/untrusted.ts';
import { aBoolean, aDuration, aFunction, assertNone, aString, aWholeNumber, oneOf } from '../core/validation.ts';
import type { Requirement, Requirements } from '../core/validation.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** The options of a protected function: those of its breaker, and how the function is called through it. */
export interface FacadeOptions<Args extends unknown[] = never, Chain = undefined, Key = never> extends Omit<UnifiedCircuitConfig, 'name' | 'fallback'> {
  /** Equal names share a breaker. Default: a breaker of the function's own, listed under its name. */
  readonly name?: string | undefined;
  /** The base configuration of the manager to start from. Default: none. */
  readonly base?: string | undefined;
  /** A breaker to use as it is, instead of options for one. */
  readonly breaker?: UnifiedCircuitBreaker | undefined;
  /** Where the breaker is listed. Default: the manager of the process. */
  readonly manager?: UnifiedCircuitBreakerManager | undefined;
  /** Whether the function is synchronous and shall stay so: no timeout, and no fallback. Default false. */
  readonly sync?: boolean | undefined;
  /** Whether the function gives an async iterable, or a promise of one, that is to be streamed as one call; no fallback. Default: whether it is an async generator function. */
  readonly stream?: boolean | undefined;
  /** Puts the signal of the call into the arguments: `([url, init], signal) => [url, { ...init, signal }]`. Default: the function gets no signal. */
  readonly passSignal?: ((args: Args, signal: AbortSignal) => readonly [...Args]) | undefined;
  /** Finds the caller's own signal in the arguments: its abort ends the call, and is not taken for a failure. Default: none. */
  readonly signalOf?: ((...args: Args) => AbortSignal | null | undefined) | undefined;
  /** What a call gives when it is rejected or fails: a value, a function of the error and the arguments, or a list tried in order. Default: the error. */
  readonly fallback?: Chain | undefined;
  /** The key of a call: which tenant, host or model it is for. Each key has a breaker, in the group called `name`, which is required then. Default: one breaker. */
  readonly by?: ((...args: Args) => Key) | undefined;
  /** Keys that may have a breaker at once. Whole number, 1 to 1 000 000. Default 10 000. */
  readonly maxKeys?: number | undefined;
  /** A key unused for so long makes room. Milliseconds, 1 to Infinity. Default Infinity. */
  readonly idleMs?: number | undefined;
}

/** With a fallback. */
export interface Served<Chain> {
  /** What a call gives when it is rejected or fails. */
  readonly fallback: Chain;
  /** Not with a fallback: nothing can wait for it. */
  readonly sync?: false | undefined;
  /** Not with a fallback: what was handed out cannot be taken back. */
  readonly stream?: false | undefined;
}

/** A function that stays synchronous. */
export interface SyncWay {
  /** The function is synchronous and stays so. */
  readonly sync: true;
  /** Not with `sync`. */
  readonly stream?: false | undefined;
}

/** A function whose result is streamed. */
export interface StreamWay {
  /** What the function gives is streamed. */
  readonly stream: true;
  /** Not with `stream`. */
  readonly sync?: false | undefined;
}

/** Options, read once and told apart. */
export interface FacadePlan {
  readonly name: string | undefined;
  readonly breaker: UnifiedCircuitBreaker | undefined;
  readonly manager: UnifiedCircuitBreakerManager | undefined;
  readonly sync: boolean;
  readonly stream: boolean;
  readonly per: 'class' | 'instance';
  readonly passSignal: ((args: readonly unknown[], signal: AbortSignal) => readonly unknown[]) | undefined;
  readonly signalOf: ((...args: readonly unknown[]) => AbortSignal | null | undefined) | undefined;
  readonly fallback: unknown;
  readonly keys: { readonly by: (...args: readonly unknown[]) => unknown; readonly maxKeys: number | undefined; readonly idleMs: number | undefined } | undefined;
  /** What is left: the options of the breaker. */
  readonly config: Readonly<Record<string, unknown>>;
}

const aManager: Requirement = { rule: 'a manager', fits: (value) => typeof peek(value, 'createPrivateCircuitBreaker') === 'function' };

const aBreaker: Requirement = { rule: 'a breaker', fits: isBreaker };

const createFacadeRules = (): Requirements => ({
  ...OPTION_RULES,
  base: aString,
  breaker: aBreaker,
  manager: aManager,
  sync: aBoolean,
  stream: aBoolean,
  passSignal: aFunction,
  signalOf: aFunction,
  by: aFunction,
  maxKeys: aWholeNumber(1, 1_000_000),
  idleMs: aDuration,
});

/** The rules of the options of `withBreaker`. */
export const FACADE_RULES = /* @__PURE__ */ createFacadeRules();
/** The rules of the options of `circuitBreaker`. */
export const DECORATOR_RULES: Requirements = /* @__PURE__ */ (() => ({ ...FACADE_RULES, per: oneOf('class', 'instance') }))();

/**
 * The plan that options ask for.
 *
 * @param of what they are for, for the error.
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function planFacade(of: string, options: unknown, rules: Requirements): FacadePlan {
  const { values, problems } = readPartialConfig(options, rules);
  const { name, breaker, manager, sync = false, stream = false, per = 'class', passSignal, signalOf, fallback, by, maxKeys, idleMs, ...config } = values;
  if (by !== undefined && name === undefined) problems.push('Expected `name` with `by`: the group of keyed breakers needs one');
  if (by === undefined && (maxKeys !== undefined || idleMs !== undefined)) problems.push('Expected `by` with `maxKeys` or `idleMs`: they bound the keys that it gives');
  if (by !== undefined && per === 'instance') problems.push("Expected either `by` or `per: 'instance'`, got both");
  if (breaker !== undefined && (name !== undefined || manager !== undefined || by !== undefined || per === 'instance' || Object.keys(config).length > 0)) {
    problems.push('Expected either `breaker` or options for one, got both');
  }
  if (sync === true && (fallback !== undefined || passSignal !== undefined || signalOf !== undefined)) {
    problems.push('Expected neither `fallback`, `passSignal` nor `signalOf` with `sync`: nothing can wait for them');
  }
  assertNone((name as string | undefined) ?? of, problems);
  return { name, breaker, manager, sync, stream, per, passSignal, signalOf, fallback, keys: by === undefined ? undefined : { by, maxKeys, idleMs }, config } as FacadePlan;
}

/** The prototype of all async generator functions. */
const asyncGenerators: unknown = /* @__PURE__ */ Object.getPrototypeOf(async function* () {});

/**
 * The plan for one function.
 *
 * @throws CircuitBreakerConfigError when the function streams, and the options are for one that does not.
 */
export function planFor(fn: AnyFunction, plan: FacadePlan, of: string): FacadePlan {
  const stream = plan.stream || quietly(() => Object.getPrototypeOf(fn) as unknown) === asyncGenerators;
  if (stream && (plan.sync || plan.fallback !== undefined)) {
    assertNone(plan.name ?? of, ['Expected neither `fallback` nor `sync` for a stream: what was handed out cannot be taken back']);
  }
  return { ...plan, stream };
}

/** The wrapper of a function that streams is one too, for whoever wraps it again. */
export function asStream<Fn extends AnyFunction>(fn: Fn): Fn {
  return Object.setPrototypeOf(fn, asyncGenerators as object) as Fn;
}

/** Whether somebody gave a breaker, of this or another copy of the package. */
export function isBreaker(value: unknown): value is UnifiedCircuitBreaker {
  return ['call', 'callSync', 'stream', 'getStatus'].every((method) => typeof peek(value, method) === 'function');
}
