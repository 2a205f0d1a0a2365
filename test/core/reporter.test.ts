import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Timeline } from '../../src/core/clock.ts';
import { Reporter } from '../../src/core/reporter.ts';
import type { InternalErrorHandler } from '../../src/core/reporter.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';

const BOOM = new Error('boom');
const printed = vi.fn<(...args: unknown[]) => void>();

beforeEach(() => {
  printed.mockReset();
  vi.spyOn(console, 'error').mockImplementation(printed);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const timelineOf = (clock: FakeClock): Timeline => new Timeline(clock, () => {});

describe('Reporter with a handler', () => {
  it('hands it every error with the breaker’s name and the source, and prints nothing', () => {
    const handler = vi.fn<InternalErrorHandler>();
    const reporter = new Reporter('orders', handler);
    const timeline = timelineOf(new FakeClock());

    reporter.report('listener', BOOM, timeline);
    reporter.report('classifier', 'text', timeline);

    expect(handler.mock.calls).toEqual([
      [BOOM, { name: 'orders', source: 'listener' }],
      ['text', { name: 'orders', source: 'classifier' }],
    ]);
    expect(printed).not.toHaveBeenCalled();
  });

  it('swallows what it throws, and hands it the next error all the same', () => {
    const handler = vi.fn<InternalErrorHandler>(() => {
      throw new Error('handler');
    });
    const reporter = new Reporter('orders', handler);
    const timeline = timelineOf(new FakeClock());

    reporter.report('backoff', BOOM, timeline);
    reporter.report('random', BOOM, timeline);

    expect(handler).toHaveBeenCalledTimes(2);
    expect(printed).not.toHaveBeenCalled();
  });

  it('swallows what it rejects with', async () => {
    const rejection = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };
    const reporter = new Reporter('orders', () => rejection as unknown as undefined);

    reporter.report('listener', BOOM, timelineOf(new FakeClock()));
    await Promise.resolve();

    expect(rejection.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });

  it('does not go round in circles when it causes an error itself', () => {
    const timeline = timelineOf(new FakeClock());
    const handler = vi.fn<InternalErrorHandler>(() => {
      reporter.report('listener', new Error('again'), timeline);
    });
    const reporter = new Reporter('orders', handler);

    reporter.report('listener', BOOM, timeline);

    expect(handler.mock.calls).toEqual([[BOOM, { name: 'orders', source: 'listener' }]]);
  });
});

describe('Reporter without a handler', () => {
  it('prints the error with the breaker’s name and the source', () => {
    const reporter = new Reporter('orders', undefined);

    reporter.report('tripPolicy', BOOM, timelineOf(new FakeClock()));

    expect(printed.mock.calls).toEqual([['Circuit breaker "orders": tripPolicy failed', BOOM]]);
  });

  it.each([
    ['less than a second later', 999, 1],
    ['a second later', 1_000, 2],
    ['more than a second later', 1_001, 2],
  ])('prints once a second at most: another error %s', (_, laterMs, times) => {
    const clock = new FakeClock();
    const timeline = timelineOf(clock);
    const reporter = new Reporter('orders', undefined);
    reporter.report('listener', BOOM, timeline);

    clock.advance(laterMs);
    reporter.report('classifier', BOOM, timeline);

    expect(printed).toHaveBeenCalledTimes(times);
  });

  it('counts the second from what was printed, not from what was dropped', () => {
    const clock = new FakeClock();
    const timeline = timelineOf(clock);
    const reporter = new Reporter('orders', undefined);

    for (let error = 0; error < 5; error += 1) {
      reporter.report('listener', BOOM, timeline);
      clock.advance(500);
    }

    expect(printed).toHaveBeenCalledTimes(3);
  });

  it('gives each breaker its own second', () => {
    const timeline = timelineOf(new FakeClock());

    new Reporter('orders', undefined).report('listener', BOOM, timeline);
    new Reporter('users', undefined).report('listener', BOOM, timeline);

    expect(printed).toHaveBeenCalledTimes(2);
  });

  it('swallows what the console throws', () => {
    printed.mockImplementation(() => {
      throw new Error('closed pipe');
    });
    const reporter = new Reporter('orders', undefined);
    const report = (): void => reporter.report('listener', BOOM, timelineOf(new FakeClock()));

    expect(report).not.toThrow();
  });

  it('does not go round in circles when the clock fails as it is asked for the time', () => {
    const reporter = new Reporter('orders', undefined);
    const clock = { now: () => Number.NaN, wall: () => 0, after: new FakeClock().after };
    const timeline: Timeline = new Timeline(clock, (error) => reporter.report('clock', error, timeline));

    timeline.now();

    expect(printed).toHaveBeenCalledOnce();
  });
});
