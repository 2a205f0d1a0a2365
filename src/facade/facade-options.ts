import type { SharedCircuitConfig } from '../breaker/options/options.ts';
import { readConfig } from '../breaker/options/resolve.ts';
import { OPTIONS } from '../breaker/options/table.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { safeGet } from '../core/untrusted.ts';
import { aBoolean, aFunction, assertNone, aString, oneOf } from '../core/validation.ts';
import type { Requirement, Requirements } from '../core/validation.ts';
import type { KeyedOptions } from '../manager/keyed/keyed-options.ts';
import { RULES } from '../manager/option-sources.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** The options of a protected function: those of its breaker, and how to call the function. */
export interface FacadeOptions<Args extends unknown[] = never, Chain = undefined, Key = never>
  extends Omit<SharedCircuitConfig, 'fallback'>, Pick<KeyedOptions<never>, 'maxKeys' | 'idleMs'> {
  /**
   * Name of the breaker. Functions with the same name share it. @defaultValue none: the function gets its own breaker,
   * which isn't registered
   */
  readonly name?: string | undefined;
  /** Name of the base configuration of the manager to start from. @defaultValue none */
  readonly base?: string | undefined;
  /** Uses this breaker. Can't be combined with options for a breaker. @defaultValue none */
  readonly breaker?: UnifiedCircuitBreaker | undefined;
  /**
   * The manager that registers the breaker and provides its defaults. @defaultValue the process-wide default manager
   */
  readonly manager?: UnifiedCircuitBreakerManager | undefined;
  /**
   * Adds the signal of the call to the arguments. Without it, a timeout rejects the call, but the work keeps running.
   * @defaultValue none
   * @example `([url, init], signal) => [url, { ...init, signal }]`
   */
  readonly passSignal?: ((args: Args, signal: AbortSignal) => readonly [...Args]) | undefined;
  /**
   * Returns the caller's own signal from the arguments. Its abort ends the call and doesn't count as a failure.
   * @defaultValue none
   * @example `(_url, init) => init?.signal`
   */
  readonly signalOf?: ((...args: Args) => AbortSignal | null | undefined) | undefined;
  /**
   * Provides the result if the call is rejected or fails: a value, a function of the error and the arguments, or a list
   * of these to try in order. @defaultValue none: the call throws
   * @example `[fromCache((id) => cache.get(id)), (error, id) => null]`
   */
  readonly fallback?: Chain | undefined;
  /**
   * Returns the key of a call, for example its tenant, host or model. Each key gets a breaker in the group `name`,
   * which is required. @defaultValue none: one breaker for all calls
   * @example `(tenant) => tenant`
   */
  readonly by?: ((...args: Args) => Key) | undefined;
}

/** Validated options. */
export interface FacadePlan extends Pick<FacadeOptions, 'name' | 'breaker' | 'manager' | 'maxKeys' | 'idleMs'> {
  readonly sync: boolean;
  readonly per: 'class' | 'instance';
  readonly passSignal: ((args: readonly unknown[], signal: AbortSignal) => readonly unknown[]) | undefined;
  readonly signalOf: ((...args: readonly unknown[]) => AbortSignal | null | undefined) | undefined;
  readonly fallback: unknown;
  readonly by: ((...args: readonly unknown[]) => unknown) | undefined;
  /** The options of the breaker, including `base`. */
  readonly config: Readonly<Record<string, unknown>>;
}

const aManager: Requirement = {
  rule: 'a manager',
  fits: (value) => typeof safeGet(value, 'createCircuitBreaker') === 'function',
};

const aBreaker: Requirement = { rule: 'a breaker', fits: isBreaker };

/** An option that another function replaces. */
const replacedBy = (instead: string): Requirement =>
  ({ rule: 'left out', fits: () => false, hint: () => `Use ${instead}.` });

/** The rules for the options of `withBreaker` and its variants. */
export const FACADE_RULES: Requirements = /* @__PURE__ */ (() => ({
  ...RULES.keyed,
  name: aString,
  breaker: aBreaker,
  manager: aManager,
  sync: replacedBy('`withBreakerSync()`'),
  stream: replacedBy('`withBreakerStream()`'),
  passSignal: aFunction,
  signalOf: aFunction,
}))();
/** The rules for the options of `circuitBreaker`. */
export const DECORATOR_RULES: Requirements = /* @__PURE__ */ (() => ({
  ...FACADE_RULES,
  breaker: {
    rule: 'a breaker, or a function that returns the breaker of an instance',
    fits: (value) => aFunction.fits(value) || isBreaker(value),
  },
  sync: aBoolean,
  stream: replacedBy('an async generator method'),
  per: oneOf('class', 'instance'),
}))();

/** What errors say about a function before it has a breaker. */
export interface FacadeTitle {
  /** The name of its breaker, if no option names it. */
  readonly name: string;
  /** Starts the message. */
  readonly title: string;
}

/** Reads and validates options, or takes a breaker. @throws CircuitBreakerConfigError that lists every problem. */
export function planFacade({ name, title }: FacadeTitle, breakerOrOptions: unknown, rules: Requirements): FacadePlan {
  const given = isBreaker(breakerOrOptions) ? { breaker: breakerOrOptions } : breakerOrOptions;
  const { values, problems } = readConfig(given, rules);
  const config = Object.fromEntries(Object.entries(values).filter(([option]) => isForBreaker(option)));
  const plan = { sync: false, per: 'class', ...values, config } as FacadePlan;
  problems.push(...contradictions(plan));
  assertNone(plan.name ?? name, problems, title);
  return plan;
}

/** The name and the fallback belong to the function. */
function isForBreaker(option: string): boolean {
  return option === 'base' || (Object.hasOwn(OPTIONS, option) && option !== 'name' && option !== 'fallback');
}

function contradictions({ name, breaker, manager, per, by, maxKeys, idleMs, config }: FacadePlan): string[] {
  const perInstance = per === 'instance';
  const hasOptions = [name, manager, by, ...Object.values(config)].some((option) => option !== undefined);
  const rules: readonly (readonly [broken: boolean, problem: string])[] = [
    [by !== undefined && name === undefined, '`by` needs `name`, the name of the group of keyed breakers.'],
    [by === undefined && (maxKeys ?? idleMs) !== undefined, '`maxKeys` and `idleMs` need `by`.'],
    [by !== undefined && perInstance, "`by` and `per: 'instance'` can't be combined."],
    [breaker !== undefined && (hasOptions || perInstance), "`breaker` and options for a breaker can't be combined."],
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}

/** Returns true for a breaker of this or another copy of the package. */
export function isBreaker(value: unknown): value is UnifiedCircuitBreaker {
  return ['call', 'callSync', 'stream', 'getStatus'].every((method) => typeof safeGet(value, method) === 'function');
}
