import { afterEach, describe, expect, it } from 'vitest';
import { getGTMCircuitBreaker, GTMCircuitBreaker } from '../../../src/compat/frontend/index.ts';
import type { GTMEventKey } from '../../../src/compat/frontend/index.ts';
import { BOOM } from '../../support/outcomes.ts';
import { testRuntime } from '../support/agreement.ts';

const event = (parts: Partial<GTMEventKey> = {}): GTMEventKey => ({ event: 'exception', category: 'error', action: 'auth_required', ...parts });

/** Sends events of one type, each with a context of its own. */
function sendMany(gtm: GTMCircuitBreaker, count: number, from = 0): void {
  for (let sent = from; sent < from + count; sent += 1) gtm.recordEventSent(event({ context: `/page-${sent}` }));
}

describe('the GTMCircuitBreaker', () => {
  it.each<{ readonly other: Partial<GTMEventKey>; readonly allowed: boolean }>([
    { other: {}, allowed: false },
    { other: { context: '' }, allowed: false },
    { other: { context: 'default' }, allowed: false },
    { other: { context: '/home' }, allowed: true },
    { other: { event: 'page_view' }, allowed: true },
    { other: { category: 'navigation' }, allowed: true },
    { other: { action: 'open' }, allowed: true },
  ])('after an event without context takes one with $other for another: $allowed', ({ other, allowed }) => {
    const gtm = new GTMCircuitBreaker(testRuntime());
    gtm.recordEventSent(event());

    expect(gtm.canSendEvent(event(other))).toBe(allowed);
  });

  it('does not mix up parts that look alike when put together', () => {
    const gtm = new GTMCircuitBreaker(testRuntime());
    gtm.recordEventSent({ event: 'a:b', category: 'c', action: 'd' });

    expect(gtm.canSendEvent({ event: 'a', category: 'b:c', action: 'd' })).toBe(true);
  });

  it('takes no repetition for a failure, and each event beyond the rate for one', () => {
    const gtm = new GTMCircuitBreaker(testRuntime());
    sendMany(gtm, 100);
    for (let again = 0; again < 60; again += 1) gtm.canSendEvent(event({ context: '/page-0' }));
    const repeated = gtm.getStats().circuitBreakerState.failureCount;
    for (let more = 0; more < 49; more += 1) gtm.canSendEvent(event({ context: `/more-${more}` }));
    const before = gtm.isOpen();
    gtm.canSendEvent(event({ context: '/last' }));

    expect([repeated, before, gtm.isOpen()]).toEqual([0, false, true]);
    expect(gtm.breaker.getMetrics().failureTypes).toEqual({ rate_limit: 50 });
  });

  it('lets at most 100 events of a type through within any minute', () => {
    const runtime = testRuntime();
    const gtm = new GTMCircuitBreaker(runtime);
    sendMany(gtm, 60);
    runtime.clock.advance(50_000);
    sendMany(gtm, 40, 60);
    runtime.clock.advance(9_999);
    const full = gtm.canSendEvent(event({ context: '/x' }));
    runtime.clock.advance(1);
    const free = gtm.canSendEvent(event({ context: '/x' }));
    sendMany(gtm, 60, 100);

    expect([full, free, gtm.canSendEvent(event({ context: '/y' })), gtm.canSendEvent(event({ action: 'other' }))]).toEqual([false, true, false, true]);
  });

  it('closes at an event that was sent', () => {
    const gtm = new GTMCircuitBreaker(testRuntime());
    for (let failure = 0; failure < 50; failure += 1) gtm.recordEventFailure(event(), BOOM);
    const open = gtm.isOpen();
    gtm.recordEventSent(event());

    expect([open, gtm.isOpen()]).toEqual([true, false]);
  });

  it('opens at 50 failures within 10 s only', () => {
    const runtime = testRuntime();
    const gtm = new GTMCircuitBreaker(runtime);
    for (let failure = 0; failure < 49; failure += 1) gtm.recordEventFailure();
    runtime.clock.advance(10_001);
    gtm.recordEventFailure();

    expect(gtm.isOpen()).toBe(false);
  });

  it('has no timer before something is sent, one that holds nothing while it is kept, and none after', () => {
    const runtime = testRuntime();
    const gtm = new GTMCircuitBreaker(runtime);
    const timers = [runtime.clock.timers];
    sendMany(gtm, 3);
    timers.push(runtime.clock.timers, runtime.clock.holdingTimers);
    runtime.clock.advance(30_000);
    sendMany(gtm, 3);
    runtime.clock.advance(30_000);
    timers.push(runtime.clock.timers);
    runtime.clock.advance(60_000);

    expect([...timers, runtime.clock.timers]).toEqual([0, 1, 0, 1, 0]);
  });

  it('keeps at most 1 000 keys and 200 types, the newest', () => {
    const gtm = new GTMCircuitBreaker(testRuntime());
    for (let sent = 0; sent < 1_500; sent += 1) gtm.recordEventSent(event({ action: `action-${sent % 300}`, context: `/${sent}` }));
    const { recentEventsCount, eventTypeCounts } = gtm.getStats();

    expect([recentEventsCount, Object.keys(eventTypeCounts).length, gtm.canSendEvent(event({ action: 'action-299', context: '/1499' }))]).toEqual([1_000, 200, false]);
  });

  it('forgets all at reset() and at destroy(), and stops its timers', () => {
    const runtime = testRuntime();
    const seen = (['reset', 'destroy'] as const).map((end) => {
      const gtm = new GTMCircuitBreaker(runtime);
      for (let failure = 0; failure < 50; failure += 1) gtm.recordEventFailure();
      sendMany(gtm, 1);
      for (let failure = 0; failure < 50; failure += 1) gtm.recordEventFailure();
      gtm[end]();
      const { recentEventsCount, eventTypeCounts } = gtm.getStats();
      return [recentEventsCount, eventTypeCounts, runtime.clock.timers];
    });

    expect(seen).toEqual([[0, {}, 0], [0, {}, 0]]);
  });
});

describe('getGTMCircuitBreaker', () => {
  afterEach(() => getGTMCircuitBreaker().destroy());

  it('gives the same breaker to all, and another one once that is destroyed', () => {
    const first = getGTMCircuitBreaker();
    const again = getGTMCircuitBreaker();
    new GTMCircuitBreaker(testRuntime()).destroy();
    const still = getGTMCircuitBreaker();
    first.destroy();

    expect([again === first, still === first, getGTMCircuitBreaker() === first]).toEqual([true, true, false]);
  });
});
