import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/names/frontend.ts';
import type { Clock } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

/** A clock that can be set back by an hour. */
function stepping(): { readonly clock: Clock; readonly time: FakeClock; setBack(): void } {
  const time = new FakeClock();
  let offset = 3_600_000;
  const clock: Clock = {
    now: () => time.now() + offset, wall: () => time.wall() + offset, after: (ms, run) => time.after(ms, run),
  };
  const setBack = (): void => {
    offset = 0;
  };
  return { clock, time, setBack };
}

describe('a clock that is set back by an hour', () => {
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
