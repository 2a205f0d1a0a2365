import { describe, ignoreRejection, safeGet } from '../../core/untrusted.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { resolveCallOptions, STREAM_RULES, type StreamOptions } from '../options/call-options.ts';
import { type CallContext, OperationContext } from './signal.ts';
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
  const items = iterate(call, operation);
  // A generator that waits for its source can't be left, because `return` and `throw` wait, too.
  const finish = items.return.bind(items);
  const fail = items.throw.bind(items);
  items.return = (value) => {
    call.leave();
    return finish(value);
  };
  items.throw = (error) => {
    call.leave();
    return fail(error);
  };
  return items;
}

/** Mode `off`: the stream as if there were no breaker. */
async function* bypass<T>(call: StreamCall, operation: StreamOperation<T>, signal: AbortSignal | undefined): Items<T> {
  call.assertMayStart();
  yield* await operation(signal === undefined ? new OperationContext(undefined) : { signal });
}

async function* iterate<T>(call: StreamCall, operation: StreamOperation<T>): Items<T> {
  call.start();
  let source: AsyncIterator<T> | undefined;
  let isConsuming = false;
  try {
    source = iteratorOf(await call.wait(() => operation(call.context), (late) => iteratorOf(late).return?.()));
    for (;;) {
      const step = await call.wait(() => (source as AsyncIterator<T>).next(), () => {});
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
    if (isConsuming) call.leaveAtItem();
    const closing = isConsuming || call.interrupted ? close(call, source) : undefined;
    // A consumer that leaves at an item waits for the source to close, as without a breaker.
    if (isConsuming) await closing;
    else ignoreRejection(closing);
  }
}

/** The slot of a stream is free when its source has closed. */
async function close<T>(call: StreamCall, source: AsyncIterator<T> | undefined): Promise<void> {
  try {
    await source?.return?.();
  } finally {
    call.closed();
  }
}

function iteratorOf<T>(source: AsyncIterable<T>): AsyncIterator<T> {
  if (typeof safeGet(source, Symbol.asyncIterator as never) === 'function') return source[Symbol.asyncIterator]();
  throw new TypeError(`The operation of \`stream()\` must return an async iterable. It returned ${describe(source)}.`);
}
