import { describe, expect, it, vi } from 'vitest';
import { anyOf } from '../../src/trip/any-of.ts';
import type { TripPolicy } from '../../src/trip/trip-policy.ts';
import { evidenceWith } from '../support/evidence.ts';

const BOOM = new Error('boom');

/** A policy that returns one answer, right or wrong. */
const always = (answer: unknown) => ({
  shouldTrip: vi.fn<TripPolicy['shouldTrip']>(() => answer as string | null),
  clear: vi.fn<() => void>(),
});

const throwing = (error: unknown = BOOM): TripPolicy => {
  const fail = (): never => {
    throw error;
  };
  return { shouldTrip: fail, clear: fail };
};

describe('anyOf', () => {
  it.each([
    [[], null],
    [[null, null], null],
    [['first', null], 'first'],
    [[null, 'second', 'third'], 'second'],
    [['', 'second'], ''],
    [[false, 'second'], 'second'],
    [[undefined, 7, {}, 'fourth'], 'fourth'],
  ])('of the answers %j returns the first reason: %j', (answers, expected) => {
    expect(anyOf(...answers.map(always)).shouldTrip(evidenceWith({}))).toBe(expected);
  });

  it('shows every outcome to every policy, even after one has opened or thrown', () => {
    const policies = [always('first'), always(null), always('third')];
    const evidence = evidenceWith({ failed: true, now: 7 });

    expect(anyOf(throwing(), ...policies).shouldTrip(evidence)).toBe('first');
    for (const { shouldTrip } of policies) expect(shouldTrip.mock.calls).toEqual([[evidence]]);
  });

  it('clears every policy, even when one throws or has nothing to clear', () => {
    const policies = [always(null), always('second')];

    anyOf({ shouldTrip: () => null }, ...policies).clear?.();

    expect(() => anyOf(throwing(), ...policies).clear?.()).toThrow(BOOM);
    for (const { clear } of policies) expect(clear).toHaveBeenCalledTimes(2);
  });

  it('calls the policies as methods', () => {
    class Counting implements TripPolicy {
      seen = 0;
      shouldTrip(): string | null {
        this.seen += 1;
        return this.seen >= 2 ? 'counted' : null;
      }
      clear(): void {
        this.seen = 0;
      }
    }
    const policy = anyOf(new Counting());

    const reasons = [policy.shouldTrip(evidenceWith({})), policy.shouldTrip(evidenceWith({}))];
    policy.clear?.();
    reasons.push(policy.shouldTrip(evidenceWith({})));

    expect(reasons).toEqual([null, 'counted', null]);
  });

  it.each([
    [false, 'false'],
    [undefined, 'undefined'],
    [{}, 'an object'],
  ])('throws when a policy returns %j and no other opens', (answer, shown) => {
    const policy = anyOf(always(null), always(answer), throwing());

    expect(() => policy.shouldTrip(evidenceWith({}))).toThrow(
      new TypeError(`\`shouldTrip()\` must return a reason or null. It returned ${shown}.`),
    );
  });

  it('throws what the first policy threw when no other opens', () => {
    const last = always(null);

    expect(() => anyOf(throwing(), throwing(new Error('later')), last).shouldTrip(evidenceWith({}))).toThrow(BOOM);
    expect(last.shouldTrip).toHaveBeenCalledOnce();
  });
});
