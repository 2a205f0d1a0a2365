import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecencyList } from '../../src/manager/recency-list.ts';
import type { RecencyNode } from '../../src/manager/recency-list.ts';
import { runs } from '../support/random.ts';

it('keeps its nodes in the order of their last use', () => {
  const steps = fc.array(fc.tuple(fc.nat(5), fc.constantFrom('touch', 'remove')), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (taken) => {
      const list = new RecencyList<RecencyNode & { readonly id: number }>();
      const nodes = Array.from({ length: 6 }, (_, id) => ({ id, newer: null, older: null }));
      let order: number[] = [];
      for (const [id, step] of taken) {
        const node = nodes[id] as (typeof nodes)[number];
        const inside = order.includes(id);
        if (step === 'touch' && inside) list.touch(node);
        else if (step === 'touch') list.add(node);
        else if (inside) list.remove(node);
        order = [...order.filter((each) => each !== id), ...(step === 'touch' ? [id] : [])];

        const seen: number[] = [];
        for (let each = list.oldest; each !== null; each = each.newer as typeof each) seen.push(each.id);
        expect(seen).toEqual(order);
      }
    }),
    { numRuns: runs(200) },
  );
});
