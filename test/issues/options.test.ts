import { afterEach, describe, expect, it } from 'vitest';
import { cusum, UnifiedCircuitBreaker } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { fail } from '../support/outcomes.ts';
import { problemsOfConfig } from '../support/problems.ts';

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

describe('the options of a breaker', () => {
  it.each([
    [{ minRequestsThreshold: 1_000_000 }, []],
    [{ minRequestsThreshold: 1_000_001, slidingWindowMs: 1_000 }, []],
    [
      { minRequestsThreshold: 1_000_001 },
      ['`minRequestsThreshold` must be at most 1000000, the largest window of calls. Received 1000001.'],
    ],
    [
      { failureThreshold: 0, tripPolicy: 1, restore: 5 },
      [
        '`failureThreshold` must be a whole number (1 or more), or null. Received 0.',
        '`tripPolicy` must be a policy with shouldTrip(), or a function that returns one. Received 1.',
        '`restore` must be a snapshot. Received 5.',
      ],
    ],
  ])('have all their problems listed together: %j', (options, problems) => {
    expect(problemsOfConfig({ name: 'x', ...options })).toEqual(problems);
  });

  it('can have a cap below the default wait', () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'x', maxBackoffMs: 300 });

    expect(breaker.getStatus().config).toMatchObject({ recoveryTimeoutMs: 300, maxBackoffMs: 300 });
  });

  it.each(Object.keys(BAD))('are not read from a polluted Object.prototype: %s', async (key) => {
    polluted[key] = BAD[key];

    const { breaker } = breakerWith({});
    const settled = await breaker.tryCall(() => Promise.resolve('fine'), {});
    const { state } = breaker;
    breaker.trip({});

    expect([settled.status, state]).toEqual(['success', 'closed']);
    expect(breaker.getStatus()).toMatchObject({
      retryAfterMs: 60_000,
      config: { mode: 'enforce', timeoutMs: 30_000, failureThreshold: 10, maxConcurrent: null },
    });
  });

  // A healthy answer raised 0.8 to 1.25 · 0.8 = 1, where a failure added nothing to the sum.
  it('open the circuit in a total outage when the threshold of a detector adapts to 1', async () => {
    const { breaker, clock } = breakerWith({
      detector: cusum(),
      errorRateThreshold: 0.8,
      adaptiveThreshold: true,
      healthCheck: { check: async () => true, intervalMs: 1_000 },
    });
    await clock.advanceAsync(1_000);
    expect(breaker.getMetrics().adaptive?.errorRateThreshold).toBe(1);

    // 0.999, of which 0.5994 is tolerated: 0.5994·e^(0.001·r) = 1 at r = 511.8. The bound ln 10⁶ / r is 0.026 99.
    await fail(breaker, 26);
    const before = breaker.state;
    await fail(breaker);

    expect([before, breaker.state]).toEqual(['closed', 'open']);
    breaker.dispose();
  });
});
