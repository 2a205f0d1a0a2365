import type { CircuitState } from 'unified-circuit-breaker';
import type { Phase } from './script.ts';

/** One move of the circuit. */
export interface StateChange {
  readonly atMs: number;
  readonly from: CircuitState;
  readonly to: CircuitState;
  readonly reason: string;
}

/** When a phase began: its fault was ordered. It lasts until the next one begins. */
export interface PhaseStart {
  readonly phase: Phase;
  readonly atMs: number;
  /** Calls that the breaker had rejected by then. */
  readonly rejectedBefore: number;
}

/** What happened in a run. Views and verdicts are derived from it. Times count from the start. */
export interface RunRecord {
  readonly phases: readonly Phase[];
  readonly starts: readonly PhaseStart[];
  readonly changes: readonly StateChange[];
}

/** What the breaker did in one phase. Durations count from the moment when the fault was in place. */
export interface Observation {
  readonly phase: Phase;
  readonly openedAfterMs: number | null;
  readonly closedAfterMs: number | null;
  readonly rejected: number;
  readonly stateAtEnd: CircuitState;
}

/** The state at a moment. A circuit begins closed. */
export function stateAt(changes: readonly StateChange[], atMs: number): CircuitState {
  return changes.findLast((change) => change.atMs <= atMs)?.to ?? 'closed';
}

/** What the breaker did, phase by phase, in a run that is over. */
export function observations(record: RunRecord, end: { atMs: number; rejected: number }): readonly Observation[] {
  return record.starts.map((start, index) => {
    const next = record.starts[index + 1] ?? { atMs: end.atMs, rejectedBefore: end.rejected };
    const within = record.changes.filter((change) => change.atMs >= start.atMs && change.atMs < next.atMs);
    const after = (to: CircuitState): number | null => {
      const change = within.find((candidate) => candidate.to === to);
      return change === undefined ? null : change.atMs - start.atMs;
    };
    return {
      phase: start.phase,
      openedAfterMs: after('open'),
      closedAfterMs: after('closed'),
      rejected: next.rejectedBefore - start.rejectedBefore,
      stateAtEnd: stateAt(record.changes, next.atMs),
    };
  });
}
