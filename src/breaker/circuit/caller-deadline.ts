import { isDeadlineReason } from '../../core/errors.ts';
import type { Verdict } from '../../core/judge.ts';
import type { Circuit } from './circuit.ts';

/** While it isn't known how long calls take, a caller must leave them this time, or a tenth of `timeoutMs`. */
const LEAST_MS = 100;

/**
 * Judges a call that its caller ended after `ms`. It is ignored, unless a deadline ended it that left it enough time:
 * as long as half of the successful calls take.
 */
export function judgeAbort(circuit: Circuit, reason: unknown, ms: number): Verdict {
  if (!isDeadlineReason(reason)) return 'ignored';
  const { recorder, judge, options } = circuit;
  const enoughMs = recorder.usualMs ?? Math.min(LEAST_MS, (options.timeoutMs ?? Infinity) / 10);
  return ms < enoughMs ? 'ignored' : judge.timeout(reason);
}
