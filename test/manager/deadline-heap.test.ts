import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DeadlineHeap } from '../../src/manager/deadline-heap.ts';
import { runs } from '../support/random.ts';

it('always knows the nearest deadline, whatever is set, moved and removed', () => {
  const steps = fc.array(fc.tuple(fc.nat(9), fc.oneof(fc.nat(20), fc.constant(Number.POSITIVE_INFINITY), fc.constant(null))), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (taken) => {
      const heap = new DeadlineHeap<{ deadline: number; place: number }>();
      const nodes = Array.from({ length: 10 }, () => ({ deadline: 0, place: -1 }));
      for (const [index, deadline] of taken) {
        const node = nodes[index] as (typeof nodes)[number];
        if (deadline === null) heap.remove(node);
        else heap.set(node, deadline);

        const inside = nodes.filter(({ place }) => place !== -1);
        expect(heap.nearest?.deadline).toBe(inside.length === 0 ? undefined : Math.min(...inside.map((each) => each.deadline)));
        expect(inside.map(({ place }) => place).toSorted((one, other) => one - other)).toEqual(inside.map((_, place) => place));
      }
    }),
    { numRuns: runs(200) },
  );
});
