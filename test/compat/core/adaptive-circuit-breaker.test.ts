import { describe, expect, it } from 'vitest';
import { AdaptiveCircuitBreaker } from '../../../src/compat/core/index.ts';
import { agreeAlways, testRuntime } from '../support/agreement.ts';
import type { Driven, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

const recorded = (runtime: TestRuntime): Driven => {
  const breaker = new AdaptiveCircuitBreaker({ name: 'orders', failureThreshold: 3, timeoutSeconds: 5 }, runtime);
  return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure(), state: () => breaker.state };
};

describe('AdaptiveCircuitBreaker', () => {
  it('without signals opens at its threshold, waits `timeoutSeconds` and closes after three successes, for any sequence', () =>
    // A hundred outcomes are a lesson; fewer teach nothing.
    expect(agreeAlways(recorded, { opensWhen: inARow(3), waitMs: 5_000, closesAfter: 3 })).resolves.toBeUndefined());

  it('shows the threshold in force, and opens and closes by force', () => {
    const breaker = new AdaptiveCircuitBreaker({ name: 'orders' }, testRuntime());
    breaker.forceOpen();
    const opened = [breaker.shouldAllowRequest(), breaker.state];
    breaker.forceClose();

    expect([opened, breaker.shouldAllowRequest(), breaker.getMetrics().adaptiveFailureThreshold]).toEqual([[false, 'open'], true, 5]);
  });

  it('holds slow calls against a dependency, within half of the configured threshold', async () => {
    const runtime = testRuntime();
    const breaker = new AdaptiveCircuitBreaker({ name: 'orders', failureThreshold: 10, slowCallThreshold: 1 }, runtime);
    const slow = async (): Promise<void> => runtime.clock.advance(1_500);
    for (let call = 0; call < 20; call += 1) await breaker.call(slow);

    expect(breaker.slowRequests).toBe(20);
    expect(breaker.getMetrics().adaptiveFailureThreshold).toBe(5);
  });

  it('is private: two of one name share nothing', () => {
    const runtime = testRuntime();
    const [one, other] = [new AdaptiveCircuitBreaker({ name: 'orders' }, runtime), new AdaptiveCircuitBreaker({ name: 'orders' }, runtime)];
    one.forceOpen();

    expect([one.state, other.state]).toEqual(['open', 'closed']);
  });
});
