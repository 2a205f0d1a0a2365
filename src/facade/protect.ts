import type { CallContext } from '../breaker/call/signal.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { describe } from '../core/untrusted.ts';
import type { BreakerSource } from './breaker-source.ts';
import { dressed } from '../core/dressed.ts';
import { asStream } from './facade-options.ts';
import type { AnyFunction, FacadePlan } from './facade-options.ts';
import { boundFallbacks } from './fallback-chain.ts';

type Body = (this: unknown, ...args: unknown[]) => unknown;

type Way = Pick<FacadePlan, 'sync' | 'stream' | 'passSignal' | 'signalOf' | 'fallback'>;

/** The same function, through a breaker. */
export function protect(fn: AnyFunction, way: Way, source: BreakerSource): AnyFunction {
  const wrapper = dressed(bodyOf(fn as Body, way, source), fn);
  return way.stream ? asStream(wrapper) : wrapper;
}

function bodyOf(fn: Body, { sync, stream, passSignal, signalOf, fallback }: Way, source: BreakerSource): Body {
  if (sync) {
    return function (this: unknown, ...given) {
      return source.of(this, given).callSync(() => Reflect.apply(fn, this, given));
    };
  }
  const run = (self: unknown, given: readonly unknown[], context: CallContext): unknown =>
    Reflect.apply(fn, self, passSignal === undefined ? given : listed(passSignal(given, context.signal)));
  if (stream) {
    return function (this: unknown, ...given) {
      const signal = signalOf?.(...given) ?? undefined;
      return source.of(this, given).stream((context) => run(this, given, context) as AsyncIterable<unknown>, { signal });
    };
  }
  if (passSignal === undefined && signalOf === undefined && fallback === undefined) return plainBody(fn, source);
  return async function (this: unknown, ...given) {
    const options = { signal: signalOf?.(...given) ?? undefined, fallback: fallback === undefined ? undefined : boundFallbacks(fallback, this, given) };
    return source.of(this, given).call((context) => run(this, given, context), options);
  };
}

function listed(args: unknown): readonly unknown[] {
  if (Array.isArray(args)) return args as readonly unknown[];
  throw new TypeError(`Expected \`passSignal\` to give a list of arguments, got ${describe(args)}`);
}

/** The hot one. */
function plainBody(fn: Body, source: BreakerSource): Body {
  return function (this: unknown, ...given) {
    if (source.breaker !== null) return given.length === 1 ? callWithOne(fn, source.breaker, this, given[0]) : callWithAll(fn, source.breaker, this, given);
    try {
      return callWithAll(fn, source.of(this, given), this, given);
    } catch (error) {
      // A `by` that throws: who waits for a promise gets one.
      return Promise.reject(error);
    }
  };
}

/** Most functions have one argument, and calling them without a list saves a tenth. */
function callWithOne(fn: Body, breaker: UnifiedCircuitBreaker, self: unknown, argument: unknown): Promise<unknown> {
  return breaker.call(() => fn.call(self, argument));
}

function callWithAll(fn: Body, breaker: UnifiedCircuitBreaker, self: unknown, args: readonly unknown[]): Promise<unknown> {
  return breaker.call(() => Reflect.apply(fn, self, args));
}
