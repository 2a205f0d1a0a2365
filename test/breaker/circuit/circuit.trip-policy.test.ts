import { describe, expect, it } from 'vitest';
import type { TripEvidence } from '../../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, fail, hang, succeed } from '../../support/outcomes.ts';

describe('a trip policy of the user', () => {
  it('replaces the closed rules', async () => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 }, { tripPolicy: { shouldTrip: ({ windowCalls }) => (windowCalls === 3 ? 'third call' : null) } });

    await fail(breaker, 2);
    const before = breaker.state;
    await succeed(breaker);

    expect([before, breaker.state]).toEqual(['closed', 'open']);
    expect(events.at(-1)).toMatchObject({ reason: 'third call' });
  });

  it('sees each counted outcome, and is cleared with every change', async () => {
    const seen: (TripEvidence | 'clear')[] = [];
    const { breaker, clock } = silentBreakerWith(
      { slowCallThresholdMs: 5, ignoreErrors: RangeError },
      {
        tripPolicy: {
          shouldTrip: (evidence) => {
            seen.push(evidence);
            return null;
          },
          clear: () => void seen.push('clear'),
        },
      },
    );
    clock.advance(100);
    await succeed(breaker);
    await fail(breaker, 1, new RangeError('ignored'));
    const call = hang(breaker);
    clock.advance(6);
    call.operation.reject(BOOM);
    await call.settled;

    breaker.trip();
    breaker.reset();

    expect(seen).toEqual([
      { now: 100, failed: false, slow: false, error: undefined, durationMs: 0, consecutiveFailures: 0, windowCalls: 1, windowFailures: 0, windowSlowCalls: 0, health: null },
      { now: 106, failed: true, slow: true, error: BOOM, durationMs: 6, consecutiveFailures: 1, windowCalls: 2, windowFailures: 1, windowSlowCalls: 1, health: null },
      'clear',
      'clear',
    ]);
  });

  it.each([
    ['throws', () => { throw BOOM; }, 'Error: boom'],
    ['answers true', () => true, 'TypeError: Expected shouldTrip() to return a reason or null, got true'],
    ['answers a promise', () => Promise.resolve('reason'), 'TypeError: Expected shouldTrip() to return a reason or null, got a promise'],
    ['answers nothing', () => undefined, 'TypeError: Expected shouldTrip() to return a reason or null, got undefined'],
  ])('that %s does not trip, and is reported', async (_what, shouldTrip, report) => {
    const { breaker, internalErrors } = silentBreakerWith({}, { tripPolicy: { shouldTrip: shouldTrip as never } });

    await fail(breaker);

    expect(breaker.state).toBe('closed');
    expect(internalErrors.map(({ source, error }) => [source, String(error)])).toEqual([['tripPolicy', report]]);
  });

  it('is cleared by a reset of a closed circuit too', () => {
    let cleared = 0;
    const { breaker } = silentBreakerWith({}, { tripPolicy: { shouldTrip: () => null, clear: () => void (cleared += 1) } });

    breaker.reset();

    expect(cleared).toBe(1);
  });

  it('need not be cleared', () => {
    const { breaker, internalErrors } = silentBreakerWith({}, { tripPolicy: { shouldTrip: () => null } });

    breaker.trip();
    breaker.reset();

    expect(internalErrors).toEqual([]);
  });

  it('sees of a success that it has not failed, whoever listens', async () => {
    const seen: boolean[] = [];
    const tripPolicy = {
      shouldTrip: ({ failed }: TripEvidence) => {
        seen.push(failed);
        return null;
      },
    };
    const { breaker } = breakerWith({}, { tripPolicy });

    await succeed(breaker);
    await fail(breaker);

    expect(seen).toEqual([false, true]);
  });

  it('whose clear throws is reported, and the circuit moves', () => {
    const { breaker, internalErrors } = silentBreakerWith({}, { tripPolicy: { shouldTrip: () => null, clear: () => { throw BOOM; } } });

    breaker.trip();

    expect(breaker.state).toBe('open');
    expect(internalErrors).toEqual([{ source: 'tripPolicy', error: BOOM }]);
  });

  it('that trips the breaker itself changes no result', async () => {
    const { breaker } = silentBreakerWith({}, { tripPolicy: { shouldTrip: () => { breaker.trip({ reason: 'inner' }); return 'outer'; } } });

    const settled = await breaker.tryCall(() => Promise.reject(BOOM));

    expect(settled).toEqual({ status: 'failure', error: BOOM });
    expect([breaker.state, breaker.snapshot().openings]).toEqual(['open', 1]);
  });

  it('that resets the breaker changes no result', async () => {
    const { breaker } = silentBreakerWith({}, { tripPolicy: { shouldTrip: () => { breaker.reset(); return 'outer'; } } });

    const settled = await breaker.tryCall(() => 'value');

    expect(settled).toEqual({ status: 'success', value: 'value' });
  });

  it('does not decide over probes', async () => {
    const { breaker, clock } = silentBreakerWith({}, { tripPolicy: { shouldTrip: () => 'always' } });
    breaker.trip();
    clock.advance(60_000);

    await succeed(breaker, 3);

    expect(breaker.state).toBe('closed');
  });
});
