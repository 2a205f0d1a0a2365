import { describe, expect, it } from 'vitest';
import { observations, stateAt, type RunRecord } from '../../examples/demo/run-record.ts';
import { aPhase } from './a-snapshot.ts';

const killed = aPhase('killed', 'open and reject');
const recovered = aPhase('none', 'close again');

const record: RunRecord = {
  phases: [killed, recovered],
  starts: [
    { phase: killed, atMs: 1_000, rejectedBefore: 3 },
    { phase: recovered, atMs: 2_000, rejectedBefore: 40 },
  ],
  changes: [
    { atMs: 1_200, from: 'closed', to: 'open', reason: 'a' },
    { atMs: 1_700, from: 'open', to: 'half_open', reason: 'b' },
    { atMs: 1_701, from: 'half_open', to: 'open', reason: 'c' },
    { atMs: 2_300, from: 'open', to: 'half_open', reason: 'd' },
    { atMs: 2_350, from: 'half_open', to: 'closed', reason: 'e' },
  ],
};

describe('stateAt', () => {
  it.each([
    [0, 'closed'],
    [1_199, 'closed'],
    [1_200, 'open'],
    [1_700, 'half_open'],
    [9_999, 'closed'],
  ])('at %s ms is %s', (atMs, state) => {
    expect(stateAt(record.changes, atMs)).toBe(state);
  });
});

describe('observations', () => {
  it('tells phase by phase when the breaker first opened and closed, what it rejected, and how it ended', () => {
    expect(observations(record, { atMs: 3_000, rejected: 55 })).toEqual([
      { phase: killed, openedAfterMs: 200, closedAfterMs: null, rejected: 37, stateAtEnd: 'open' },
      { phase: recovered, openedAfterMs: null, closedAfterMs: 350, rejected: 15, stateAtEnd: 'closed' },
    ]);
  });
});
