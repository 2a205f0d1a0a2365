/** What a legacy circuit saw since it last closed, in order. */
type History = readonly { readonly failed: boolean; readonly at: number }[];

/** When a closed circuit opens: looks at the whole history, after each result. */
export type OpensWhen = (history: History) => boolean;

const failures = (history: History): History => history.filter(({ failed }) => failed);
const endsFailed = (history: History): boolean => history.at(-1)?.failed === true;

/** Failures in a row. */
export const inARow = (count: number): OpensWhen => (history) =>
  history.length >= count && history.slice(-count).every(({ failed }) => failed);

/** Failures since the circuit closed. */
export const inAll = (count: number): OpensWhen => (history) =>
  endsFailed(history) && failures(history).length >= count;

/** Failures within milliseconds. */
export const within = (count: number, ms: number): OpensWhen => (history) =>
  endsFailed(history) && failures(history).filter(({ at }) => (history.at(-1)?.at ?? 0) - at <= ms).length >= count;

/** A share of failures among the last results, of which the last failed, if there are enough of them. */
export const rate = (opens: (share: number) => boolean, window: number, least: number): OpensWhen => (history) => {
  const last = history.slice(-window);
  return endsFailed(history) && last.length >= least && opens(failures(last).length / last.length);
};

/** One of several. */
export const either = (...rules: readonly OpensWhen[]): OpensWhen => (history) => rules.some((rule) => rule(history));

/** What a legacy name is compared with. */
export interface Reference {
  state(now: number): 'closed' | 'open' | 'half_open';
  record(failed: boolean, now: number): void;
}

/** How a legacy circuit behaves. */
export interface LegacyRules {
  readonly opensWhen: OpensWhen;
  /** From an opening until the next call is tried. */
  readonly waitMs: number;
  /** Waits double up to this at each opening, and each `waitMs` closed takes one back. Default: they don't grow. */
  readonly longestMs?: number;
  /** Successes that close a half-open circuit. */
  readonly closesAfter: number;
}

/** A legacy circuit by its rules. It keeps no counters, so it shares nothing with what is compared with it. */
export class ReferenceCircuit implements Reference {
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

  record(failed: boolean, now: number): void {
    const state = this.state(now);
    if (state === 'half_open') this.#probe(failed, now);
    else if (state === 'closed') {
      this.#history.push({ failed, at: now });
      if (this.#rules.opensWhen(this.#history)) this.#trip(now);
    }
  }

  #waitMs(): number {
    const { waitMs, longestMs = waitMs } = this.#rules;
    return Math.min(longestMs, waitMs * 2 ** this.#doublings);
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
