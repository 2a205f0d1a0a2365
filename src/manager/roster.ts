import type { Member } from './member.ts';
import type { Selection } from './options.ts';

/** The breakers of a manager by name. A private breaker is found by its name too, and never given to somebody who creates one of that name. */
export class Roster implements Iterable<readonly [name: string, member: Member]> {
  readonly #members = new Map<string, Member>();
  readonly #private = new WeakSet<Member>();

  /** The member of that name. One that somebody disposed is as good as gone. */
  get(name: string): Member | undefined {
    return this.#members.get(name);
  }

  /** The member that whoever creates a breaker of that name shares; makes room where a private one has the name. */
  shared(name: string): Member | undefined {
    const member = this.#members.get(name);
    if (member === undefined || !this.#private.has(member)) return member;
    this.#members.delete(name);
    this.#members.set(this.freeName(name), member);
    return undefined;
  }

  add(name: string, member: Member): void {
    this.#members.set(name, member);
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
