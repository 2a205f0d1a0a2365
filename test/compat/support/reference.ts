/** What a legacy circuit saw, in order, since it last closed. */
export type History = readonly { readonly failed: boolean; readonly at: number }[];

/** When a closed circuit opens: looks at the whole history, after each outcome. */
export type OpensWhen = (history: History) => boolean;

const failures = (history: History): History => history.filter(({ failed }) => failed);
const endsFailed = (history: History): boolean => history.at(-1)?.failed === true;

/** So many failures in a row. */
export const inARow = (count: number): OpensWhen => (history) => history.length >= count && history.slice(-count).every(({ failed }) => failed);

/** So many failures since the circuit closed. */
export const inAll = (count: number): OpensWhen => (history) => endsFailed(history) && failures(history).length >= count;

/** So many failures within so many milliseconds. */
export const within = (count: number, ms: number): OpensWhen => (history) =>
  endsFailed(history) && failures(history).filter(({ at }) => (history.at(-1)?.at ?? 0) - at <= ms).length >= count;

/** So many failures, of which each success takes one back. */
export const decaying = (count: number): OpensWhen => (history) =>
  endsFailed(history) && history.reduce((sum, { failed }) => (failed ? sum + 1 : Math.max(0, sum - 1)), 0) >= count;

/** A share of failures among the last outcomes, once there are enough of them. */
export const rate = (share: (failed: number, all: number) => boolean, window: number, least: number): OpensWhen => (history) => {
  const last = history.slice(-window);
  return last.length >= least && share(failures(last).length, last.length);
};

/** One of several. */
export const either = (...rules: readonly OpensWhen[]): OpensWhen => (history) => rules.some((rule) => rule(history));

/** How a legacy circuit behaves. */
export interface LegacyRules {
  readonly opensWhen: OpensWhen;
  /** Milliseconds from an opening until the next call is tried. */
  readonly waitMs: number;
  /** Waits double up to this with each opening, of which each full `waitMs` of a closed spell takes one back. Default: they stay as they are. */
  readonly longestMs?: number;
  /** Successes that close a half-open circuit. */
  readonly closesAfter: number;
}

/**
 * A legacy circuit by its rules, for outcomes recorded one after the other. It keeps no counters: it looks at the history anew each time, so that it shares
 * nothing with what it is compared with.
 */
export class ReferenceCircuit {
  readonly #rules: LegacyRules;
  #history: { failed: boolean; at: number }[] = [];
  #openedAt: number | null = null;
  #closedAt = 0;
  #doublings = -1;
  #probes = 0;

  constructor(rules: LegacyRules) {
    this.#rules = rules;
  }

  state(now: number): 'closed' | 'open' | 'half_open' {
    if (this.#openedAt === null) return 'closed';
    return now - this.#openedAt >= this.#waitMs() ? 'half_open' : 'open';
  }

  #waitMs(): number {
    const { waitMs, longestMs = waitMs } = this.#rules;
    return Math.min(longestMs, waitMs * 2 ** this.#doublings);
  }

  record(failed: boolean, now: number): void {
    const state = this.state(now);
    if (state === 'half_open') this.#probe(failed, now);
    else if (state === 'closed') {
      this.#history.push({ failed, at: now });
      if (this.#rules.opensWhen(this.#history)) this.#trip(now);
    }
  }

  #probe(failed: boolean, now: number): void {
    if (failed) this.#open(now);
    else if (++this.#probes >= this.#rules.closesAfter) {
      this.#openedAt = null;
      this.#closedAt = now;
      this.#history = [];
    }
  }

  #trip(now: number): void {
    this.#doublings = Math.max(-1, this.#doublings - Math.floor((now - this.#closedAt) / this.#rules.waitMs));
    this.#open(now);
  }

  #open(now: number): void {
    const { waitMs, longestMs = waitMs } = this.#rules;
    if (this.#doublings < 0 || this.#waitMs() < longestMs) this.#doublings += 1;
    this.#openedAt = now;
    this.#probes = 0;
  }
}
