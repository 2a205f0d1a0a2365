import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reporter } from '../../src/core/reporter.ts';
import type { InternalErrorHandler } from '../../src/core/reporter.ts';

const BOOM = new Error('boom');
const printed = vi.fn<(...args: unknown[]) => void>();

beforeEach(() => {
  printed.mockReset();
  vi.spyOn(console, 'error').mockImplementation(printed);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('Reporter with a handler', () => {
  it('passes it every error, and prints nothing', () => {
    const handler = vi.fn<InternalErrorHandler>();
    const reporter = new Reporter('orders', handler);

    reporter.report('listener', BOOM, 0);
    reporter.report('classifier', 'text', 0);

    expect(handler.mock.calls).toEqual([
      [BOOM, { name: 'orders', source: 'listener' }],
      ['text', { name: 'orders', source: 'classifier' }],
    ]);
    expect(printed).not.toHaveBeenCalled();
  });

  it('ignores what the handler throws', () => {
    const handler = vi.fn<InternalErrorHandler>(() => {
      throw new Error('handler');
    });
    const reporter = new Reporter('orders', handler);

    reporter.report('backoff', BOOM, 0);
    reporter.report('random', BOOM, 0);

    expect([handler.mock.calls.length, printed.mock.calls.length]).toEqual([2, 0]);
  });

  it('handles the rejection when the handler is async', async () => {
    const rejection = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };

    new Reporter('orders', () => rejection).report('listener', BOOM, 0);
    await Promise.resolve();

    expect(rejection.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });

  it('does not report an error that the handler causes', () => {
    const handler = vi.fn<InternalErrorHandler>(() => reporter.report('listener', new Error('again'), 0));
    const reporter: Reporter = new Reporter('orders', handler);

    reporter.report('listener', BOOM, 0);

    expect(handler).toHaveBeenCalledOnce();
  });
});

describe('Reporter without a handler', () => {
  it('prints the error with the name of the breaker and the source', () => {
    new Reporter('orders', undefined).report('tripPolicy', BOOM, 0);

    expect(printed.mock.calls).toEqual([['Circuit breaker "orders": tripPolicy failed', BOOM]]);
  });

  it.each([
    [[0, 999], 1],
    [[0, 1_000], 2],
    [[0, 500, 1_000, 1_500, 2_000], 3],
  ])('prints at most once a second: errors at %j ms', (moments, times) => {
    const reporter = new Reporter('orders', undefined);

    for (const now of moments) reporter.report('listener', BOOM, now);

    expect(printed).toHaveBeenCalledTimes(times);
  });

  it('ignores what the console throws when it reads a hostile error', () => {
    printed.mockImplementation(() => {
      throw new Error('trap');
    });

    expect(() => new Reporter('orders', undefined).report('listener', BOOM, 0)).not.toThrow();
  });

  it('prints for each breaker', () => {
    new Reporter('orders', undefined).report('listener', BOOM, 0);
    new Reporter('users', undefined).report('listener', BOOM, 0);

    expect(printed).toHaveBeenCalledTimes(2);
  });
});
