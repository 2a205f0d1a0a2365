import type { Fault } from '../../examples/demo/fault.ts';
import type { Expectation, Phase } from '../../examples/demo/script.ts';
import type { Observation, RunRecord } from '../../examples/demo/run-record.ts';
import type { Snapshot } from '../../examples/demo/snapshot.ts';
import type { ClientFigures } from '../../examples/demo/tally.ts';

export function aPhase(fault: Fault, expected: Expectation, durationMs = 1_000): Phase {
  return { name: fault === 'none' ? 'healthy' : fault, fault, expected, durationMs, about: `about ${fault}` };
}

function figures(given: Partial<ClientFigures> = {}): ClientFigures {
  return {
    calls: 0,
    answered: 0,
    failed: 0,
    rejected: 0,
    refused: 0,
    waiting: 0,
    waitedMs: 0,
    waitedInVainMs: 0,
    errorRate: null,
    p50Ms: null,
    p95Ms: null,
    ...given,
  };
}

const healthy = aPhase('none', 'stay closed');
const killed = aPhase('killed', 'open and reject', 2_000);
const recovered = { ...aPhase('none', 'close again'), name: 'recovered' };

/** Two seconds into a run of four: killed after one second, open a fifth of a second later. */
export const openRecord: RunRecord = {
  phases: [healthy, killed, recovered],
  starts: [
    { phase: healthy, atMs: 0, rejectedBefore: 0 },
    { phase: killed, atMs: 1_000, rejectedBefore: 0 },
  ],
  changes: [{ atMs: 1_200, from: 'closed', to: 'open', reason: '10 consecutive failures' }],
};

export function aSnapshot(given: Partial<Snapshot> = {}): Snapshot {
  return {
    nowMs: 2_000,
    callsPerSecond: 50,
    recentMs: 2_000,
    record: openRecord,
    state: 'open',
    retryAfterMs: 400,
    window: { calls: 0, errorRate: 0, slowCallRate: 0 },
    clients: {
      bare: figures({ calls: 1_100, answered: 50, failed: 1_049, refused: 1_040, waiting: 1, waitedMs: 9_000,
        waitedInVainMs: 8_000, errorRate: 0.5, p50Ms: 12, p95Ms: 3_000 }),
      protected: figures({ calls: 1_100, answered: 50, failed: 10, refused: 9, rejected: 1_040, waitedMs: 1_200,
        waitedInVainMs: 200, errorRate: 0.1, p50Ms: 0, p95Ms: 14 }),
    },
    hung: { bare: 0, protected: 0 },
    waiting: {
      bare: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50],
      protected: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 10, 0, 0, 0, 0, 0, 0, 0, 0],
    },
    ...given,
  };
}

export function anObservation(phase: Phase, given: Partial<Observation> = {}): Observation {
  return { phase, openedAfterMs: null, closedAfterMs: null, rejected: 0, stateAtEnd: 'closed', ...given };
}
