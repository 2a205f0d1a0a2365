export interface ProbeRules {
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly halfOpenMaxFailures: number;
  readonly halfOpenLeaseMs: number | null;
}

/** Without a timeout and without `halfOpenLeaseMs`, a probe counts as failed after this time. */
const LONGEST_UNTIMED_MS = 60_000;
/** A probe keeps its slot at least this long by default. */
const LEAST_SLOT_MS = 10_000;
/** Probes that have lost their slots still run. At most this many run for each slot. */
const RUNNING_PER_SLOT = 3;
/** A timeout ends a probe. If its timer never fires, the next call does, this much later. */
const LATE_TIMER_MS = 1_000;
/** Neutral outcomes add slots up to this many. */
const MOST_SLOTS = 1_000;

/** The permit of a probe: a trial call in half_open. */
export class Probe {
  readonly name = 'probe' as const;
  /** Until then, it counts for `halfOpenMaxCalls`. */
  readonly slotEndsAt: number;
  /** If it hasn't ended by then, it counts as failed, and its outcome is dropped. */
  endsAt: number;
  expired = false;
  /** Called when it expires. */
  onExpired: (() => void) | null = null;
  /** The generation of the circuit in which the first item of a stream decided this probe. −1 before. */
  decidedIn = -1;

  /** @param lateMs how long a probe took that succeeded after it had expired. 0 if none did. */
  constructor(readonly admittedAt: number, timeoutMs: number | null, { halfOpenLeaseMs }: ProbeRules, lateMs = 0) {
    const longestMs = timeoutMs ?? Math.max(halfOpenLeaseMs ?? LONGEST_UNTIMED_MS, 2 * lateMs);
    // Three probes in turn share a long timeout, so that a good call doesn't wait all of it for one that hangs.
    const slotMs = halfOpenLeaseMs ?? Math.max(LEAST_SLOT_MS, longestMs / RUNNING_PER_SLOT);
    this.slotEndsAt = admittedAt + Math.min(slotMs, longestMs);
    this.endsAt = admittedAt + longestMs + (timeoutMs === null ? 0 : LATE_TIMER_MS);
  }

  /** The process itself noticed the timeout late, so an answer may still come. */
  delay(now: number): void {
    this.endsAt = Math.max(this.endsAt, now + LATE_TIMER_MS);
  }
}

/** Probes check whether the dependency has recovered. The only state that changes while it lasts. */
export class HalfOpenState {
  readonly name = 'half_open' as const;
  declare readonly since: number;
  declare readonly openings: number;
  declare readonly saturated: boolean;
  /** The wait that ended. */
  declare readonly waitMs: number;
  declare readonly healthShortened: boolean;
  readonly probes = new Set<Probe>();
  successes = 0;
  failures = 0;
  /** Multiple of `halfOpenMaxCalls` that may run at once. */
  #widening = 1;
  /** Neutral outcomes since the last widening. */
  #neutral = 0;
  /** No probe ends earlier. */
  #earliestEnd = Infinity;
  /** At least so many more probes have a slot. Saves looking at all that run. */
  #room = 0;
  /** No slot is free until then, unless a probe ends. */
  #fullUntil = -Infinity;
  #latestAdmission = -Infinity;

  constructor(before: Pick<HalfOpenState, 'since' | 'openings' | 'saturated' | 'waitMs' | 'healthShortened'>) {
    Object.assign(this, before);
  }

  add(probe: Probe): void {
    this.probes.add(probe);
    this.#room -= 1;
    this.#latestAdmission = probe.admittedAt;
    this.#earliestEnd = Math.min(this.#earliestEnd, probe.endsAt);
  }

  /** Takes a probe out, and counts its outcome. */
  settle(probe: Probe, outcome: 'success' | 'failure' | 'ignored'): void {
    this.probes.delete(probe);
    this.#fullUntil = -Infinity;
    if (outcome === 'success') this.successes += 1;
    else if (outcome === 'failure') this.failures += 1;
  }

  /**
   * Takes in a probe that ended and proved nothing, for example because it called this breaker and was rejected. After
   * as many as there are slots, the slots double, so that such calls can't keep the circuit half-open.
   */
  widen(rules: ProbeRules): void {
    this.#neutral += 1;
    if (this.#neutral < this.slots(rules)) return;
    this.#neutral = 0;
    this.#widening *= 2;
  }

  /** Probes that may run at once. */
  slots({ halfOpenMaxCalls }: ProbeRules): number {
    return Math.max(halfOpenMaxCalls, Math.min(MOST_SLOTS, halfOpenMaxCalls * this.#widening));
  }

  hasSlot(now: number, rules: ProbeRules): boolean {
    const slots = this.slots(rules);
    if (this.probes.size < slots || this.#room > 0) return true;
    if (now < this.#fullUntil) return false;
    const running = [...this.probes].filter(({ endsAt }) => endsAt > now);
    const taken = running.filter(({ slotEndsAt }) => slotEndsAt > now);
    this.#room = Math.min(slots - taken.length, slots * RUNNING_PER_SLOT - running.length);
    if (this.#room > 0) return true;
    const isCrowded = running.length >= slots * RUNNING_PER_SLOT;
    const ends = isCrowded ? running.map(({ endsAt }) => endsAt) : taken.map(({ slotEndsAt }) => slotEndsAt);
    this.#fullUntil = ends.reduce((one, other) => Math.min(one, other));
    return false;
  }

  /**
   * When a slot will probably be free, if none is: when the latest probe has taken as long as calls usually do. One
   * that takes longer is expected to take as long again.
   */
  nextSlotAt(now: number, usualMs: number): number {
    const usualEnd = this.#latestAdmission + usualMs;
    return Math.min(usualEnd > now ? usualEnd : 2 * now - this.#latestAdmission, this.#fullUntil);
  }

  /** The move that the probes ask for, or null. */
  nextMove({ halfOpenMaxFailures, successThreshold }: ProbeRules): 'recover' | 'relapse' | null {
    if (this.failures > halfOpenMaxFailures) return 'relapse';
    return this.successes >= successThreshold ? 'recover' : null;
  }

  /** The probes that have expired, in the order of their ends. */
  expired(now: number): readonly Probe[] {
    if (now < this.#earliestEnd) return [];
    this.#earliestEnd = Infinity;
    for (const { endsAt } of this.probes) this.#earliestEnd = Math.min(this.#earliestEnd, endsAt);
    return [...this.probes].filter(({ endsAt }) => endsAt <= now).toSorted((a, b) => a.endsAt - b.endsAt);
  }

  /**
   * When the circuit has opened again, because of expired probes that no call has noticed yet. Changes nothing, so that
   * reads can use it.
   */
  relapsedAt(now: number, { halfOpenMaxFailures }: ProbeRules): number | undefined {
    return this.expired(now)[Math.max(0, halfOpenMaxFailures - this.failures)]?.endsAt;
  }
}
