import { CountWindow } from '../../window/count-window.ts';
import { TimeWindow } from '../../window/time-window.ts';
import type { Window } from '../../window/window.ts';
import { createWindow } from '../circuit/recorder.ts';
import type { UnifiedCircuitConfig } from '../options/options.ts';
import type { ResolvedOptions } from '../options/resolve.ts';
import type { Execution } from './execution.ts';

/** The options that a breaker keeps for life: they decide who it is, and how what it has seen was judged and timed. */
export const FOR_LIFE = [
  'name',
  'clock',
  'random',
  'onInternalError',
  'healthCheck',
  'classify',
  'ignoreErrors',
  'countErrors',
  'isFailure',
] as const satisfies readonly (keyof UnifiedCircuitConfig)[];

/**
 * Gives a live breaker other options, of which those `FOR_LIFE` are the same. State, deadlines, totals and calls in flight stay; a window of
 * the same kind keeps the outcomes that fit, as failsafe does, and another kind starts empty.
 */
export function reconfigure(execution: Execution, options: ResolvedOptions): void {
  const { recorder, timeline } = execution.circuit;
  recorder.window = fitted(recorder.window, options) ?? createWindow(options, timeline);
  execution.adopt(options);
}

function fitted(window: Window, { slidingWindowMs, slidingWindowBuckets, slidingWindowSize }: ResolvedOptions): Window | undefined {
  if (slidingWindowMs === null) return window instanceof CountWindow ? window.resized(slidingWindowSize) : undefined;
  return window instanceof TimeWindow ? window.resized(slidingWindowMs, slidingWindowBuckets) : undefined;
}
