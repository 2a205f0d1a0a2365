import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecencyLinks, RecencyList } from '../../src/manager/recency-list.ts';
import { runs } from '../support/random.ts';

it('keeps its nodes in the order of their last use', () => {
  const steps = fc.array(fc.tuple(fc.nat(40), fc.constantFrom('touch', 'remove')), { maxLength: 120 });
  fc.assert(
    fc.property(steps, (taken) => {
      const links = new RecencyLinks<number>();
      const list = new RecencyList(links);
      const slots = new Map<number, number>();
      let order: number[] = [];
      for (const [id, step] of taken) {
        const slot = slots.get(id);
        if (step === 'touch' && slot !== undefined) list.touch(slot);
        else if (step === 'touch') {
          slots.set(id, links.claim(id));
          list.add(slots.get(id) as number);
        } else if (slot !== undefined) {
          list.remove(slot);
          links.release(slot);
          slots.delete(id);
        }
        order = [...order.filter((each) => each !== id), ...(step === 'touch' ? [id] : [])];

        expect([...list]).toEqual(order);
      }
    }),
    { numRuns: runs(200) },
  );
});
