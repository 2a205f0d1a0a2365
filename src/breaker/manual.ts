import { describe } from '../core/describe.ts';
import { batch } from '../core/emitter.ts';
import type { Judge } from '../core/judge.ts';
import { UNBOUND } from '../core/permit.ts';
import type { Permit } from '../core/permit.ts';
import { pace, standing, takeProbe } from './admission.ts';
import type { Circuit } from './circuit.ts';
import { conclude } from './conclusion.ts';
import { concludeError } from './judgement.ts';
import { noticeLeases } from './leases.ts';

/** A call admitted and settled at this moment, with success. */
export function recordSuccess(circuit: Circuit, durationMs: number | undefined): void {
  record(circuit, durationMs, (permit, now, ms) => conclude(circuit, permit, 'success', { now, durationMs: ms }));
}

/** A call admitted and settled at this moment, with a failure; an error goes through the filters. */
export function recordFailure(circuit: Circuit, judge: Judge, error: unknown, durationMs: number | undefined): void {
  record(circuit, durationMs, (permit, now, ms) => {
    if (error === undefined) conclude(circuit, permit, 'failure', { now, durationMs: ms });
    else concludeError(circuit, judge, permit, error, now, ms);
  });
}

function record(circuit: Circuit, durationMs: number | undefined, settle: (permit: Permit, now: number, durationMs: number) => void): void {
  const { options, timeline, emitter, recorder } = circuit;
  if (durationMs !== undefined && !(Number.isFinite(durationMs) && durationMs >= 0)) {
    throw new TypeError(`Expected the duration to be milliseconds, 0 or more, got ${describe(durationMs)}`);
  }
  if (circuit.disposed || options.mode === 'off') return;
  const now = timeline.now();
  noticeLeases(circuit, now);
  circuit.ease(now);
  batch(emitter, () => {
    recorder.offered += 1;
    // Where a call would not have been admitted, the record is in the totals and decides nothing.
    const permit = circuit.override === null && standing(circuit, now) && pace(circuit, now) === null ? takeProbe(circuit, now, null) : UNBOUND;
    settle(permit, now, options.trackLatency && durationMs !== undefined ? durationMs : -1);
  });
}
