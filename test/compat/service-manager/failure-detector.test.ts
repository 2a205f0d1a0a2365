import { describe, expect, it, vi } from 'vitest';
import { detectHttpFailure, FailureDetector, FailureType } from '../../../src/compat/service-manager/index.ts';
import type { FailureEvent, FailurePattern } from '../../../src/compat/service-manager/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { BOOM } from '../../support/outcomes.ts';

interface Setup {
  readonly clock: FakeClock;
  readonly detector: FailureDetector;
  /** So many failures at this moment. */
  fail(count: number, service?: string, type?: FailureType): void;
}

function setup(): Setup {
  const clock = new FakeClock({ wall: 10 * 3_600_000 });
  const detector = new FailureDetector({ clock });
  const fail = (count: number, service = 'orders', type: FailureType = FailureType.TIMEOUT): void => {
    for (let failure = 0; failure < count; failure += 1) detector.recordFailure(service, type);
  };
  return { clock, detector, fail };
}

const MINUTE = 60_000;

describe('the FailureDetector', () => {
  it('remembers what it was told of a failure, and when', () => {
    const { detector, clock } = setup();
    detector.recordFailure('orders', FailureType.HTTP_ERROR, 'no answer', { status: 502 }, 'critical', 'E1');
    clock.advance(1);
    detector.recordFailure('users', 'rate_limit');

    expect(detector.getRecentFailures()).toEqual([
      { serviceName: 'users', failureType: 'rate_limit', timestamp: new Date(36_000_001), message: '', details: {}, severity: 'medium', errorCode: null },
      { serviceName: 'orders', failureType: 'http_error', timestamp: new Date(36_000_000), message: 'no answer', details: { status: 502 }, severity: 'critical', errorCode: 'E1' },
    ]);
  });

  it('counts by service, by kind and by time', () => {
    const { detector, clock, fail } = setup();
    fail(2);
    clock.advance(1_000);
    fail(1, 'orders', FailureType.UNKNOWN);
    fail(3, 'users');

    expect([
      detector.getFailureCount(),
      detector.getFailureCount('orders'),
      detector.getFailureCount('orders', FailureType.TIMEOUT),
      detector.getFailureCount(null, 'timeout'),
      detector.getFailureCount(undefined, undefined, new Date(36_001_000)),
      detector.getFailureCount(null, null, new Date(36_001_001)),
    ]).toEqual([6, 3, 2, 5, 4, 0]);
  });

  it('gives the failures of the last hour, at most 100, unless told otherwise', () => {
    const { detector, clock, fail } = setup();
    fail(60);
    clock.advance(60 * MINUTE);
    fail(60);
    const atOneHour = detector.getRecentFailures().length;
    clock.advance(1);

    expect([atOneHour, detector.getRecentFailures().length, detector.getRecentFailures('orders', 61, 500).length, detector.getRecentFailures('users').length]).toEqual([100, 60, 120, 0]);
  });

  it('forgets the oldest beyond 1 000, and all when told', () => {
    const { detector, fail } = setup();
    fail(1, 'first');
    fail(1_000);
    expect([detector.getFailureCount(), detector.getFailureCount('first')]).toEqual([1_000, 0]);
    detector.clearFailures();

    expect(detector.getFailureCount()).toBe(0);
  });

  it('finds patterns by service and kind: how many a minute, or how many when they came at once', () => {
    const { detector, clock, fail } = setup();
    fail(1);
    clock.advance(61 * MINUTE);
    const start = clock.wall();
    fail(2);
    clock.advance(2 * MINUTE);
    fail(4);
    fail(3, 'users');
    const orders: FailurePattern = { serviceName: 'orders', failureType: 'timeout', count: 6, firstOccurrence: new Date(start), lastOccurrence: new Date(clock.wall()), frequencyPerMinute: 3 };
    const users: FailurePattern = { serviceName: 'users', failureType: 'timeout', count: 3, firstOccurrence: new Date(clock.wall()), lastOccurrence: new Date(clock.wall()), frequencyPerMinute: 3 };

    expect(detector.detectFailurePatterns()).toEqual([orders, users]);
    expect(detector.detectFailurePatterns('users')).toEqual([users]);
  });

  it.each([
    [4, 0, false],
    [5, 0, true],
    [5, 10 * MINUTE, true],
    [5, 10 * MINUTE + 1, false],
  ])('with %s failures %s ms ago takes a service for failing: %s', (count, ago, failing) => {
    const { detector, clock, fail } = setup();
    fail(count);
    clock.advance(ago);

    expect(detector.isServiceFailing('orders')).toBe(failing);
    expect(detector.isServiceFailing('users')).toBe(false);
    expect(detector.isServiceFailing('orders', count, 60)).toBe(true);
  });

  it.each([
    [0, 1],
    [5, 0.5],
    [10, 0],
    [25, 0],
  ])('gives a service with %s failures the health %s, and a full one after an hour', (count, score) => {
    const { detector, clock, fail } = setup();
    fail(count);
    const now = detector.getServiceHealthScore('orders');
    clock.advance(60 * MINUTE + 1);

    expect([now, detector.getServiceHealthScore('orders'), detector.getServiceHealthScore('orders', 2)]).toEqual([score, 1, score]);
  });

  it('sums up', () => {
    const { detector, clock, fail } = setup();
    expect(detector.getFailureSummary()).toEqual({ totalFailures: 0, servicesAffected: 0, failureTypes: {}, severityBreakdown: {}, recentFailuresPerMinute: 0 });
    fail(3);
    clock.advance(10 * MINUTE + 1);
    fail(2, 'users', FailureType.CONNECTION_ERROR);
    clock.advance(10 * MINUTE);
    detector.recordFailure('users', FailureType.TIMEOUT, 'slow', {}, 'low');

    expect(detector.getFailureSummary()).toEqual({
      totalFailures: 6,
      servicesAffected: 2,
      failureTypes: { timeout: 4, connection_error: 2 },
      severityBreakdown: { medium: 5, low: 1 },
      recentFailuresPerMinute: 0.3,
    });
  });

  it('tells listeners of each failure, and none can disturb it', async () => {
    const { detector, fail } = setup();
    const heard: FailureEvent[] = [];
    detector.addFailureListener(() => {
      throw BOOM;
    });
    detector.addFailureListener(() => Promise.reject(BOOM));
    const off = detector.addFailureListener((event) => heard.push(event));
    fail(1);
    off();
    fail(1);
    await new Promise(setImmediate);

    expect(heard.map(({ serviceName }) => serviceName)).toEqual(['orders']);
  });

  it('tells of patterns with more than one failure a minute, at the start and every minute, until it is stopped', async () => {
    const { detector, clock, fail } = setup();
    const heard = vi.fn<(pattern: FailurePattern) => void>();
    detector.addPatternListener(heard);
    fail(2);
    fail(1, 'users');
    detector.start();
    detector.start();
    await clock.advanceAsync(MINUTE - 1);
    const atStart = heard.mock.calls.length;
    await clock.advanceAsync(MINUTE + 1);
    const timers = [clock.timers, clock.holdingTimers];
    detector.stop();
    detector.stop();
    await clock.advanceAsync(10 * MINUTE);

    expect([atStart, heard.mock.calls.length, timers, clock.timers]).toEqual([1, 3, [1, 0], 0]);
    expect(heard.mock.calls.every(([{ serviceName }]) => serviceName === 'orders')).toBe(true);
  });
});

describe('detectHttpFailure', () => {
  it.each([499, 404, 200])('takes %s for no failure', (status) => {
    expect(detectHttpFailure('orders', status, 0.2)).toBe(null);
  });

  it('takes 500 and more for a failure of high severity', () => {
    const clock = new FakeClock({ wall: 5 });

    expect(detectHttpFailure('orders', 500, 0.2, { clock })).toEqual({
      serviceName: 'orders',
      failureType: 'http_error',
      timestamp: new Date(5),
      message: 'HTTP 500 error',
      details: { statusCode: 500, responseTime: 0.2 },
      severity: 'high',
      errorCode: null,
    });
  });
});
