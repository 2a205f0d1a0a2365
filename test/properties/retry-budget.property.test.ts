import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retry, RetryBudget } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { errorOf } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';

/** A ratio as a share of a thousand, so that the law can be checked in whole numbers. */
const perMille = fc.integer({ min: 1, max: 1_000 });
const reserves = fc.integer({ min: 1, max: 20 });

describe('a retry budget', () => {
  it('allows in every stretch of calls at most its reserve and its share of the first attempts', () => {
    fc.assert(
      fc.property(perMille, reserves, fc.array(fc.boolean(), { maxLength: 200 }), (share, reserve, steps) => {
        const budget = new RetryBudget({ ratio: share / 1_000, reserve });
        // The largest excess of retries over earnings of any stretch that ends here, in thousandths of a retry.
        let excess = 0;

        for (const isFirst of steps) {
          if (isFirst) budget.deposit();
          const spent = !isFirst && budget.withdraw() ? 1_000 : 0;
          excess = Math.max(0, excess + spent - (isFirst ? share : 0));
          expect(excess).toBeLessThanOrEqual(reserve * 1_000);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('refuses a retry only when less than a token is left of what was earned', () => {
    fc.assert(
      fc.property(perMille, reserves, fc.array(fc.boolean(), { maxLength: 200 }), (share, reserve, steps) => {
        const budget = new RetryBudget({ ratio: share / 1_000, reserve });
        let thousandths = reserve * 1_000;

        for (const isFirst of steps) {
          const allowed = isFirst ? void budget.deposit() : budget.withdraw();
          const expected = isFirst ? undefined : thousandths >= 1_000;
          if (isFirst) thousandths = Math.min(reserve * 1_000, thousandths + share);
          else if (expected === true) thousandths -= 1_000;

          expect([allowed, budget.tokens]).toEqual([expected, thousandths / 1_000]);
        }
      }),
      { numRuns: runs(200) },
    );
  });
});

/** One retry of several: when it begins, and how its attempts end. */
const plans = fc.array(fc.record({ startsAt: fc.nat({ max: 5_000 }), attempts: fc.integer({ min: 1, max: 6 }),
  failures: fc.nat({ max: 8 }), tookMs: fc.nat({ max: 400 }) }), { maxLength: 30 });

describe('retries that share a budget', () => {
  it('add no more to the load than it allows, however they overlap, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(perMille, reserves, plans, async (share, reserve, planned) => {
        const clock = new FakeClock();
        const budget = new RetryBudget({ ratio: share / 1_000, reserve });
        let [firsts, retries] = [0, 0];
        const ended: Promise<unknown>[] = [];
        const excesses: number[] = [];

        for (const { startsAt, attempts, failures, tookMs } of planned) {
          const operation = async ({ attempt }: { readonly attempt: number }): Promise<void> => {
            if (attempt === 1) firsts += 1;
            else retries += 1;
            excesses.push(retries * 1_000 - firsts * share);
            await new Promise<void>((resolve) => void clock.after(tookMs, resolve));
            if (attempt <= failures) throw new Error(`attempt ${attempt}`);
          };
          clock.after(startsAt, () => void ended.push(errorOf(retry(operation,
            { attempts, budget, clock, random: () => 0.5 })).catch(() => 'fine')));
        }
        await clock.advanceAsync(60_000);

        expect(Math.max(0, ...excesses)).toBeLessThanOrEqual(reserve * 1_000);
        expect([firsts, clock.timers]).toEqual([planned.length, 0]);
        expect(await Promise.all(ended)).toHaveLength(planned.length);
      }),
      { numRuns: runs(60) },
    );
  });
});
