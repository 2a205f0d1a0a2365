import { describe, expect, it } from 'vitest';
import { OperationContext } from '../../../src/breaker/call/signal.ts';

describe('the signal of a call', () => {
  it('is the same each time it is read', () => {
    const context = new OperationContext(undefined);

    expect(context.signal).toBe(context.signal);
  });

  it('is not the one of another call', () => {
    expect(new OperationContext(undefined).signal).not.toBe(new OperationContext(undefined).signal);
  });

  it('is not aborted at first', () => {
    expect(new OperationContext(new AbortController().signal).signal.aborted).toBe(false);
  });

  it('aborts with the reason of the call', () => {
    const context = new OperationContext(undefined);
    const { signal } = context;

    OperationContext.abort(context, 'too late');

    expect([signal.aborted, signal.reason]).toEqual([true, 'too late']);
  });

  it('is aborted from the start when it is first read after that', () => {
    const context = new OperationContext(undefined);
    OperationContext.abort(context, 'too late');

    const { signal } = context;

    expect([signal.aborted, signal.reason]).toEqual([true, 'too late']);
  });

  it('is aborted from the start when the caller has aborted before it is first read', () => {
    const caller = new AbortController();
    const context = new OperationContext(caller.signal);
    caller.abort('not needed');

    const { signal } = context;

    expect([signal.aborted, signal.reason]).toEqual([true, 'not needed']);
  });

  it('keeps the reason of the call when the caller aborts as well', () => {
    const caller = new AbortController();
    const context = new OperationContext(caller.signal);
    OperationContext.abort(context, 'too late');
    caller.abort('not needed');

    expect(context.signal.reason).toBe('too late');
  });
});
