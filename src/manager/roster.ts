import type { Member } from './member.ts';
import type { Selection } from './options.ts';

/** The breakers of a manager by name. A private breaker is found by its name too, and never given to somebody who creates one of that name. */
export class Roster implements Iterable<readonly [name: string, member: Member]> {
  readonly #members = new Map<string, Member>();
  readonly #private = new WeakSet<Member>();

  /** The member listed under that name. */
  get(name: string): Member | undefined {
    return this.#members.get(name);
  }

  /** The member that whoever creates a breaker of that name shares. */
  shared(name: string): Member | undefined {
    const member = this.#members.get(name);
    return member === undefined || this.#private.has(member) ? undefined : member;
  }

  /** Lists a member by its name. A private one that has the name gets the next free one. */
  add(name: string, member: Member): void {
    const inTheWay = this.#members.get(name);
    this.#members.set(name, member);
    if (inTheWay !== undefined) this.#members.set(this.freeName(name), inTheWay);
  }

  addPrivate(name: string, member: Member): void {
    this.#private.add(member);
    this.#members.set(name, member);
  }

  remove(name: string): void {
    this.#members.delete(name);
  }

  /** `label`, or where that is taken `label#2`, `label#3`, … */
  freeName(label: string): string {
    if (!this.#members.has(label)) return label;
    let count = 2;
    while (this.#members.has(`${label}#${count}`)) count += 1;
    return `${label}#${count}`;
  }

  isPrivate(member: Member): boolean {
    return this.#private.has(member);
  }

  /** The members whose tags fit. */
  select({ tags = {} }: Selection = {}): readonly (readonly [name: string, member: Member])[] {
    const wanted = Object.entries(tags);
    return [...this.#members].filter(([, { circuit }]) => wanted.every(([tag, value]) => Object.hasOwn(circuit.options.tags ?? {}, tag) && circuit.options.tags?.[tag] === value));
  }

  [Symbol.iterator](): MapIterator<[string, Member]> {
    return this.#members.entries();
  }

  clear(): void {
    this.#members.clear();
  }

  get size(): number {
    return this.#members.size;
  }
}
