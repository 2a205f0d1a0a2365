import { describe, expect, it } from 'vitest';
import { OperationContext } from '../../../src/breaker/call/signal.ts';

const stateOf = ({ aborted, reason }: AbortSignal) => [aborted, reason];

describe('the signal of a call', () => {
  it('is one object each time it is read, and not that of another call', () => {
    const context = new OperationContext(undefined);

    expect(context.signal).toBe(context.signal);
    expect(context.signal).not.toBe(new OperationContext(undefined).signal);
  });

  it('is not aborted at first', () => {
    expect(new OperationContext(new AbortController().signal).signal.aborted).toBe(false);
  });

  it('aborts with the reason of the call, read before or after', () => {
    const [before, after] = [new OperationContext(undefined), new OperationContext(undefined)];
    const { signal } = before;
    OperationContext.abort(before, 'too late');
    OperationContext.abort(after, 'too late');

    expect([stateOf(signal), stateOf(after.signal)]).toEqual([[true, 'too late'], [true, 'too late']]);
  });

  it('is aborted from the start when the caller has aborted before it is first read', () => {
    const caller = new AbortController();
    const context = new OperationContext(caller.signal);
    caller.abort('not needed');

    expect(stateOf(context.signal)).toEqual([true, 'not needed']);
  });

  it('keeps the reason of the call when the caller aborts as well', () => {
    const caller = new AbortController();
    const context = new OperationContext(caller.signal);
    OperationContext.abort(context, 'too late');
    caller.abort('not needed');

    expect(context.signal.reason).toBe('too late');
  });
});
