import { FAILED, SLOW } from '../../src/window/window.ts';
import type { OutcomeBits, Window } from '../../src/window/window.ts';

/** The four outcomes that a window tells apart. */
const OUTCOMES: Readonly<Record<'S' | 'F' | 's' | 'f', OutcomeBits>> = { S: 0, F: FAILED, s: SLOW, f: 3 };

/** Records `S` (success), `F` (failure), `s` (slow success) and `f` (slow failure), one after the other. */
export function recordAll(window: Window, letters: string, now = 0): void {
  for (const letter of letters) window.record(OUTCOMES[letter as keyof typeof OUTCOMES], now);
}

/** What a window shows: outcomes, successes, failures, slow ones. */
export function countsOf({
  calls,
  failures,
  slowCalls,
}: Window): readonly [calls: number, successes: number, failures: number, slowCalls: number] {
  return [calls, calls - failures, failures, slowCalls];
}
