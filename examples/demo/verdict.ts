import { count, duration } from './figures.ts';
import type { Expectation } from './script.ts';
import type { Observation } from './run-record.ts';

/** What the breaker did in one phase, and what is wrong with that. */
export interface Verdict {
  readonly observation: Observation;
  readonly did: string;
  readonly problem: string | null;
}

/** Judges each phase by its own expectation. */
export function judge(seen: readonly Observation[]): readonly Verdict[] {
  return seen.map((observation) => ({
    observation,
    did: whatItDid(observation),
    problem: problems[observation.phase.expected](observation),
  }));
}

/** A rule for each expectation: returns what is wrong, or null. */
const problems: Readonly<Record<Expectation, (seen: Observation) => string | null>> = {
  'stay closed': ({ phase, openedAfterMs, stateAtEnd }) => {
    if (openedAfterMs !== null) return `it opened in phase "${phase.name}"`;
    return stateAtEnd === 'closed' ? null : `it was not closed in phase "${phase.name}"`;
  },
  'open and reject': ({ phase, openedAfterMs, rejected }) => {
    if (openedAfterMs === null) return `it did not open in phase "${phase.name}"`;
    return rejected > 0 ? null : `it rejected no call in phase "${phase.name}"`;
  },
  'close again': ({ phase, stateAtEnd }) =>
    stateAtEnd === 'closed' ? null : `it was still ${stateAtEnd} at the end of phase "${phase.name}"`,
};

function whatItDid({ phase, openedAfterMs, closedAfterMs, rejected, stateAtEnd }: Observation): string {
  if (phase.expected === 'close again' && closedAfterMs !== null) return `closed after ${duration(closedAfterMs)}`;
  if (openedAfterMs === null) return `stayed ${stateAtEnd}`;
  return `opened after ${duration(openedAfterMs)}, rejected ${count(rejected)}`;
}
