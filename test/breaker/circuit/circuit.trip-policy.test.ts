import { describe, expect, it } from 'vitest';
import { reconfigure } from '../../../src/breaker/circuit/reconfigure.ts';
import { resolveConstruction } from '../../../src/breaker/options/resolve.ts';
import { UnifiedCircuitBreaker } from '../../../src/index.ts';
import type { TripEvidence, TripPolicy, UnifiedCircuitConfig } from '../../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { movesOf, problemsOf, readyToProbe, take, throwing } from '../../support/calls.ts';
import { BOOM, fail, succeed } from '../../support/outcomes.ts';

/** A policy that counts what it sees and never opens the circuit. */
function watching() {
  const seen: (TripEvidence | 'clear')[] = [];
  const policy: TripPolicy = {
    shouldTrip: (evidence) => (seen.push(evidence), null), clear: () => void seen.push('clear'),
  };
  return { seen, policy };
}

describe('a trip policy', () => {
  const noReason = 'TypeError: `shouldTrip()` must return a reason or null. It returned';

  it('replaces the built-in rules', async () => {
    const tripPolicy: TripPolicy = { shouldTrip: ({ windowCalls }) => (windowCalls === 3 ? 'third call' : null) };
    const { breaker, events } = breakerWith({ failureThreshold: 1, tripPolicy });
    await fail(breaker, 2);
    const before = breaker.state;
    await succeed(breaker);

    expect([before, breaker.state, movesOf(events).at(-1)?.reason]).toEqual(['closed', 'open', 'third call']);
  });

  it.each([
    ['silent', silentBreakerWith],
    ['heard', breakerWith],
  ])('sees each counted outcome of a breaker that is %s, and is cleared with every move', async (_what, make) => {
    const { seen, policy } = watching();
    const made = make({ slowCallThresholdMs: 5, ignoreErrors: RangeError, tripPolicy: policy });
    const { breaker, clock } = made;
    clock.advance(100);
    await succeed(breaker);
    await fail(breaker, 1, new RangeError('ignored'));
    await take(made, 6, BOOM);

    breaker.trip();
    breaker.reset();
    breaker.reset();

    const first = {
      now: 100, failed: false, slow: false, error: undefined, durationMs: 0, consecutiveFailures: 0, health: null,
    };
    const second = {
      now: 106, failed: true, slow: true, error: BOOM, durationMs: 6, consecutiveFailures: 1, health: null,
    };
    expect(seen).toEqual([
      { ...first, windowCalls: 1, windowFailures: 0, windowSlowCalls: 0 },
      { ...second, windowCalls: 2, windowFailures: 1, windowSlowCalls: 1 },
      'clear',
      'clear',
      'clear',
    ]);
  });

  it.each([
    ['throws', throwing(BOOM), 'Error: boom'],
    ['returns true', () => true, `${noReason} true.`],
    ['returns nothing', () => undefined, `${noReason} undefined.`],
    ['rejects', () => Promise.reject(BOOM), `${noReason} a promise.`],
  ])('is reported and opens nothing when it %s', async (_what, shouldTrip, report) => {
    const { breaker, internalErrors } = silentBreakerWith({ tripPolicy: { shouldTrip: shouldTrip as never } });
    await fail(breaker);

    expect(breaker.state).toBe('closed');
    expect(internalErrors.map(({ source, error }) => [source, String(error)])).toEqual([['tripPolicy', report]]);
  });

  it.each<[string, (() => void) | undefined, unknown[]]>([
    ['throws', throwing(BOOM), [{ source: 'tripPolicy', error: BOOM }]],
    ['rejects', () => Promise.reject(BOOM) as never, []],
    ['does not exist', undefined, []],
  ])('lets the circuit move when its clear() %s', async (_what, clear, reports) => {
    const tripPolicy = { shouldTrip: () => null, ...(clear && { clear }) };
    const { breaker, clock, internalErrors } = silentBreakerWith({ tripPolicy });
    breaker.trip();
    await clock.advanceAsync(0);

    expect([breaker.state, internalErrors]).toEqual(['open', reports]);
  });

  it.each<[string, (breaker: UnifiedCircuitBreaker) => void, unknown[]]>([
    ['trip()', (breaker) => breaker.trip({ reason: 'inner' }), ['open', 1]],
    ['reset()', (breaker) => breaker.reset(), ['closed', 0]],
  ])('changes no result when it calls %s itself, which stands', async (_what, act, state) => {
    const tripPolicy = { shouldTrip: () => (act(breaker), 'outer') };
    const { breaker } = silentBreakerWith({ tripPolicy });

    expect(await breaker.tryCall(() => Promise.reject(BOOM))).toEqual({ status: 'failure', error: BOOM });
    expect([breaker.state, breaker.snapshot().openings]).toEqual(state);
  });

  it('does not decide over probes', async () => {
    const { breaker } = readyToProbe(silentBreakerWith({ tripPolicy: { shouldTrip: () => 'always' } }));
    await succeed(breaker, 3);

    expect(breaker.state).toBe('closed');
  });
});

describe('a function that makes a trip policy', () => {
  it('is called once for each breaker', async () => {
    let made = 0;
    const tripPolicy = (): TripPolicy => {
      made += 1;
      let failures = 0;
      return { shouldTrip: ({ failed }) => (failed && (failures += 1) >= 2 ? 'two' : null) };
    };
    const [one, other] = [silentBreakerWith({ tripPolicy }).breaker, silentBreakerWith({ tripPolicy }).breaker];

    await fail(one);
    await fail(other);
    const states = [one.state, other.state];
    await fail(other);

    expect([made, states, one.state, other.state]).toEqual([2, ['closed', 'closed'], 'closed', 'open']);
  });

  it.each([
    ['nothing', undefined, 'undefined'],
    ['a policy without shouldTrip()', {}, 'an object'],
    ['a promise', Promise.resolve({ shouldTrip: () => null }), 'a promise'],
  ])('is rejected when it returns %s', (_what, returned, shown) => {
    const problems = problemsOf(() => silentBreakerWith({ tripPolicy: () => returned as never }));

    expect(problems).toEqual([`\`tripPolicy()\` must return a policy with shouldTrip(). It returned ${shown}.`]);
  });
});

describe('reconfigure', () => {
  const change = (breaker: UnifiedCircuitBreaker, config: Partial<UnifiedCircuitConfig>): void => {
    const { options } = resolveConstruction({ name: 'orders', timeoutMs: null, ...config });
    reconfigure(UnifiedCircuitBreaker.circuitOf(breaker), options);
  };

  it('keeps the policy when the function that made it is given again', async () => {
    const policies: ReturnType<typeof watching>[] = [];
    const tripPolicy = () => {
      policies.push(watching());
      return (policies.at(-1) as ReturnType<typeof watching>).policy;
    };
    const { breaker } = silentBreakerWith({ tripPolicy });

    change(breaker, { tripPolicy });
    await fail(breaker);
    change(breaker, { tripPolicy: () => tripPolicy() });
    await fail(breaker);

    expect(policies.map(({ seen }) => seen.length)).toEqual([1, 1]);
  });

  it('keeps a policy that is given again, and replaces it by another or by the rules', async () => {
    const [first, second] = [watching(), watching()];
    const { breaker } = silentBreakerWith({ tripPolicy: first.policy });
    change(breaker, { tripPolicy: first.policy });
    await fail(breaker);
    change(breaker, { tripPolicy: second.policy });
    await fail(breaker);
    change(breaker, { failureThreshold: 3 });
    await fail(breaker);

    expect([first.seen.length, second.seen.length, breaker.state]).toEqual([1, 1, 'open']);
  });

  it('changes nothing when the new function returns no policy', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 2 });

    expect(problemsOf(() => change(breaker, { tripPolicy: () => undefined as never }))).toHaveLength(1);
    await fail(breaker, 2);
    expect([breaker.state, breaker.explain().includes('consecutive failures')]).toEqual(['open', true]);
  });
});
