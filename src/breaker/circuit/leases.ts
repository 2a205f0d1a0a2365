import { batch } from '../../core/emitter.ts';
import { CircuitBreakerTimeoutError } from '../../core/errors.ts';
import { firstExpired, settled, verdict } from '../../core/half-open.ts';
import type { HalfOpenState, Probe } from '../../core/state.ts';
import type { Circuit } from './circuit.ts';
import { tallyFailure, tallyIgnored } from './recorder.ts';

/** Notices the leases that have run out, in order of their deadlines. The next admission, record or settlement calls it first. */
export function noticeLeases(circuit: Circuit, now: number): void {
  if (circuit.disposed) return;
  for (let state = circuit.state; state.name === 'half_open'; state = circuit.state) {
    const probe = firstExpired(state, now);
    if (probe === null) return;
    // As a read at this moment would have done: whether somebody has looked must not show in the figures.
    circuit.recorder.window.roll(now);
    giveUp(circuit, state, probe, now);
  }
}

/** A lease that ran out is a failure dated at its deadline; of a stream whose consumer is away, it is nothing. */
function giveUp(circuit: Circuit, state: HalfOpenState, probe: Probe, now: number): void {
  const { emitter, options } = circuit;
  const at = probe.leaseEndsAt;
  const next = settled(state, probe, probe.excused ? 'nothing' : 'failure');
  circuit.progress(next);
  probe.expired = true;
  batch(emitter, () => {
    emitter?.emit('leaseExpired', { name: options.name, noticedAfterMs: now - at });
    if (probe.excused) tallyIgnored(circuit, undefined);
    else countAsFailure(circuit, probe, at);
    probe.onExpired?.();
    if (verdict(next, options) === 'relapse') circuit.open(next, at, { reason: 'lease_expired' });
  });
}

function countAsFailure(circuit: Circuit, probe: Probe, at: number): void {
  const { options, recorder } = circuit;
  const heldMs = at - probe.admittedAt;
  const error = new CircuitBreakerTimeoutError(options.name, heldMs, `A probe of circuit "${options.name}" did not settle within its lease of ${heldMs} ms`);
  recorder.countFailure(at, tallyFailure(circuit, error, at, options.trackLatency ? heldMs : -1));
}
