import type { RunRecord, StateChange } from './run-record.ts';
import type { Phase } from './script.ts';

/** One thing that happened, as a line for the viewer. */
export interface LoggedEvent {
  readonly atMs: number;
  readonly subject: 'upstream' | 'circuit';
  readonly text: string;
  readonly cause: Phase | StateChange;
}

/** What happened so far, in order. */
export function eventLog({ starts, changes }: RunRecord): readonly LoggedEvent[] {
  const faults = starts.map(({ phase, atMs }) => ({
    atMs,
    subject: 'upstream' as const,
    text: `${phase.name}: ${phase.about}`,
    cause: phase,
  }));
  const moves = changes.map((change) => ({
    atMs: change.atMs,
    subject: 'circuit' as const,
    text: `${change.from} → ${change.to}: ${change.reason}`,
    cause: change,
  }));
  return [...faults, ...moves].toSorted((a, b) => a.atMs - b.atMs);
}
