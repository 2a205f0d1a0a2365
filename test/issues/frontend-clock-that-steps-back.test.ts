import { describe, expect, it } from 'vitest';
import { CircuitBreaker, GTMCircuitBreaker } from '../../src/compat/frontend/index.ts';
import type { Clock } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

const KEY = { event: 'exception', category: 'error', action: 'auth_required' };

/** A clock that somebody has set back by an hour. */
function stepping(): { readonly clock: Clock; readonly time: FakeClock; setBack(): void } {
  const time = new FakeClock();
  let offset = 3_600_000;
  const clock: Clock = { now: () => time.now() + offset, wall: () => time.wall() + offset, after: (ms, run) => time.after(ms, run) };
  return {
    clock,
    time,
    setBack: () => {
      offset = 0;
    },
  };
}

describe('a clock that is set back by an hour', () => {
  it('does not hold back an event that was sent before', () => {
    const { clock, time, setBack } = stepping();
    const gtm = new GTMCircuitBreaker({ clock });
    gtm.recordEventSent(KEY);
    setBack();
    const repeated = gtm.canSendEvent(KEY);
    time.advance(2_000);

    expect([repeated, gtm.canSendEvent(KEY)]).toEqual([false, true]);
  });

  it('does not hold back a type for an hour, nor keep what was sent', () => {
    const { clock, time, setBack } = stepping();
    const gtm = new GTMCircuitBreaker({ clock });
    for (let sent = 0; sent < 100; sent += 1) gtm.recordEventSent({ ...KEY, context: `/${sent}` });
    setBack();
    const full = gtm.canSendEvent({ ...KEY, context: '/x' });
    time.advance(60_000);

    expect([full, gtm.canSendEvent({ ...KEY, context: '/x' }), gtm.getStats().recentEventsCount]).toEqual([false, true, 0]);
  });

  it('lets failures grow old as before', () => {
    const { clock, time, setBack } = stepping();
    const breaker = new CircuitBreaker({}, { clock });
    breaker.recordFailure();
    breaker.getFailureRate();
    setBack();
    const kept = breaker.getFailureRate();
    time.advance(60_001);

    expect([kept, breaker.getFailureRate()]).toEqual([1, 0]);
  });
});
