import { describe, expect, it } from 'vitest';
import { GTMCircuitBreaker } from '../../src/compat/frontend/index.ts';
import type { GTMEventKey } from '../../src/compat/frontend/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import type { TestRuntime } from '../compat/support/agreement.ts';

const AUTH: GTMEventKey = { event: 'exception', category: 'error', action: 'auth_required', context: '/dashboard' };
const VIEW: GTMEventKey = { event: 'page_view', category: 'navigation', action: 'page_view', context: '/dashboard' };

const make = (): TestRuntime & { readonly gtm: GTMCircuitBreaker } => {
  const runtime = testRuntime();
  return { ...runtime, gtm: new GTMCircuitBreaker(runtime) };
};

/** Sends an event if it is allowed, and says whether it was. */
function push(gtm: GTMCircuitBreaker, key: GTMEventKey): boolean {
  const allowed = gtm.canSendEvent(key);
  if (allowed) gtm.recordEventSent(key);
  return allowed;
}

/** `count` events, `everyMs` apart; how many were sent. */
function pushMany({ gtm, clock }: Pick<ReturnType<typeof make>, 'gtm' | 'clock'>, count: number, everyMs: number, keyAt: (index: number) => GTMEventKey): number {
  let sent = 0;
  for (let index = 0; index < count; index += 1) {
    if (push(gtm, keyAt(index))) sent += 1;
    clock.advance(everyMs);
  }
  return sent;
}

function failTimes(gtm: GTMCircuitBreaker, count: number): void {
  for (let failure = 0; failure < count; failure += 1) gtm.recordEventFailure(AUTH);
}

describe('legacy scenarios of the frontend', () => {
  it.each([
    { afterMs: 0, allowed: false },
    { afterMs: 1_999, allowed: false },
    { afterMs: 2_000, allowed: true },
    { afterMs: 2_100, allowed: true },
  ])('161: the same key within 2 s is refused, and after 2 s allowed: $afterMs ms later $allowed', ({ afterMs, allowed }) => {
    const { gtm, clock } = make();
    push(gtm, AUTH);
    clock.advance(afterMs);

    expect(gtm.canSendEvent(AUTH)).toBe(allowed);
  });

  it('162: different events at once are all allowed', () => {
    const { gtm } = make();

    expect([push(gtm, AUTH), push(gtm, VIEW), push(gtm, { ...AUTH, context: '/home' })]).toEqual([true, true, true]);
  });

  it('163: after 100 events of one type in a minute the next is refused, and after 60 s allowed', () => {
    const all = make();
    const sent = pushMany(all, 100, 50, (index) => ({ ...AUTH, context: `/page-${index}` }));
    const next = all.gtm.canSendEvent(AUTH);
    all.clock.advance(60_000);

    expect([sent, next, all.gtm.canSendEvent(AUTH)]).toEqual([100, false, true]);
  });

  it('164: 50 failures open, and sending is refused', () => {
    const { gtm } = make();
    failTimes(gtm, 49);
    const before = gtm.isOpen();
    failTimes(gtm, 1);

    expect([before, gtm.isOpen(), gtm.canSendEvent(AUTH)]).toEqual([false, true, false]);
  });

  it('165: 30 s after the opening it is closed and sending is allowed', () => {
    const { gtm, clock } = make();
    failTimes(gtm, 50);
    clock.advance(29_999);
    const before = gtm.canSendEvent(AUTH);
    clock.advance(1);

    expect([before, gtm.isOpen(), gtm.canSendEvent(AUTH)]).toEqual([false, false, true]);
  });

  it('166: statistics hold isOpen, recentEventsCount and eventTypeCounts; 61 s later 0 and {}', () => {
    const { gtm, clock } = make();
    push(gtm, AUTH);
    clock.advance(3_000);
    push(gtm, VIEW);
    const during = gtm.getStats();
    clock.advance(61_000);

    expect(during).toMatchObject({ isOpen: false, recentEventsCount: 2, eventTypeCounts: { 'error:auth_required': 1, 'navigation:page_view': 1 } });
    expect(gtm.getStats()).toMatchObject({ isOpen: false, recentEventsCount: 0, eventTypeCounts: {} });
  });

  it('167: of 20 rapid auth_required events the first passes and more than 15 are blocked', () => {
    const { gtm, clock } = make();
    const allowed = Array.from({ length: 20 }, () => {
      clock.advance(10);
      return push(gtm, AUTH);
    });

    expect(allowed[0]).toBe(true);
    expect(allowed.filter((each) => !each).length).toBeGreaterThan(15);
  });

  it('168: of identical pushes fewer than 5 are sent', () => {
    expect(pushMany(make(), 20, 25, () => AUTH)).toBeLessThan(5);
  });

  it('168: of an error storm fewer than 20 are sent', () => {
    const kinds = ['network', 'auth', 'render'];

    expect(pushMany(make(), 500, 20, (index) => ({ ...AUTH, context: kinds[index % kinds.length] }))).toBeLessThan(20);
  });

  it('168: a thousand checks take less than 100 ms', () => {
    const { gtm } = make();
    const start = performance.now();
    for (let check = 0; check < 1_000; check += 1) push(gtm, { ...AUTH, action: `action_${check}` });

    expect(performance.now() - start).toBeLessThan(100);
  });

  it('168: of a thousand events of one type fewer than 500 are sent, and what is kept is bounded', () => {
    const all = make();
    const sent = pushMany(all, 1_000, 1, (index) => ({ ...AUTH, context: `/${index}` }));
    pushMany(all, 5_000, 1, (index) => ({ ...AUTH, action: `action_${index}` }));
    const { recentEventsCount, eventTypeCounts } = all.gtm.getStats();

    expect(sent).toBeLessThan(500);
    expect(recentEventsCount).toBeLessThanOrEqual(1_000);
    expect(Object.keys(eventTypeCounts).length).toBeLessThanOrEqual(200);
  });
});
