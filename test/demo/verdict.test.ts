import { describe, expect, it } from 'vitest';
import type { Observation } from '../../examples/demo/run-record.ts';
import { judge } from '../../examples/demo/verdict.ts';
import { anObservation, aPhase } from './a-snapshot.ts';

const healthy = aPhase('none', 'stay closed');
const killed = aPhase('killed', 'open and reject');
const recovered = { ...aPhase('none', 'close again'), name: 'recovered' };

const problemOf = (observation: Observation): string | null => judge([observation])[0]?.problem ?? null;
const didOf = (observation: Observation): string => judge([observation])[0]?.did ?? '';

describe('judge', () => {
  it.each([
    ['stayed closed', anObservation(healthy)],
    ['opened after 200 ms, rejected 37', anObservation(killed, { openedAfterMs: 200, rejected: 37, stateAtEnd: 'open' })],
    ['closed after 350 ms', anObservation(recovered, { openedAfterMs: 90, closedAfterMs: 350, rejected: 9 })],
  ])('is content with: %s', (did, observation) => {
    expect(judge([observation])).toEqual([{ observation, did, problem: null }]);
  });

  it('faults an opening where the breaker must stay closed', () => {
    const observation = anObservation(healthy, { openedAfterMs: 80, rejected: 2, closedAfterMs: 300 });

    expect(problemOf(observation)).toBe('it opened in phase "healthy", which it must sit out');
  });

  it('faults a circuit that was already open where it must stay closed', () => {
    const observation = anObservation(healthy, { stateAtEnd: 'open' });

    expect(problemOf(observation)).toBe('it was not closed in phase "healthy"');
    expect(didOf(observation)).toBe('stayed open');
  });

  it('faults an outage that does not open it', () => {
    expect(problemOf(anObservation(killed))).toBe('it did not open in phase "killed"');
  });

  it('faults an open circuit that rejects nothing', () => {
    const observation = anObservation(killed, { openedAfterMs: 10, stateAtEnd: 'open' });

    expect(problemOf(observation)).toBe('it rejected no call in phase "killed"');
  });

  it('faults a circuit that does not close when the upstream is back', () => {
    const observation = anObservation(recovered, { stateAtEnd: 'half_open' });

    expect(problemOf(observation)).toBe('it was still half_open at the end of phase "recovered"');
  });
});
