import { describe, expect, it } from 'vitest';
import { opened, pristine, probing, recovered, transitions } from '../../src/core/transition.ts';
import { closedWith, halfOpenWith, openWith } from '../support/states.ts';

const NEVER = Number.POSITIVE_INFINITY;
const OPENING = { reason: 'error_rate', openings: 3, saturated: false, waitMs: 4_000, firmMs: 0 };

describe('transitions', () => {
  it('lists the whole state machine', () => {
    expect(transitions).toEqual({
      closed: { trip: { to: 'open', enter: opened } },
      open: { probe: { to: 'half_open', enter: probing }, reset: { to: 'closed', enter: pristine } },
      half_open: {
        recover: { to: 'closed', enter: recovered },
        relapse: { to: 'open', enter: opened },
        reset: { to: 'closed', enter: pristine },
      },
    });
  });
});

describe('opened', () => {
  it('starts a wait as the opening decided', () => {
    expect(opened(closedWith({ openings: 2 }), 20_000, OPENING)).toEqual({
      name: 'open',
      since: 20_000,
      openings: 3,
      saturated: false,
      reason: 'error_rate',
      waitMs: 4_000,
      deadline: 24_000,
      firmUntil: 20_000,
      heldMs: 0,
      healthShortened: false,
    });
  });

  it('keeps the part that was asked for, and that the wait has reached the cap', () => {
    const state = opened(halfOpenWith(), 20_000, { ...OPENING, saturated: true, waitMs: 9_000, firmMs: 7_000 });

    expect(state).toMatchObject({ deadline: 29_000, firmUntil: 27_000, saturated: true });
  });

  it('has no deadline when the wait is infinite', () => {
    expect(opened(closedWith(), 20_000, { ...OPENING, waitMs: NEVER }).deadline).toBe(NEVER);
  });

  it.each([true, false])('remembers whether health has shortened a wait when a probe failed: %s', (healthShortened) => {
    expect(opened(halfOpenWith({ healthShortened }), 20_000, OPENING).healthShortened).toBe(healthShortened);
  });
});

describe('probing', () => {
  it('starts without probes and remembers the outage', () => {
    const from = openWith({ openings: 3, saturated: true, waitMs: 4_000, healthShortened: true });

    const next = probing(from, 24_000);

    expect(next).toMatchObject({
      name: 'half_open',
      since: 24_000,
      openings: 3,
      saturated: true,
      waitMs: 4_000,
      successes: 0,
      failures: 0,
      healthShortened: true,
    });
    expect(next.probes.size).toBe(0);
  });
});

describe('recovered', () => {
  it('remembers only the openings', () => {
    const from = halfOpenWith({ openings: 3, saturated: true, successes: 3, healthShortened: true }, [2_000]);

    expect(recovered(from, 30_000))
      .toEqual({ name: 'closed', since: 30_000, openings: 3, saturated: true });
  });
});

describe('pristine', () => {
  it.each([closedWith({ saturated: true }), openWith({ saturated: true }), halfOpenWith({ saturated: true })])(
    'remembers nothing when the circuit was $name',
    (from) => {
      expect(pristine(from, 30_000))
        .toEqual({ name: 'closed', since: 30_000, openings: 0, saturated: false });
    },
  );
});
