import type { Emitter } from '../../core/emitter.ts';
import type { CircuitEvents } from '../../core/events.ts';
import type { Timeline } from '../../core/clock.ts';
import { nameOf } from '../../core/untrusted.ts';
import { CountWindow } from '../../window/count-window.ts';
import { LatencyHistogram } from '../../window/latency-histogram.ts';
import { TimeWindow } from '../../window/time-window.ts';
import { FAILED, SLOW } from '../../window/window.ts';
import type { OutcomeBits, Window } from '../../window/window.ts';
import type { ResolvedOptions } from '../options/resolve.ts';

const MOST_FAILURE_TYPES = 20;
const LONGEST_TYPE_NAME = 100;

/** Everything that is counted: totals, the runs, the window, the latencies. It decides nothing. */
export class Recorder {
  offered = 0;
  rejected = 0;
  succeeded = 0;
  failed = 0;
  ignored = 0;
  abandoned = 0;
  timeouts = 0;
  slowCalls = 0;
  stale = 0;
  wouldHaveRejected = 0;
  consecutiveFailures = 0;
  consecutiveSuccesses = 0;
  stateChanges = 0;
  opened = 0;
  closed = 0;
  /** Moments of the timeline; NaN: never. A null here would cost an allocation a call. */
  lastFailureAt = Number.NaN;
  lastSuccessAt = Number.NaN;
  lastError: unknown = undefined;
  failureTypes: Map<string, number> | null = null;
  latency: LatencyHistogram | null = null;
  window: Window;

  constructor(options: ResolvedOptions, timeline: Timeline) {
    this.window = createWindow(options, timeline);
  }

  /** Calls admitted and not yet settled. */
  get inFlight(): number {
    return this.offered - this.rejected - this.succeeded - this.failed - this.ignored;
  }

  /** Into the totals: whatever generation it is of. */
  tallySuccess(now: number, durationMs: number, slow: boolean): void {
    this.succeeded += 1;
    this.lastSuccessAt = now;
    if (slow) this.slowCalls += 1;
    if (durationMs >= 0) (this.latency ??= new LatencyHistogram()).record(durationMs);
  }

  tallyFailure(error: unknown, now: number, durationMs: number, slow: boolean): void {
    this.failed += 1;
    this.lastFailureAt = now;
    this.lastError = error;
    tallyType((this.failureTypes ??= new Map()), error);
    if (slow) this.slowCalls += 1;
    if (durationMs >= 0) (this.latency ??= new LatencyHistogram()).record(durationMs);
  }

  /** Into the window and the runs: only what may decide. */
  countSuccess(now: number, slow: boolean): void {
    this.consecutiveFailures = 0;
    this.consecutiveSuccesses += 1;
    this.window.record(slow ? SLOW : 0, now);
  }

  countFailure(now: number, slow: boolean): void {
    this.consecutiveSuccesses = 0;
    this.consecutiveFailures += 1;
    this.window.record((slow ? FAILED | SLOW : FAILED) as OutcomeBits, now);
  }

  /** As if new, but for the calls in flight. */
  reset(): void {
    this.offered = this.inFlight;
    this.rejected = this.succeeded = this.failed = this.ignored = 0;
    this.timeouts = this.slowCalls = this.stale = this.wouldHaveRejected = 0;
    this.consecutiveFailures = this.consecutiveSuccesses = 0;
    this.stateChanges = this.opened = this.closed = 0;
    this.lastFailureAt = this.lastSuccessAt = Number.NaN;
    this.lastError = undefined;
    this.failureTypes = null;
    this.latency = null;
    this.window.clear();
  }
}

/** An empty window as the options ask for it. */
export function createWindow({ slidingWindowMs, slidingWindowBuckets, slidingWindowSize }: ResolvedOptions, timeline: Timeline): Window {
  return slidingWindowMs === null ? new CountWindow(slidingWindowSize) : new TimeWindow(slidingWindowMs, slidingWindowBuckets, timeline.now());
}

function tallyType(types: Map<string, number>, error: unknown): void {
  const type = typeOf(error);
  const known = types.get(type);
  if (known !== undefined) types.set(type, known + 1);
  else if (types.size < MOST_FAILURE_TYPES) types.set(type, 1);
  else types.set('other', (types.get('other') ?? 0) + 1);
}

function typeOf(error: unknown): string {
  const name = nameOf(error);
  if (typeof name !== 'string') return typeof error;
  return name.length > LONGEST_TYPE_NAME ? name.slice(0, LONGEST_TYPE_NAME) : name;
}

/** What a tally changes, and where it is told. */
interface Tallied {
  readonly emitter: Emitter<CircuitEvents> | null;
  readonly recorder: Recorder;
  readonly options: ResolvedOptions;
}

/** Counts a failure in the totals, and tells of it. Gives whether it was slow. */
export function tallyFailure({ emitter, recorder, options }: Tallied, error: unknown, at: number, durationMs: number): boolean {
  const slow = durationMs > options.slowCallThresholdMs;
  recorder.tallyFailure(error, at, durationMs, slow);
  emitter?.emit('failure', { name: options.name, error, durationMs: Math.max(0, durationMs) });
  if (slow) emitter?.emit('slow', { name: options.name, durationMs });
  return slow;
}

/** Counts an outcome that says nothing, and tells of it. */
export function tallyIgnored({ emitter, recorder, options }: Tallied, error: unknown): void {
  recorder.ignored += 1;
  emitter?.emit('ignored', { name: options.name, error });
}
