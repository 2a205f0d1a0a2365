import { CountWindow } from '../../window/count-window.ts';
import { resizedCountWindow, resizedTimeWindow } from '../../window/resize.ts';
import { TimeWindow } from '../../window/time-window.ts';
import type { Window } from '../../window/window.ts';
import type { ResolvedOptions } from '../options/resolve.ts';
import { type Circuit, limitOf, rulesOf } from './circuit.ts';
import { createWindow } from './recorder.ts';

/**
 * Continues a circuit with other options. State and totals stay, and all evidence that the new options can use. An
 * application that never does this doesn't bundle it.
 */
export function reconfigure(
  circuit: Circuit, options: ResolvedOptions, tags = circuit.tags, given = circuit.given,
): void {
  const { name, options: before, rules: learned, limit: learnedLimit, recorder, timeline } = circuit;
  const keepsPolicy = options.tripPolicy !== undefined && options.tripPolicy === before.tripPolicy;
  // What users make may throw. Nothing has changed then.
  const rules = keepsPolicy ? learned : rulesOf(name, options, learned);
  const keepsLimit = options.maxConcurrent === before.maxConcurrent;
  const limit = keepsLimit ? learnedLimit : limitOf(options, circuit, learnedLimit);
  recorder.window = resized(recorder.window, options, timeline.now());
  recorder.outcomes &&= resized(recorder.outcomes, options, timeline.now());
  circuit.adopt({ options, given, tags, rules, limit });
}

/** Keeps the outcomes that fit, if the kind of window stays. */
function resized(window: Window, options: ResolvedOptions, now: number): Window {
  const { slidingWindowMs: ms, slidingWindowBuckets, slidingWindowSize } = options;
  if (window instanceof CountWindow && ms === null) return resizedCountWindow(window, slidingWindowSize);
  if (window instanceof TimeWindow && ms !== null) return resizedTimeWindow(window, ms, slidingWindowBuckets);
  return createWindow(options, now);
}
