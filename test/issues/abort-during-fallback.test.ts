import { expect, it } from 'vitest';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, deferred } from '../support/outcomes.ts';

it('rejects at once with the reason when the caller gives up while a fallback runs', async () => {
  const { breaker, clock } = breakerWith();
  const controller = new AbortController();
  const reason = new Error('gone');
  const slow = deferred<string>();
  const settled: unknown[] = [];
  breaker.call(() => Promise.reject(BOOM), { signal: controller.signal, fallback: () => slow.promise }).then(
    (value) => void settled.push(value),
    (error: unknown) => void settled.push(error),
  );
  await clock.advanceAsync(0);

  controller.abort(reason);
  await clock.advanceAsync(0);
  const atOnce = [...settled];
  slow.reject(new Error('nobody waits for this'));
  await clock.advanceAsync(0);

  expect(atOnce).toEqual([reason]);
  expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, inFlight: 0 });
});
