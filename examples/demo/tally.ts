import type { Ending } from './client.ts';

/** A call whose caller is waiting. */
export interface RunningCall {
  readonly startedMs: number;
}

interface EndedCall {
  readonly ending: Ending;
  readonly atMs: number;
  readonly waitedMs: number;
}

/** What a client's callers have seen so far. All times in milliseconds. */
export interface ClientFigures {
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly rejected: number;
  /** Failures because the connection was refused. */
  readonly refused: number;
  readonly waiting: number;
  /** The total wait of all callers, including those that still wait. */
  readonly waitedMs: number;
  /** The part of `waitedMs` that has ended without an answer. */
  readonly waitedInVainMs: number;
  /** The share of recent calls that failed: 0 to 1, or null without calls. A rejection isn't a failure. */
  readonly errorRate: number | null;
  /** Includes calls that still wait. Without them a hanging upstream would not show. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Counts the calls of one client and remembers the recent ones. */
export class Tally {
  readonly #recentMs: number;
  readonly #total = { calls: 0, answered: 0, failed: 0, rejected: 0, refused: 0, waitedMs: 0, waitedInVainMs: 0 };
  readonly #running = new Set<RunningCall>();
  #recent: EndedCall[] = [];

  constructor(recentMs: number) {
    this.#recentMs = recentMs;
  }

  get waiting(): number {
    return this.#running.size;
  }

  get rejected(): number {
    return this.#total.rejected;
  }

  started(atMs: number): RunningCall {
    const call = { startedMs: atMs };
    this.#running.add(call);
    this.#total.calls += 1;
    return call;
  }

  ended(call: RunningCall, ending: Ending, atMs: number): void {
    const waitedMs = atMs - call.startedMs;
    this.#running.delete(call);
    this.#recent.push({ ending, atMs, waitedMs });
    this.#total.waitedMs += waitedMs;
    this.#count(ending);
    if (ending !== 'answered') this.#total.waitedInVainMs += waitedMs;
  }

  figures(nowMs: number): ClientFigures {
    this.#recent = this.#recent.filter((call) => call.atMs > nowMs - this.#recentMs);
    const stillWaiting = [...this.#running].map((call) => nowMs - call.startedMs);
    const waits = [...this.#recent.map((call) => call.waitedMs), ...stillWaiting].toSorted((a, b) => a - b);
    const failed = this.#recent.filter(({ ending }) => ending === 'failed' || ending === 'refused').length;
    return {
      ...this.#total,
      waiting: this.waiting,
      waitedMs: stillWaiting.reduce((sum, waitedMs) => sum + waitedMs, this.#total.waitedMs),
      errorRate: this.#recent.length === 0 ? null : failed / this.#recent.length,
      p50Ms: percentile(waits, 0.5),
      p95Ms: percentile(waits, 0.95),
    };
  }

  #count(ending: Ending): void {
    if (ending !== 'refused') {
      this.#total[ending] += 1;
      return;
    }
    this.#total.refused += 1;
    this.#total.failed += 1;
  }
}

/** The nearest-rank percentile of sorted values, or null without values. */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
