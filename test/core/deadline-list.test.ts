import { describe, expect, it } from 'vitest';
import { DeadlineList } from '../../src/core/deadlines.ts';
import type { DeadlineNode } from '../../src/core/deadlines.ts';

const nodeAt = (deadline: number): DeadlineNode => ({ deadline, previous: null, next: null, listed: false });

function listOf(...nodes: readonly DeadlineNode[]): DeadlineList<DeadlineNode> {
  const list = new DeadlineList<DeadlineNode>();
  for (const node of nodes) list.add(node);
  return list;
}

/** The nodes from the head on; the links back are followed from the last one. */
function walk(list: DeadlineList<DeadlineNode>): { forwards: DeadlineNode[]; backwards: DeadlineNode[] } {
  const forwards: DeadlineNode[] = [];
  for (let node = list.head; node !== null; node = node.next) forwards.push(node);
  const backwards: DeadlineNode[] = [];
  for (let node = forwards.at(-1) ?? null; node !== null; node = node.previous) backwards.push(node);
  return { forwards, backwards };
}

const deadlines = (nodes: readonly DeadlineNode[]): number[] => nodes.map(({ deadline }) => deadline);

describe('the order', () => {
  it('has no head while empty', () => {
    const list = new DeadlineList<DeadlineNode>();

    expect(list.head).toBeNull();
  });

  it.each([
    ['in order', [10, 20, 30]],
    ['the last one first', [20, 30, 10]],
    ['in between', [10, 30, 20]],
    ['backwards', [30, 20, 10]],
  ])('keeps deadlines in order when they arrive %s', (_how, arrivals) => {
    const list = listOf(...arrivals.map(nodeAt));

    const { forwards, backwards } = walk(list);

    expect(deadlines(forwards)).toEqual([10, 20, 30]);
    expect(deadlines(backwards)).toEqual([30, 20, 10]);
  });

  it('keeps equal deadlines in the order in which they arrived', () => {
    const [first, second, third] = [nodeAt(10), nodeAt(10), nodeAt(10)];

    const list = listOf(first, second, third);

    expect(walk(list).forwards).toEqual([first, second, third]);
    expect(list.head).toBe(first);
    expect(first.next).toBe(second);
    expect(second.next).toBe(third);
  });
});

describe('removing', () => {
  it.each([
    [0, [20, 30]],
    [1, [10, 30]],
    [2, [10, 20]],
  ])('takes out the node at place %s and joins its neighbours', (place, left) => {
    const nodes = [nodeAt(10), nodeAt(20), nodeAt(30)];
    const list = listOf(...nodes);

    list.remove(nodes[place] as DeadlineNode);

    expect(deadlines(walk(list).forwards)).toEqual(left);
    expect(deadlines(walk(list).backwards)).toEqual(left.toReversed());
  });

  it('leaves nothing of the list in the node', () => {
    const nodes = [nodeAt(10), nodeAt(20), nodeAt(30)] as const;
    const list = listOf(...nodes);

    list.remove(nodes[1]);

    expect(nodes[1]).toEqual({ deadline: 20, previous: null, next: null, listed: false });
  });

  it('says of a node whether it is on the list', () => {
    const node = nodeAt(10);
    const list = listOf(node);
    const listed = node.listed;

    list.remove(node);

    expect([listed, node.listed]).toEqual([true, false]);
  });

  it('does nothing for a node that is not on the list', () => {
    const nodes = [nodeAt(10), nodeAt(20)] as const;
    const list = listOf(...nodes);
    list.remove(nodes[1]);

    list.remove(nodes[1]);

    expect(deadlines(walk(list).forwards)).toEqual([10]);
  });

  it('appends behind the new last node once the last one has gone', () => {
    const nodes = [nodeAt(10), nodeAt(20)] as const;
    const list = listOf(...nodes);
    list.remove(nodes[1]);

    list.add(nodeAt(15));

    expect(deadlines(walk(list).forwards)).toEqual([10, 15]);
    expect(deadlines(walk(list).backwards)).toEqual([15, 10]);
  });

  it('is empty once the only node has gone, and takes it again', () => {
    const node = nodeAt(10);
    const list = listOf(node);
    list.remove(node);
    const emptied = list.head;

    list.add(node);

    expect(emptied).toBeNull();
    expect(walk(list).forwards).toEqual([node]);
  });
});
