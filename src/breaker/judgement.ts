import { describe } from '../core/describe.ts';
import { disarm } from '../core/follow.ts';
import type { Judge } from '../core/judge.ts';
import { outcomeOf } from '../core/outcome.ts';
import type { Outcome, Verdict } from '../core/outcome.ts';
import type { Permit } from '../core/permit.ts';
import type { Circuit } from './circuit.ts';
import { conclude, succeed } from './conclusion.ts';

/** Judges what an operation returned and takes it in. */
export function concludeValue(circuit: Circuit, judge: Judge, permit: Permit, value: unknown, now: number, durationMs: number): Outcome {
  if (!judge.judgesValues) {
    succeed(circuit, permit, now, durationMs);
    return 'success';
  }
  const verdict = judge.value(value);
  const outcome = outcomeOf(verdict);
  conclude(circuit, permit, outcome, { now, durationMs, error: undefined, retryAfterMs: retryAfterOf(circuit, verdict) });
  return outcome;
}

/** Judges what an operation threw and takes it in. */
export function concludeError(circuit: Circuit, judge: Judge, permit: Permit, error: unknown, now: number, durationMs: number): Outcome {
  const verdict = judge.error(error);
  const outcome = outcomeOf(verdict);
  conclude(circuit, permit, outcome, { now, durationMs, error, retryAfterMs: retryAfterOf(circuit, verdict) });
  return outcome;
}

/** The pause that a verdict asks for, as far as it is granted. One that is not a number above 0 is as if not given. */
function retryAfterOf(circuit: Circuit, verdict: Verdict): number | undefined {
  if (typeof verdict === 'string' || verdict.retryAfterMs === undefined) return undefined;
  const { retryAfterMs } = verdict;
  if (typeof retryAfterMs === 'number' && retryAfterMs > 0) return Math.min(retryAfterMs, circuit.options.maxRetryAfterMs);
  disarm(retryAfterMs);
  circuit.report('retryAfter', new TypeError(`Expected retryAfterMs to be milliseconds above 0, got ${describe(retryAfterMs)}`));
  return undefined;
}
