import type { CallContext } from '../breaker/call/signal.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { copyFunctionProperties } from '../core/copy-function.ts';
import { describe } from '../core/untrusted.ts';
import { assertNone } from '../core/validation.ts';
import type { BreakerSource } from './breaker-source.ts';
import { CallbackWatch } from './callback-watch.ts';
import type { AnyFunction, FacadePlan, FacadeTitle } from './facade-options.ts';
import { boundFallbacks } from './fallback-chain.ts';

/** How a function is called: `call` returns a promise, `callSync` a value, `stream` an async generator. */
export type CallKind = 'call' | 'callSync' | 'stream';

type Body = (this: unknown, ...args: unknown[]) => unknown;

/** The prototype of all async generator functions. */
const asyncGenerators = /* @__PURE__ */ Object.getPrototypeOf(async function* () {}) as object;
/** The prototype of all other generator functions. */
const generators = /* @__PURE__ */ Object.getPrototypeOf(function* () {}) as object;

/** Returns true for an async generator function, and for a wrapper of one. */
export function isAsyncGenerator(fn: AnyFunction): boolean {
  return Object.getPrototypeOf(fn) === asyncGenerators;
}

/**
 * Checks the function. A generator runs after its function has returned, so its errors would not be seen.
 * @param advice how to stream the items of an async generator.
 * @throws TypeError if it is a generator function that this kind of call can't run.
 */
export function assertNoGenerator(fn: AnyFunction, kind: CallKind, title: string, advice: string): void {
  if (kind !== 'stream' && isAsyncGenerator(fn)) {
    throw new TypeError(`${title} received an async generator function. ${advice}`);
  }
  if (Object.getPrototypeOf(fn) === generators) {
    throw new TypeError(`${title} received a generator function. Make it an async generator. ${advice}`.trimEnd());
  }
}

/** The options that a kind of call can't use, and why. */
const UNUSABLE: Readonly<Record<CallKind, readonly [options: readonly (keyof FacadePlan)[], reason: string]>> = {
  call: [[], ''],
  callSync: [['fallback', 'passSignal', 'signalOf'], "for a synchronous function, because it can't wait"],
  stream: [['fallback'], 'for a stream, because its items are already delivered'],
};

/** Checks the options. @throws CircuitBreakerConfigError if this kind of call can't use one of them. */
export function assertUsable({ name, title }: FacadeTitle, kind: CallKind, plan: FacadePlan): void {
  const [options, reason] = UNUSABLE[kind];
  const unusable = options.filter((option) => plan[option] !== undefined);
  const problems = unusable.map((option) => `\`${option}\` can't be used ${reason}.`);
  assertNone(plan.name ?? name, problems, title);
}

/** Returns the function with its calls going through a breaker. */
export function protect(fn: AnyFunction, kind: CallKind, plan: FacadePlan, source: BreakerSource): AnyFunction {
  const wrapper = copyFunctionProperties(bodyOf(fn as Body, kind, plan, source), fn);
  return kind === 'stream' ? (Object.setPrototypeOf(wrapper, asyncGenerators) as AnyFunction) : wrapper;
}

function bodyOf(fn: Body, kind: CallKind, plan: FacadePlan, source: BreakerSource): Body {
  const { passSignal, signalOf, fallback } = plan;
  const watch = new CallbackWatch(fn);
  if (kind === 'callSync') {
    return function (this: unknown, ...given) {
      return source.of(this, given).callSync(() => Reflect.apply(fn, this, given));
    };
  }
  const run = (self: unknown, given: readonly unknown[], { signal }: CallContext): unknown =>
    Reflect.apply(fn, self, passSignal === undefined ? given : listOf(passSignal(given, signal)));
  if (kind === 'stream') {
    return function (this: unknown, ...given) {
      const options = { signal: signalOf?.(...given) ?? undefined };
      return source.of(this, given).stream((context) => run(this, given, context) as AsyncIterable<unknown>, options);
    };
  }
  if (passSignal === undefined && signalOf === undefined && fallback === undefined) {
    return plainBody(fn, source, watch);
  }
  return async function (this: unknown, ...given) {
    const options = {
      signal: signalOf?.(...given) ?? undefined,
      fallback: fallback === undefined ? undefined : boundFallbacks(fallback, this, given),
    };
    const breaker = source.of(this, given);
    return breaker.call((context) => watch.seen(run(this, given, context), given, breaker), options);
  };
}

function listOf(args: unknown): readonly unknown[] {
  if (Array.isArray(args)) return args as readonly unknown[];
  throw new TypeError(`\`passSignal\` must return a list of arguments. Received ${describe(args)}.`);
}

/** The fast path: no signal and no fallback. */
function plainBody(fn: Body, source: BreakerSource, watch: CallbackWatch): Body {
  return function (this: unknown, ...given) {
    const { breaker } = source;
    if (breaker !== null && given.length === 1 && typeof given[0] !== 'function') {
      return callWithOne(fn, breaker, this, given[0]);
    }
    try {
      return callWithAll(fn, breaker ?? source.of(this, given), this, given, watch);
    } catch (error) {
      // `by` may throw, and the caller expects a promise.
      return Promise.reject(error);
    }
  };
}

/** Most functions have one argument, and `fn.call` is a tenth faster than `Reflect.apply`. */
function callWithOne(fn: Body, breaker: UnifiedCircuitBreaker, self: unknown, argument: unknown): Promise<unknown> {
  return breaker.call(() => fn.call(self, argument));
}

function callWithAll(
  fn: Body, breaker: UnifiedCircuitBreaker, self: unknown, args: unknown[], watch: CallbackWatch,
): Promise<unknown> {
  return breaker.call(() => watch.seen(Reflect.apply(fn, self, args), args, breaker));
}
