import { readyAt } from '../core/state.ts';
import { DeadlineHeap } from './deadline-heap.ts';
import type { KeyedMember } from './keyed-member.ts';
import { protectionOf } from './protection.ts';
import type { Protection } from './protection.ts';
import { RecencyLinks, RecencyList } from './recency-list.ts';

/** So many of the keys unused for longest are looked at for one that can go; a group of hanging calls must not stall the next one. */
const LOOK_AT_MOST = 1_000;

/** The key that makes room for a new one. */
export interface Victim {
  readonly member: KeyedMember;
  /** What should have protected it, where every key was protected. */
  readonly despite: Protection | null;
}

/** The order in which the keys of a group make room. Open circuits stand apart, so that an outage of thousands of keys is stepped over at once. */
export class KeyOrder {
  readonly #links = new RecencyLinks<KeyedMember>();
  readonly #admitting = new RecencyList(this.#links);
  readonly #open = new RecencyList(this.#links);
  readonly #waits = new DeadlineHeap<KeyedMember>();
  #uses = 0;

  /** A key is new, or its circuit is another one now. That counts as a use. */
  place(member: KeyedMember): void {
    const { override, state } = member.circuit;
    this.#unlist(member);
    if (member.slot === -1) member.slot = this.#links.claim(member);
    member.use = ++this.#uses;
    if (override !== null) return;
    if (state.name === 'open') this.#waits.set(member, readyAt(state));
    member.list = state.name === 'open' ? this.#open : this.#admitting;
    member.list.add(member.slot);
  }

  /** A key was asked for. */
  touch(member: KeyedMember): void {
    member.use = ++this.#uses;
    member.list?.touch(member.slot);
  }

  remove(member: KeyedMember): void {
    this.#unlist(member);
    this.#links.release(member.slot);
    member.slot = -1;
  }

  #unlist(member: KeyedMember): void {
    member.list?.remove(member.slot);
    member.list = null;
    this.#waits.remove(member);
  }

  /** The key unused for longest of those that nothing protects. */
  idlest(now: number): KeyedMember | null {
    const admitting = firstFree(this.#admitting, now);
    const open = firstFree(this.#open, now);
    if (admitting === null || open === null) return admitting ?? open;
    return admitting.use < open.use ? admitting : open;
  }

  /** The key that has to go: the idlest; else the open one with the nearest deadline; else the one with calls in flight unused for longest; null when all are forced. */
  victim(now: number): Victim | null {
    const idlest = this.idlest(now);
    if (idlest !== null) return { member: idlest, despite: null };
    const [oldest] = this.#admitting;
    const protectedOne = this.#waits.nearest ?? oldest;
    return protectedOne === undefined ? null : { member: protectedOne, despite: protectionOf(protectedOne.circuit, now) };
  }
}

function firstFree(list: RecencyList<KeyedMember>, now: number): KeyedMember | null {
  let looks = 0;
  for (const member of list) {
    if (protectionOf(member.circuit, now) === null) return member;
    looks += 1;
    if (looks === LOOK_AT_MOST) return null;
  }
  return null;
}
