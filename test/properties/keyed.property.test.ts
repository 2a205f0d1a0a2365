import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UnifiedCircuitBreaker } from '../../src/index.ts';
import { managerWith } from '../support/manager.ts';
import { hang } from '../support/outcomes.ts';
import type { Pending } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';

const MAX_KEYS = 3;
const WAIT_MS = 1_000;

/** What the model knows of a key, from the rule alone. */
interface Entry {
  readonly breaker: UnifiedCircuitBreaker;
  lastUse: number;
  lastExamined: number;
  forced: boolean;
  openUntil: number | null;
  calls: Pending<string>[];
}

/** The rank of a protected key, the lower the sooner it is evicted; 0 if it is not protected. */
function rankOf({ forced, openUntil, calls }: Entry, now: number): number {
  if (forced) return 3;
  if (openUntil !== null && openUntil > now) return 1;
  return calls.length > 0 ? 2 : 0;
}

/** The first key in turn that is unprotected and unused since it was examined, else the best of all. */
function victimOf(ring: readonly Entry[], hand: number, uses: number, now: number): Entry | null {
  const turn = [...ring.slice(hand), ...ring.slice(0, hand)];
  for (const entry of turn) {
    if (rankOf(entry, now) === 0 && entry.lastUse <= entry.lastExamined) return entry;
    entry.lastExamined = uses;
  }
  const orderOf = (entry: Entry): number => (rankOf(entry, now) === 1 ? (entry.openUntil ?? 0) : entry.lastUse);
  const sorted = turn
    .filter(({ forced }) => !forced)
    .toSorted((one, other) => rankOf(one, now) - rankOf(other, now) || orderOf(one) - orderOf(other));
  return sorted[0] ?? null;
}

const keyOf = (breaker: UnifiedCircuitBreaker): string => breaker.name.slice('keys:'.length);
const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('use' as const), key: keys }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('call' as const, 'settle' as const), key: keys }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('trip' as const, 'reset' as const, 'force' as const, 'release' as const, 'remove' as const),
      key: keys,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), key: keys, ms: fc.integer({ min: 1, max: 700 }) }),
  },
);

it('a group never exceeds maxKeys, and evicts by the documented rule', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { manager, clock } = managerWith({
        timeoutMs: null,
        recoveryTimeoutMs: WAIT_MS,
        exponentialBackoff: false,
        jitter: false,
      });
      const group = manager.keyed('keys', { maxKeys: MAX_KEYS });
      const entries = new Map<string, Entry>();
      let ring: Entry[] = [];
      let hand = 0;
      let uses = 0;

      const use = (key: string): void => {
        const known = entries.get(key);
        uses += 1;
        if (hand >= ring.length) hand = 0;
        const victim =
          known === undefined && entries.size === MAX_KEYS ? victimOf(ring, hand, uses, clock.now()) : undefined;
        const breaker = group.for(key);
        expect(known?.breaker ?? breaker).toBe(breaker);
        if (known !== undefined) known.lastUse = uses;
        if (known !== undefined || victim === null) return;
        const entry: Entry = { breaker, lastUse: uses, lastExamined: uses, forced: false, openUntil: null, calls: [] };
        if (victim === undefined) ring.push(entry);
        else {
          const isFree =
            rankOf(victim, clock.now()) === 0 && victim.lastUse <= victim.lastExamined && victim.lastExamined !== uses;
          if (isFree) hand = ring.indexOf(victim) + 1;
          ring = ring.map((each) => (each === victim ? entry : each));
          entries.delete(keyOf(victim.breaker));
        }
        entries.set(key, entry);
      };

      for (const each of steps) {
        const entry = entries.get(each.key);
        if (each.do === 'use') use(each.key);
        else if (each.do === 'wait') clock.advance(each.ms);
        else if (entry === undefined) continue;
        else if (each.do === 'call' && entry.openUntil === null) entry.calls.push(hang(entry.breaker));
        else if (each.do === 'settle') {
          const call = entry.calls.pop();
          call?.operation.resolve('done');
          await call?.settled;
        } else if (each.do === 'trip' && entry.openUntil === null) {
          entry.breaker.trip();
          entry.openUntil = clock.now() + WAIT_MS;
        } else if (each.do === 'reset') {
          entry.breaker.reset();
          entry.openUntil = null;
        } else if (each.do === 'force' || (each.do === 'release' && entry.forced)) {
          if (each.do === 'force') entry.breaker.forceClose();
          else entry.breaker.release();
          entry.forced = each.do === 'force';
        } else if (each.do === 'remove') {
          group.remove(each.key);
          entries.delete(each.key);
          const last = ring.pop() as Entry;
          ring = ring.map((other) => (other === entry ? last : other));
        }

        expect(group.size).toBeLessThanOrEqual(MAX_KEYS);
        expect([...group].map(([key]) => key).toSorted()).toEqual([...entries.keys()].toSorted());
        for (const [key, { breaker }] of entries) expect(group.get(key)).toBe(breaker);
      }
    }),
    { numRuns: runs(300) },
  );
});
