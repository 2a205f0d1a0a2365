import { describe, disarm, peek } from '../../core/untrusted.ts';
import type { StreamOptions } from '../options/options.ts';
import { resolveCallOptions } from '../options/resolve.ts';
import { STREAM_RULES } from '../options/rules.ts';
import type { Execution } from './execution.ts';
import { OperationContext } from './signal.ts';
import type { CallContext } from './signal.ts';
import { StreamCall } from './stream-call.ts';

/** An operation that gives items over time. */
export type StreamOperation<T> = (context: CallContext) => AsyncIterable<T> | PromiseLike<AsyncIterable<T>>;

/** The items of `operation`, as one call of the breaker. */
export function openStream<T>(execution: Execution, operation: StreamOperation<T>, options: StreamOptions | undefined): AsyncGenerator<T, void, undefined> {
  const breaker = execution.circuit.options;
  const own = resolveCallOptions(options ?? {}, breaker.name, STREAM_RULES);
  const timeoutMs = own.timeoutMs === undefined ? breaker.timeoutMs : own.timeoutMs;
  const call = new StreamCall(execution, timeoutMs, own.signal);
  if (breaker.mode === 'off') return passThrough(call, operation, own.signal);
  const items = iterate(call, operation);
  // A generator that waits for its source cannot be left: its `return` waits too.
  const finish = items.return.bind(items);
  items.return = (value) => {
    call.leave();
    return finish(value);
  };
  return items;
}

/** Mode off: the stream as if there were no breaker. */
async function* passThrough<T>(call: StreamCall, operation: StreamOperation<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined> {
  call.assertWelcome();
  yield* await operation(signal === undefined ? new OperationContext(undefined) : { signal });
}

async function* iterate<T>(call: StreamCall, operation: StreamOperation<T>): AsyncGenerator<T, void, undefined> {
  call.start();
  let source: AsyncIterator<T> | undefined;
  let away = false;
  try {
    source = iteratorOf(await call.wait(() => operation(call.context), (late) => iteratorOf(late).return?.()));
    for (;;) {
      const step = await call.wait(() => (source as AsyncIterator<T>).next(), () => {});
      if (step.done) break;
      call.item();
      call.away = away = true;
      yield step.value;
      call.away = away = false;
    }
    call.end();
  } catch (error) {
    if (!away) call.failed(error);
    if (!call.left) throw error;
  } finally {
    if (away) call.leaveAtItem();
    const closing = away || call.interrupted ? close(call, source) : undefined;
    // A consumer that leaves at an item waits for the source to close, as it would without a breaker; one that was cut off does not.
    if (away) await closing;
    else disarm(closing);
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
  if (typeof peek(source, Symbol.asyncIterator as never) !== 'function') throw new TypeError(`Expected the operation of stream to give an async iterable, got ${describe(source)}`);
  return source[Symbol.asyncIterator]();
}
