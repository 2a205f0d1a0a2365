import { type ErrorReporter, tryOrReport } from '../core/reporter.ts';
import type { ConcurrencyLimit, LoadEvidence } from './adaptive-concurrency.ts';

/** A limit that may be the user's. Its errors are reported, and a figure that isn't 1 or more is no limit. */
export class GuardedLimit implements ConcurrencyLimit {
  readonly limit: ConcurrencyLimit;
  readonly #reporter: ErrorReporter;

  constructor(limit: ConcurrencyLimit, reporter: ErrorReporter) {
    this.limit = limit;
    this.#reporter = reporter;
  }

  get current(): number {
    const current = tryOrReport(this.#reporter, 'maxConcurrent', () => this.limit.current);
    return current !== undefined && current >= 1 ? current : Infinity;
  }

  succeeded(now: number, durationMs: number, inFlight: number): void {
    tryOrReport(this.#reporter, 'maxConcurrent', () => this.limit.succeeded(now, durationMs, inFlight));
  }

  failed(now: number, durationMs: number, inFlight: number, evidence: LoadEvidence): void {
    tryOrReport(this.#reporter, 'maxConcurrent', () => this.limit.failed(now, durationMs, inFlight, evidence));
  }
}
