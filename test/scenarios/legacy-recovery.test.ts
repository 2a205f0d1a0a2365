import { describe, expect, it } from 'vitest';
import type { Preset } from '../../src/presets/index.ts';
import { presetSources } from '../../src/presets/index.ts';
import { breakerWith } from '../support/breaker.ts';
import type { SeenEvent } from '../support/breaker.ts';
import { canonicalWith, failTimes, legacyWith, play } from '../support/legacy.ts';
import { errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const movesOf = (events: readonly SeenEvent[]): string[] => events.flatMap((event) => (event.type === 'stateChange' ? [`${event.from} -> ${event.to}`] : []));

/** A canonical breaker whose wait has just ended. */
function ready(options: Preset = {}) {
  const made = canonicalWith({ recoveryTimeoutMs: 10_000, ...options });
  made.breaker.trip();
  made.clock.advance(10_000);
  return made;
}

/** LEGACY 5.E. */
describe('recovery in the earlier code base', () => {
  it('45: when the wait is over and there is no health check, a call is admitted and succeeds', async () => {
    const { breaker } = ready();

    expect(await breaker.call(() => 'back')).toBe('back');
    expect(breaker.state).toBe('half_open');
  });

  it('46: when the wait is over, asking for permission asynchronously gives true, and the legacy state is half_open', async () => {
    const { breaker, clock } = legacyWith({ recoveryTimeout: 10 });
    breaker.forceOpen();
    clock.advance(10_000);

    expect([await breaker.canExecuteAsync(), breaker.state, breaker.isHalfOpen]).toEqual([true, 'half_open', true]);
  });

  it('47: with a success threshold of 2, the second success closes', async () => {
    expect(await play(ready({ successThreshold: 2 }).breaker, 'SS')).toEqual(['half_open', 'closed']);
  });

  it('48: one failure opens a half-open circuit again, also after a success', async () => {
    expect(await play(ready().breaker, 'F')).toEqual(['open']);
    expect(await play(ready().breaker, 'SF')).toEqual(['half_open', 'open']);
    const { breaker, clock } = legacyWith({ recoveryTimeout: 10 });
    breaker.forceOpen();
    clock.advance(10_000);
    await failTimes(breaker, 1);

    expect([breaker.state, breaker.canExecute()]).toEqual(['open', false]);
  });

  it('49: of three calls at once a limit of 2 lets two run; the permits come back, and three successes close', async () => {
    // 5.K2: permits are probes that run at once; DESIGN, "Half-open". A success threshold above the limit is legal.
    const { breaker } = ready({ halfOpenMaxCalls: 2, successThreshold: 3 });
    const [one, other, third] = [hang(breaker), hang(breaker), hang(breaker)];
    one.operation.resolve('fine');
    other.operation.resolve('fine');

    expect((await Promise.all([one.settled, other.settled, third.settled])).map(({ status }) => status)).toEqual(['success', 'success', 'rejected']);
    expect(breaker.state).toBe('half_open');
    await succeed(breaker);

    expect(breaker.state).toBe('closed');
  });

  it('50: probes succeed one after the other, half-open until the third closes', async () => {
    expect(await play(ready().breaker, 'SSS')).toEqual(['half_open', 'half_open', 'closed']);
  });

  it('51: from closed through an outage back to closed: nine calls, six successes, three failures', async () => {
    const { breaker, clock, events } = canonicalWith({ failureThreshold: 3, slidingWindowSize: 5, errorRateThreshold: 0.6, adaptiveThreshold: true, recoveryTimeoutMs: 10_000 });
    await play(breaker, 'SSSFFF');
    clock.advance(10_000);
    await play(breaker, 'SSS');

    expect([breaker.state, movesOf(events)]).toEqual(['closed', ['closed -> open', 'open -> half_open', 'half_open -> closed']]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 9, successfulCalls: 6, failedCalls: 3, rejectedCalls: 0 });
  });

  it('52: after a wait of 10 s one good request closes the legacy breaker, and the canonical one at its success threshold', async () => {
    // 5.K2, 52 against 45: the threshold is kept; LEGACY 2.4: the legacy name closes at the first success.
    const { breaker, clock } = legacyWith({ recoveryTimeout: 10 });
    breaker.forceOpen();
    clock.advance(10_000);
    await breaker.call(() => 'fine');

    expect(breaker.state).toBe('closed');
    expect(await play(ready({ successThreshold: 3 }).breaker, 'SSS')).toEqual(['half_open', 'half_open', 'closed']);
  });

  it('53: when the last failure is as old as the wait, asking gives true and the legacy state is half_open; the engine stays open until a call', async () => {
    // 5.K2, 43 against 53: DESIGN, "Open": half_open is entered by a call; the legacy state is computed.
    const { breaker, clock } = legacyWith({ failureThreshold: 1, recoveryTimeout: 10 });
    await failTimes(breaker, 1);
    clock.advance(10_000);

    expect([breaker.canExecute(), breaker.state, breaker.breaker.state]).toEqual([true, 'half_open', 'open']);
    const probe = hang(breaker.breaker);
    expect(breaker.breaker.state).toBe('half_open');
    probe.operation.resolve('fine');
    await probe.settled;
  });

  it('54: the moves are closed to open, open to half-open, and from there to either, and no others', async () => {
    const { breaker, clock, events } = canonicalWith({ failureThreshold: 2, successThreshold: 1, recoveryTimeoutMs: 1_000, exponentialBackoff: false });
    for (const word of ['SFF', 'F', 'S', 'FF', 'FS', 'SS']) {
      await play(breaker, word);
      clock.advance(1_000);
    }

    expect(new Set(movesOf(events))).toEqual(new Set(['closed -> open', 'open -> half_open', 'half_open -> open', 'half_open -> closed']));
    expect(breaker.getMetrics().stateChanges).toBe(movesOf(events).length);
  });

  it('55: with the legacy defaults a circuit is closed again 30 s after it opened, at the first call', async () => {
    const { breaker, clock } = legacyWith();
    await failTimes(breaker, 5);
    const states = [breaker.state];
    clock.advance(30_000);
    await breaker.call(() => 'fine');

    expect([...states, breaker.state, clock.now()]).toEqual(['open', 'closed', 30_000]);
  });

  it('56: of 20 calls, every third failing, 13 succeed and 7 fail, and the total is 20', async () => {
    const { breaker } = canonicalWith();
    await play(breaker, 'FSSFSSFSSFSSFSSFSSFS');

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 20, successfulCalls: 13, failedCalls: 7, rejectedCalls: 0 });
  });

  it('57: a wait given as a function is asked at each opening', async () => {
    const asked: number[] = [];
    const { breaker, clock } = canonicalWith({
      backoff: (openings) => {
        asked.push(openings);
        return openings * 7_000;
      },
    });
    breaker.trip();
    const waits = [breaker.retryAfterMs];
    clock.advance(7_000);
    await fail(breaker);

    expect([asked, [...waits, breaker.retryAfterMs]]).toEqual([[1, 2], [7_000, 14_000]]);
  });

  it.each(Object.entries(presetSources))('58: %s does not open at one error, and closes after any wait that it can have', async (_name, { preset }) => {
    const { breaker, clock } = breakerWith(preset);
    await fail(breaker);
    const states = [breaker.state];
    for (let opening = 0; opening < 12; opening += 1) {
      breaker.trip();
      clock.advance(preset.maxBackoffMs as number);
      await fail(breaker);
    }
    states.push(breaker.state);
    clock.advance(preset.maxBackoffMs as number);
    await succeed(breaker, preset.successThreshold as number);

    expect([...states, breaker.state]).toEqual(['closed', 'open', 'closed']);
  });

  it('58: a wait of 0, or a threshold of 0, is refused', () => {
    expect(() => canonicalWith({ recoveryTimeoutMs: 0 })).toThrow('`recoveryTimeoutMs`');
    expect(() => legacyWith({ recoveryTimeout: 0 })).toThrow('`recoveryTimeout`');
    expect(() => legacyWith({ failureThreshold: 0 })).toThrow('`failureThreshold`');
  });

  it('59: when a configuration is repaired later, the circuit closes by itself: no reset, no restart', async () => {
    const { breaker, clock } = legacyWith({ recoveryTimeout: 30 });
    const environment: { secret?: string } = {};
    const login = async (): Promise<string> => {
      if (environment.secret === undefined) throw new Error('SERVICE_SECRET is missing');
      return 'token';
    };
    for (let request = 0; request < 5; request += 1) await errorOf(breaker.call(login));
    const states = [breaker.state];
    environment.secret = 'there now';
    clock.advance(30_000);

    expect(await breaker.call(login)).toBe('token');
    expect([...states, breaker.state]).toEqual(['open', 'closed']);
  });
});
