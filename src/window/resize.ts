import { CountWindow, OUTCOMES_PER_WORD } from './count-window.ts';
import { FIELDS, TimeWindow } from './time-window.ts';
import type { OutcomeBits } from './window.ts';

/** The newest outcomes that fit, in a window of another size. */
export function resizedCountWindow(window: CountWindow, size: number): CountWindow {
  const next = new CountWindow(size);
  for (let age = Math.min(window.calls, size); age > 0; age -= 1) {
    next.record(outcomeAt(window, (window.slot - age + window.size) % window.size));
  }
  return next;
}

function outcomeAt({ ring }: CountWindow, slot: number): OutcomeBits {
  const word = ring?.[Math.trunc(slot / OUTCOMES_PER_WORD)] as number;
  return ((word >> ((slot % OUTCOMES_PER_WORD) * 2)) & 3) as OutcomeBits;
}

/** The outcomes in a window of another length, each dated at the start of its bucket, so that none stays too long. */
export function resizedTimeWindow(window: TimeWindow, windowMs: number, buckets: number): TimeWindow {
  const { ring, origin, tick: newest, widthMs } = window;
  const next = new TimeWindow(windowMs, buckets, origin);
  if (ring === null) return next;
  for (let tick = Math.max(0, newest - window.buckets + 1); tick <= newest; tick += 1) {
    // An infinite window has one bucket, and infinity times zero isn't a number.
    const moment = tick === 0 ? origin : origin + tick * widthMs;
    const at = (tick % window.buckets) * FIELDS;
    next.add(next.bucketOf(moment), ring[at] as number, ring[at + 1] as number, ring[at + 2] as number);
  }
  return next;
}
