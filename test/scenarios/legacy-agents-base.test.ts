import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/agents-base/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { errorOf } from '../support/outcomes.ts';

/** LEGACY 6.2: the breaker of agents had metrics of another class put into it, and fell over its own bookkeeping. */
describe('the metrics crash of the agents', () => {
  it('6.2: every failure reaches its caller unchanged, the opening one and slow ones too, at the configured threshold', async () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker({ name: 'triage', failureThreshold: 7, timeoutSeconds: 600 }, runtime);
    const errors = Array.from({ length: 7 }, (_, index) => new Error(`failure ${index}`));
    const seen = [];
    const states = [];
    for (const error of errors) {
      seen.push(
        await errorOf(
          breaker.execute(async () => {
            runtime.clock.advance(10_000);
            throw error;
          }),
        ),
      );
      states.push(breaker.state);
    }

    expect(seen).toEqual(errors);
    expect(states).toEqual([...Array.from({ length: 6 }, () => 'closed'), 'open']);
  });

  it('6.2: an agent that reports its status while its breaker opens and recovers gets an answer each time', async () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker({ name: 'triage', failureThreshold: 2 }, runtime);
    const states: string[] = [];
    const heartbeat = (): void => void states.push(breaker.getStatus().state);
    for (let failure = 0; failure < 2; failure += 1) {
      await errorOf(breaker.execute(() => Promise.reject(new Error('down'))));
      heartbeat();
    }
    runtime.clock.advance(60_000);
    for (let success = 0; success < 3; success += 1) {
      heartbeat();
      await breaker.execute(() => 'fine');
    }
    heartbeat();

    expect(states).toEqual(['closed', 'open', 'half_open', 'half_open', 'half_open', 'closed']);
  });
});
