import type { Attempt } from './policy.ts';

const SLOT_MS = 1_000;
/** A second with more than this share of calls that got nothing is not recovered. */
const TROUBLED = 0.1;

/** What one run of one policy came to. Shares are 0 to 1; null where there is nothing to measure. */
export interface Figures {
  /** Users that were served before, during and after the fault. */
  readonly before: number | null;
  readonly during: number | null;
  readonly after: number | null;
  /** Served in the fault, of what the capacity allows. */
  readonly ofCapacity: number | null;
  /** Requests in the fault that failed, a thousand user calls. */
  readonly wasted: number | null;
  /** Those of them that began after the first opening, so probes and later detections, a thousand user calls. */
  readonly wastedLater: number | null;
  /** Seconds of waiting for requests that failed in the fault. */
  readonly wastedSeconds: number;
  /** Openings a million user calls outside of the fault's reach. */
  readonly falseTrips: number | null;
  /** Rejected user calls, of those before the fault. */
  readonly falseRejections: number | null;
  /** Users that were served, of all. */
  readonly served: number | null;
  /** Attempts of an instance that had ended in the fault when it opened, since the last one from before the fault. */
  readonly detectCalls: number | null;
  readonly detectMs: number | null;
  /** From the end of the fault until users are served again. */
  readonly recoverMs: number | null;
  /** Requests a user call, in the fault, at the peak second. */
  readonly amplification: number | null;
}

/** Takes down what happens in one run. */
export class Record {
  readonly #fault: { readonly from: number; readonly to: number };
  readonly #users = { before: [0, 0], during: [0, 0], after: [0, 0] } as const satisfies {
    [phase: string]: [number, number];
  };
  readonly #slots = new Map<number, { users: number; unserved: number; requests: number }>();
  readonly #detected: Map<number, { calls: number; ms: number }> = new Map();
  readonly #ended: number[];
  readonly #openings: number[];
  #wasted = 0;
  #wastedLater = 0;
  #wastedMs = 0;
  #rejectedBefore = 0;

  constructor(fault: { readonly from: number; readonly to: number }, instances: number) {
    this.#fault = fault;
    this.#ended = Array.from({ length: instances }, () => 0);
    this.#openings = Array.from({ length: instances }, () => 0);
  }

  /** A request is sent. */
  request(at: number): void {
    this.#slot(at).requests += 1;
  }

  /** One attempt has ended. */
  attempt(instance: number, startedAt: number, now: number, ended: Attempt, openings: number): void {
    const inFault = startedAt >= this.#fault.from && startedAt < this.#fault.to;
    if (!inFault) {
      if (ended === 'rejected' && startedAt < this.#fault.from) this.#rejectedBefore += 1;
      if (startedAt < this.#fault.from) {
        this.#openings[instance] = openings;
        this.#ended[instance] = 0;
      }
      return;
    }
    if (ended === 'rejected') return;
    this.#ended[instance] = (this.#ended[instance] as number) + 1;
    if (openings > (this.#openings[instance] as number) && !this.#detected.has(instance)) {
      this.#detected.set(instance, { calls: this.#ended[instance] as number, ms: now - this.#fault.from });
    }
    if (ended === 'failed') {
      this.#wasted += 1;
      const detected = this.#detected.get(instance);
      if (detected !== undefined && startedAt > this.#fault.from + detected.ms) this.#wastedLater += 1;
      this.#wastedMs += now - startedAt;
    }
  }

  user(startedAt: number, served: boolean): void {
    const { from, to } = this.#fault;
    const phase = startedAt < from ? 'before' : startedAt < to ? 'during' : 'after';
    this.#users[phase][0] += 1;
    if (served) this.#users[phase][1] += 1;
    const slot = this.#slot(startedAt);
    slot.users += 1;
    if (!served) slot.unserved += 1;
  }

  figures(openings: number, capacityRps: number | undefined): Figures {
    const { before, during, after } = this.#users;
    const { from, to } = this.#fault;
    const hasFault = during[0] > 0;
    const detected = [...this.#detected.values()];
    return {
      before: share(before),
      during: share(during),
      after: share(after),
      served: share([before[0] + during[0] + after[0], before[1] + during[1] + after[1]]),
      ofCapacity: capacityRps === undefined ? null : during[1] / ((capacityRps * (to - from)) / 1_000),
      wasted: hasFault ? (1_000 * this.#wasted) / during[0] : null,
      wastedLater: hasFault ? (1_000 * this.#wastedLater) / during[0] : null,
      wastedSeconds: this.#wastedMs / 1_000,
      falseTrips: hasFault ? null : (1e6 * openings) / before[0],
      falseRejections: before[0] === 0 ? null : this.#rejectedBefore / before[0],
      detectCalls: mean(detected.map(({ calls }) => calls)),
      detectMs: mean(detected.map(({ ms }) => ms)),
      recoverMs: hasFault ? this.#recoverMs() : null,
      amplification: hasFault ? this.#amplification() : null,
    };
  }

  #recoverMs(): number {
    let last = this.#fault.to;
    for (const [slot, { users, unserved }] of this.#slots) {
      const end = (slot + 1) * SLOT_MS;
      if (slot * SLOT_MS >= this.#fault.to && unserved / users > TROUBLED) last = Math.max(last, end);
    }
    return last - this.#fault.to;
  }

  #amplification(): number {
    let peak = 0;
    for (const [slot, { users, requests }] of this.#slots) {
      if (slot * SLOT_MS >= this.#fault.from && slot * SLOT_MS < this.#fault.to && users > 0)
        peak = Math.max(peak, requests / users);
    }
    return peak;
  }

  #slot(at: number): { users: number; unserved: number; requests: number } {
    const number = Math.floor(at / SLOT_MS);
    const known = this.#slots.get(number);
    if (known !== undefined) return known;
    const slot = { users: 0, unserved: 0, requests: 0 };
    this.#slots.set(number, slot);
    return slot;
  }
}

function share([all, served]: readonly [number, number]): number | null {
  return all === 0 ? null : served / all;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
