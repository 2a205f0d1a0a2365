import { wholeMs } from './clock.ts';

/** An entry of a `DeadlineHeap`, which sets its place. */
interface HeapNode {
  readonly deadline: number;
  place: number;
}

/** Nodes by their deadlines, the earliest first. A binary heap: no node is due before the one above it. */
export class DeadlineHeap<Node extends HeapNode> {
  readonly #nodes: Node[] = [];

  get first(): Node | undefined {
    return this.#nodes[0];
  }

  add(node: Node): void {
    this.#place(node, this.#nodes.length);
  }

  remove(node: Node): void {
    const last = this.#nodes.pop() as Node;
    if (last !== node) this.#place(last, node.place);
    node.place = -1;
  }

  /** Visits the nodes whose deadline has passed. They must stay. */
  forEachDue(now: number, visit: (node: Node) => void, place = 0): void {
    const node = this.#nodes[place];
    if (node === undefined || wholeMs(node.deadline - now) > 0) return;
    visit(node);
    this.forEachDue(now, visit, 2 * place + 1);
    this.forEachDue(now, visit, 2 * place + 2);
  }

  /** Puts a node at `place`, or as far above or below as its deadline asks for. */
  #place(node: Node, place: number): void {
    const { deadline } = node;
    const above = (place - 1) >> 1;
    const below = 2 * place + 1 + Number(this.#deadlineAt(2 * place + 2) < this.#deadlineAt(2 * place + 1));
    let other = place;
    if (place > 0 && this.#deadlineAt(above) > deadline) other = above;
    else if (this.#deadlineAt(below) < deadline) other = below;
    const given = other === place ? node : (this.#nodes[other] as Node);
    this.#nodes[place] = given;
    given.place = place;
    if (given !== node) this.#place(node, other);
  }

  #deadlineAt(place: number): number {
    return this.#nodes[place]?.deadline ?? Number.POSITIVE_INFINITY;
  }
}
