import { describe, expect, it } from 'vitest';
import { RecentlyUsed } from '../../src/compat/recently-used.ts';
import { FakeClock } from '../../src/testing/index.ts';

const names = (values: RecentlyUsed<number>): readonly string[] => values.entries.map(([name]) => name);

describe('values that were used recently', () => {
  it('are never more than the bound: the one unused for longest makes room', () => {
    const values = new RecentlyUsed<number>(new FakeClock(), 2);
    values.set('a', 1);
    values.set('b', 2);
    values.use('a');
    values.peek('b');
    values.set('c', 3);

    expect(values.entries).toEqual([
      ['a', 1],
      ['c', 3],
    ]);
    expect([values.peek('b'), values.use('b')]).toEqual([undefined, undefined]);
  });

  it.each([
    [59_999, ['a', 'b']],
    [60_000, ['b']],
    [60_001, []],
  ])('are dropped when unused for so long: after %s ms of 60 000', (ms, left) => {
    const clock = new FakeClock();
    const values = new RecentlyUsed<number>(clock);
    values.set('a', 1);
    values.set('b', 2);
    clock.advance(1);
    values.use('b');
    values.peek('a');
    clock.advance(ms - 1);

    expect([values.dropIdle(60_000), names(values)]).toEqual([2 - left.length, left]);
  });

  it('can be taken away', () => {
    const values = new RecentlyUsed<number>();
    values.set('a', 1);

    expect([values.delete('a'), values.delete('a'), names(values)]).toEqual([true, false, []]);
  });
});
