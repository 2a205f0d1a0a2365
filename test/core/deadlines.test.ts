import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineHeap } from '../../src/core/deadlines.ts';
import type { DeadlineNode } from '../../src/core/deadlines.ts';
import { silentBreakerWith } from '../support/breaker.ts';
import type { Options } from '../support/breaker.ts';
import { hang, succeed } from '../support/outcomes.ts';

const nodeAt = (deadline: number): DeadlineNode => ({ deadline, place: -1, order: 0 });

function listOf(...nodes: readonly DeadlineNode[]): DeadlineHeap<DeadlineNode> {
  const list = new DeadlineHeap<DeadlineNode>();
  for (const node of nodes) list.add(node);
  return list;
}

/** The nodes in order. Empties the list. */
function nodesOf(list: DeadlineHeap<DeadlineNode>): DeadlineNode[] {
  const nodes: DeadlineNode[] = [];
  for (let node = list.head; node !== null; node = list.head) {
    nodes.push(node);
    list.remove(node);
  }
  return nodes;
}

const deadlinesOf = (list: DeadlineHeap<DeadlineNode>): number[] => nodesOf(list).map(({ deadline }) => deadline);

describe('DeadlineHeap', () => {
  it.each([
    ['in order', [10, 20, 30]],
    ['with the last one first', [20, 30, 10]],
    ['with one in between', [10, 30, 20]],
    ['backwards', [30, 20, 10]],
  ])('keeps deadlines in order when they arrive %s', (_, arrivals) => {
    expect(deadlinesOf(listOf(...arrivals.map(nodeAt)))).toEqual([10, 20, 30]);
  });

  it('keeps equal deadlines in the order in which they arrived', () => {
    const nodes = [nodeAt(10), nodeAt(10), nodeAt(10)];

    nodesOf(listOf(...nodes)).forEach((node, index) => expect(node).toBe(nodes[index]));
  });

  it.each([
    [0, [20, 30]],
    [1, [10, 30]],
    [2, [10, 20]],
  ])('keeps the others when the node at place %i is removed, also twice', (place, left) => {
    const nodes = [nodeAt(10), nodeAt(20), nodeAt(30)];
    const list = listOf(...nodes);
    const node = nodes[place] as DeadlineNode;
    const listed = node.place >= 0;

    list.remove(node);
    list.remove(node);

    expect(deadlinesOf(list)).toEqual(left);
    expect([listed, node.place]).toEqual([true, -1]);
  });

  it('appends after the new last node when the last one was removed', () => {
    const last = nodeAt(20);
    const list = listOf(nodeAt(10), last);
    list.remove(last);

    list.add(nodeAt(15));

    expect(deadlinesOf(list)).toEqual([10, 15]);
  });

  it('keeps deadlines in order, and visits those that are due, whatever comes and goes', () => {
    const steps = fc.array(fc.record({ deadline: fc.nat(9), removes: fc.boolean(), which: fc.nat() }));
    fc.assert(
      fc.property(steps, (schedule) => {
        const list = new DeadlineHeap<DeadlineNode>();
        let nodes: DeadlineNode[] = [];
        for (const { deadline, removes, which } of schedule) {
          const node = removes ? nodes[which % nodes.length] : undefined;
          if (node === undefined) nodes.push(nodeAt(deadline));
          if (node === undefined) list.add(nodes.at(-1) as DeadlineNode);
          else list.remove(node);
          nodes = nodes.filter((each) => each !== node);

          expect(list.head?.deadline).toBe(nodes.map((each) => each.deadline).toSorted((x, y) => x - y)[0]);
        }

        expect(deadlinesOf(list)).toEqual(nodes.map((each) => each.deadline).toSorted((x, y) => x - y));
      }),
    );
  });

  it('finds the place of a node that is out of order in few steps', () => {
    let steps = 0;
    const counting = (deadline: number): DeadlineNode =>
      Object.defineProperty(nodeAt(0), 'deadline', { get: () => ((steps += 1), deadline) });
    const early = Array.from({ length: 10_000 }, (_, place) => counting(10_000 - place));
    const list = listOf(...early.map((_, place) => counting(20_000 + place)));
    steps = 0;

    for (const node of early) list.add(node);
    for (const node of early) list.remove(node);

    expect(steps).toBeLessThan(10_000 * 100);
  });

  it('is empty when the only node was removed, and takes it again', () => {
    const node = nodeAt(10);
    const list = listOf(node);
    const heads = [list.head];

    list.remove(node);
    heads.push(list.head);
    list.add(node);

    expect(heads).toEqual([node, null]);
    expect(nodesOf(list)).toEqual([node]);
  });
});

describe('the timer of calls with a timeout', () => {
  const never = () => new Promise<never>(() => {});
  const timed = (options: Options = {}) => silentBreakerWith({ timeoutMs: 1_000, ...options });

  it.each([
    ['the breaker is fresh', { maxConcurrent: 3, healthCheck: { check: () => true } }, false],
    ['calls have no timeout', { timeoutMs: null }, true],
  ])('does not run when %s', async (_, options, calls) => {
    const { breaker, clock } = timed(options);

    if (calls) {
      hang(breaker);
      await succeed(breaker);
    }

    expect(clock.timers).toBe(0);
  });

  it('is one for all calls, and keeps the process alive while a caller waits', async () => {
    const { breaker, clock } = timed();
    const calls = [hang(breaker), hang(breaker), hang(breaker)];
    const seen = [[clock.timers, clock.holdingTimers]];

    for (const { operation, settled } of calls) {
      operation.resolve('fine');
      await settled;
      seen.push([clock.timers, clock.holdingTimers]);
    }
    clock.advance(1_000);
    seen.push([clock.timers, clock.holdingTimers]);

    expect(seen).toEqual([[1, 1], [1, 1], [1, 1], [1, 0], [0, 0]]);
  });

  it('fires for the next call at its own deadline when it was started for an earlier one', async () => {
    const { breaker, clock } = timed();
    await succeed(breaker);
    clock.advance(400);
    hang(breaker);
    const seen: number[][] = [];

    for (const ms of [0, 600, 399, 1]) {
      clock.advance(ms);
      seen.push([breaker.getMetrics().timeouts, clock.timers, clock.holdingTimers]);
    }

    expect(seen).toEqual([[0, 1, 1], [0, 1, 1], [0, 1, 1], [1, 0, 0]]);
  });

  it('is separate for the timeout of one call, and stops with it', async () => {
    const { breaker, clock } = timed({ timeoutMs: null });
    const inFlight = breaker.call(never, { timeoutMs: 700 }).catch(() => {});
    const seen = [[clock.timers, clock.holdingTimers]];
    await breaker.call(() => Promise.resolve(), { timeoutMs: 700 });
    seen.push([clock.timers, clock.holdingTimers]);

    clock.advance(700);
    await inFlight;

    expect([...seen, clock.timers]).toEqual([[1, 1], [1, 1], 0]);
  });

  it('does not keep the process alive when the breaker only observes', async () => {
    const { breaker, clock } = timed({ mode: 'observe' });
    await succeed(breaker);

    hang(breaker);
    void breaker.call(never, { timeoutMs: 500 });

    expect([clock.timers, clock.holdingTimers]).toEqual([1, 0]);
  });

  it('keeps the process alive only for breakers that enforce when others share it', async () => {
    const { breaker, clock } = timed();
    const observing = timed({ mode: 'observe', clock }).breaker;
    const observed = hang(observing);
    const enforced = hang(breaker);
    hang(observing);
    const seen = [clock.holdingTimers];

    for (const { operation, settled } of [observed, enforced]) {
      operation.resolve('fine');
      await settled;
      seen.push(clock.holdingTimers);
    }

    expect(seen).toEqual([1, 1, 0]);
  });

  it('fires for every call that is due', () => {
    const { breaker, clock } = timed();
    for (let call = 0; call < 5; call += 1) hang(breaker);

    clock.advance(1_000);

    expect([breaker.getMetrics().timeouts, clock.timers]).toEqual([5, 0]);
  });

  it('fires once when the process runs again after a pause', () => {
    const { breaker, clock } = timed();
    hang(breaker);
    clock.freeze(10_000);
    hang(breaker);

    clock.advance(1);

    expect([breaker.getMetrics().timeouts, breaker.getMetrics().inFlight]).toEqual([1, 1]);
  });

  it('waits for the rest when it fires early by the reading of the clock', () => {
    const { breaker, clock } = timed();
    hang(breaker);
    clock.advance(500);
    clock.jump(-200);
    const seen: number[][] = [];

    for (const ms of [500, 199, 1]) {
      clock.advance(ms);
      seen.push([breaker.getMetrics().timeouts, clock.timers, clock.holdingTimers]);
    }

    expect(seen).toEqual([[0, 1, 1], [0, 1, 1], [1, 0, 0]]);
  });

  it('starts again when a listener calls the breaker at the timeout', () => {
    const { breaker, clock } = timed();
    breaker.on('timeout', () => {
      if (breaker.getMetrics().totalCalls < 3) hang(breaker);
    });
    hang(breaker);
    const seen: number[][] = [];

    for (const ms of [1_000, 2_000]) {
      clock.advance(ms);
      seen.push([breaker.getMetrics().timeouts, clock.timers, clock.holdingTimers]);
    }

    expect(seen).toEqual([[1, 1, 1], [3, 0, 0]]);
  });
});
