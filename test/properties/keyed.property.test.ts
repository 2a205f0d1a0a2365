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
  forced: boolean;
  openUntil: number | null;
  calls: Pending<string>[];
}

const isProtected = ({ forced, openUntil, calls }: Entry, now: number): boolean => forced || (openUntil !== null && openUntil > now) || calls.length > 0;

/** The rule of the issue: the least recently used that is free; else the nearest deadline; else the least recently used in flight; else none. */
function victimOf(entries: ReadonlyMap<string, Entry>, now: number): string | null | undefined {
  const byUse = [...entries].toSorted(([, one], [, other]) => one.lastUse - other.lastUse);
  const free = byUse.find(([, entry]) => !isProtected(entry, now));
  if (free !== undefined) return free[0];
  const open = byUse.filter(([, { forced, openUntil }]) => !forced && openUntil !== null);
  if (open.length > 0) return open.toSorted(([, one], [, other]) => (one.openUntil ?? 0) - (other.openUntil ?? 0))[0]?.[0];
  return byUse.find(([, { forced }]) => !forced)?.[0] ?? null;
}

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('use' as const), key: keys }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('call' as const, 'settle' as const), key: keys }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('trip' as const, 'reset' as const, 'force' as const, 'release' as const, 'remove' as const), key: keys }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), key: keys, ms: fc.integer({ min: 1, max: 700 }) }) },
);

it('a group never has too many keys, and makes room by the rule', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { manager, clock } = managerWith({ timeoutMs: null, recoveryTimeoutMs: WAIT_MS, exponentialBackoff: false, jitter: false });
      const group = manager.keyed('keys', { maxKeys: MAX_KEYS });
      const entries = new Map<string, Entry>();
      let uses = 0;

      const use = (key: string): Entry => {
        const known = entries.get(key);
        const victim = known === undefined && entries.size === MAX_KEYS ? victimOf(entries, clock.now()) : undefined;
        const breaker = group.for(key);
        const entry = known ?? { breaker, lastUse: 0, forced: false, openUntil: null, calls: [] };
        expect(breaker).toBe(entry.breaker);
        entry.lastUse = uses += 1;
        if (typeof victim === 'string') entries.delete(victim);
        if (victim !== null) entries.set(key, entry);
        return entry;
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
          if (!entry.forced) entry.lastUse = uses += 1;
        } else if (each.do === 'reset') {
          entry.breaker.reset();
          entry.openUntil = null;
          entry.lastUse = uses += 1;
        } else if (each.do === 'force' || (each.do === 'release' && entry.forced)) {
          if (each.do === 'force') entry.breaker.forceClose();
          else entry.breaker.release();
          entry.forced = each.do === 'force';
          entry.lastUse = uses += 1;
        } else if (each.do === 'remove') {
          group.remove(each.key);
          entries.delete(each.key);
        }

        expect(group.size).toBeLessThanOrEqual(MAX_KEYS);
        expect([...group].map(([key]) => key).toSorted()).toEqual([...entries.keys()].toSorted());
        for (const [key, { breaker }] of entries) expect(group.get(key)).toBe(breaker);
      }
    }),
    { numRuns: runs(300) },
  );
});
