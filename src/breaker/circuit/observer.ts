import type { EventSink } from '../../core/emitter.ts';
import type { CircuitEvents } from '../../core/events.ts';

/** Receives the events of circuits, after their own listeners, for example for a manager or telemetry. */
export type Observer = EventSink<CircuitEvents>;

/** Decides whether a circuit may send a probe, for example for shared state. */
export interface Gate {
  /** Returns whether a probe may start now. If not, the call is rejected. Reads ask, too, so it must change nothing. */
  admitsProbe(now: number): boolean;
}
