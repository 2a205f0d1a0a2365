import { afterEach, expect, it } from 'vitest';
import { breakerWith } from '../support/breaker.ts';

const polluted = Object.prototype as unknown as Record<string, unknown>;
const BAD: Readonly<Record<string, unknown>> = {
  mode: 'off',
  fallback: 'evil',
  timeoutMs: 1,
  failureThreshold: 1,
  maxConcurrent: 1,
  signal: AbortSignal.abort(),
  forMs: 5,
  tripPolicy: { shouldTrip: () => 'evil' },
};

afterEach(() => {
  for (const key of Object.keys(BAD)) delete polluted[key];
});

it.each(Object.keys(BAD))('takes no %s from a polluted Object.prototype', async (key) => {
  polluted[key] = BAD[key];

  const { breaker } = breakerWith({}, {});
  const settled = await breaker.tryCall(() => Promise.resolve('fine'), {});
  const { state } = breaker;
  breaker.trip({});

  expect([settled.status, state]).toEqual(['success', 'closed']);
  expect(breaker.getStatus()).toMatchObject({ retryAfterMs: 60_000, config: { mode: 'enforce', timeoutMs: 30_000, failureThreshold: 10, maxConcurrent: null } });
});
