import { describe, expect, it, vi } from 'vitest';
import { anyOf } from '../../src/trip/any-of.ts';
import type { TripPolicy } from '../../src/trip/trip-policy.ts';
import { evidenceWith } from '../support/evidence.ts';

/** A policy that always answers the same. */
const always = (reason: string | null) => ({ shouldTrip: vi.fn<TripPolicy['shouldTrip']>(() => reason), clear: vi.fn<() => void>() });

const BOOM = new Error('boom');

/** A policy that does nothing but throw. */
const throwing: TripPolicy = {
  shouldTrip() {
    throw BOOM;
  },
  clear() {
    throw BOOM;
  },
};

describe('anyOf', () => {
  it.each([
    [[], null],
    [[null], null],
    [[null, null], null],
    [['first'], 'first'],
    [[null, 'second'], 'second'],
    [['first', null], 'first'],
    [['first', 'second'], 'first'],
    [[null, 'second', 'third'], 'second'],
  ])('of the answers %j gives %s', (answers, expected) => {
    const policy = anyOf(...answers.map(always));

    const reason = policy.shouldTrip(evidenceWith({}));

    expect(reason).toBe(expected);
  });

  it('keeps an empty reason, which is one', () => {
    const policy = anyOf(always(''), always('second'));

    const reason = policy.shouldTrip(evidenceWith({}));

    expect(reason).toBe('');
  });

  it('shows every outcome to every policy, also when an earlier one trips', () => {
    const policies = [always('first'), always(null), always('third')];
    const evidence = evidenceWith({ failed: true, now: 7 });

    anyOf(...policies).shouldTrip(evidence);

    for (const { shouldTrip } of policies) expect(shouldTrip.mock.calls).toEqual([[evidence]]);
  });

  it('clears every policy that remembers something', () => {
    const forgetful: TripPolicy = { shouldTrip: () => null };
    const policies = [always(null), always('second')];

    anyOf(forgetful, ...policies).clear?.();

    for (const { clear } of policies) expect(clear).toHaveBeenCalledOnce();
  });

  it('keeps each policy its own `this`', () => {
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

  it('trips by the other policies when one throws', () => {
    const policy = anyOf(throwing, always(null), always('third'));

    const reason = policy.shouldTrip(evidenceWith({}));

    expect(reason).toBe('third');
  });

  it.each([false, true, undefined, 7, {}])('trips by the other policies when one answers with %j', (answer) => {
    const policy = anyOf({ shouldTrip: () => answer as unknown as null }, always('second'));

    const reason = policy.shouldTrip(evidenceWith({}));

    expect(reason).toBe('second');
  });

  it.each([
    [false, 'false'],
    [undefined, 'undefined'],
    [{}, 'an object'],
  ])('throws when one answers with %j and no other trips', (answer, shown) => {
    const policy = anyOf(always(null), { shouldTrip: () => answer as unknown as null }, throwing);

    expect(() => policy.shouldTrip(evidenceWith({}))).toThrow(new TypeError(`Expected shouldTrip() to return a reason or null, got ${shown}`));
  });

  it('throws what a policy threw when no other trips, after all have seen the outcome', () => {
    const last = always(null);
    const policy = anyOf(always(null), throwing, last);

    expect(() => policy.shouldTrip(evidenceWith({}))).toThrow(BOOM);
    expect(last.shouldTrip).toHaveBeenCalledOnce();
  });

  it('throws what the first of several policies threw', () => {
    const later: TripPolicy = {
      shouldTrip() {
        throw new Error('later');
      },
    };

    expect(() => anyOf(throwing, later).shouldTrip(evidenceWith({}))).toThrow(BOOM);
  });

  it('clears every policy, also when one throws, and throws that', () => {
    const last = always(null);
    const policy = anyOf(throwing, last);

    expect(() => policy.clear?.()).toThrow(BOOM);
    expect(last.clear).toHaveBeenCalledOnce();
  });
});
