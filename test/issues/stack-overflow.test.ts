import { expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';
import { BOOM } from '../support/outcomes.ts';

it('goes on telling events after an endless recursion through the breaker has overflowed the stack', async () => {
  const { breaker, clock } = silentBreakerWith({ failureThreshold: 1_000_000, errorRateThreshold: null });
  const told: unknown[] = [];
  breaker.on('failure', ({ error }) => void told.push(error));
  const endless = (): number => breaker.callSync(endless) + 1;

  expect(() => breaker.callSync(endless)).toThrow(RangeError);
  await clock.advanceAsync(0);
  told.length = 0;
  breaker.recordFailure(BOOM);
  await clock.advanceAsync(0);

  expect(told).toEqual([BOOM]);
});
