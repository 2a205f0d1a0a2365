import { forgetDropped, whenDropped } from '../../core/dropped.ts';
import { describe, ignoreRejection, safeGet } from '../../core/untrusted.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { resolveCallOptions, STREAM_RULES, type StreamOptions } from '../options/call-options.ts';
import { bypassContext, type CallContext } from './signal.ts';
import { StreamCall } from './stream-call.ts';

/** An operation that returns items over time. */
export type StreamOperation<T> = (context: CallContext) => AsyncIterable<T> | PromiseLike<AsyncIterable<T>>;

type Items<T> = AsyncGenerator<T, void, undefined>;

/** Streams the items of `operation` as one call of the breaker. */
export function openStream<T>(circuit: Circuit, operation: StreamOperation<T>, given: StreamOptions = {}): Items<T> {
  const { options, name } = circuit;
  const { signal, timeoutMs = options.timeoutMs } = resolveCallOptions(given, name, STREAM_RULES);
  const call = new StreamCall(circuit, timeoutMs, signal);
  if (options.mode === 'off') return bypass(call, operation, signal);
  return leavable(iterate(call, operation), call);
}

/** A generator that waits for its source can't be left by itself, because `return` and `throw` wait, too. */
function leavable<T>(items: Items<T>, call: StreamCall): Items<T> {
  const finish = items.return.bind(items);
  const fail = items.throw.bind(items);
  whenDropped(items, call);
  const leave = (): Promise<IteratorResult<T, void>> => {
    call.leave();
    return finish();
  };
  return Object.assign(items, {
    return: leave,
    throw(error: unknown) {
      call.leave();
      return fail(error);
    },
    // Generators have it from Node 24 on.
    [Symbol.asyncDispose]: async () => void (await leave()),
  });
}

/** Mode `off`: the stream as if there were no breaker. */
async function* bypass<T>(call: StreamCall, operation: StreamOperation<T>, signal: AbortSignal | undefined): Items<T> {
  call.assertMayStart();
  yield* await operation(bypassContext(signal));
}

async function* iterate<T>(call: StreamCall, operation: StreamOperation<T>): Items<T> {
  call.start();
  let isConsuming = false;
  try {
    const source = iteratorOf(await call.wait(() => operation(call.context), (late) => iteratorOf(late).return?.()));
    call.source = source;
    for (;;) {
      const step = await call.wait(() => source.next(), () => {});
      if (step.done) break;
      call.item(step.value);
      isConsuming = true;
      yield step.value;
      isConsuming = false;
    }
    call.end();
  } catch (error) {
    if (!isConsuming) call.failed(error);
    if (!call.left) throw error;
  } finally {
    forgetDropped(call);
    if (isConsuming) call.leaveAtItem();
    const closing = isConsuming || call.interrupted ? call.close() : undefined;
    // A consumer that leaves at an item waits for the source to close, as without a breaker.
    if (isConsuming) await closing;
    else ignoreRejection(closing);
  }
}

function iteratorOf<T>(source: AsyncIterable<T>): AsyncIterator<T> {
  if (typeof safeGet(source, Symbol.asyncIterator as never) === 'function') return source[Symbol.asyncIterator]();
  throw new TypeError(`The operation of \`stream()\` must return an async iterable. It returned ${describe(source)}.`);
}
