import { describe, expect, it } from 'vitest';
import { judge } from '../../examples/demo/verdict.ts';
import { anObservation, aPhase } from './a-snapshot.ts';

const healthy = aPhase('none', 'stay closed');
const killed = aPhase('killed', 'open and reject');
const recovered = { ...aPhase('none', 'close again'), name: 'recovered' };

describe('judge', () => {
  it.each([
    ['stayed closed', null, healthy, {}],
    ['opened after 200 ms, rejected 37', null, killed, { openedAfterMs: 200, rejected: 37, stateAtEnd: 'open' }],
    ['closed after 350 ms', null, recovered, { openedAfterMs: 90, closedAfterMs: 350, rejected: 9 }],
    ['stayed open', 'it was not closed in phase "healthy"', healthy, { stateAtEnd: 'open' }],
  ] as const)('says what happened and whether it is right: %s, %j', (did, problem, phase, given) => {
    const observation = anObservation(phase, given);

    expect(judge([observation])).toEqual([{ observation, did, problem }]);
  });

  it.each([
    ['it opened in phase "healthy"', healthy, { openedAfterMs: 80, rejected: 2, closedAfterMs: 300 }],
    ['it did not open in phase "killed"', killed, {}],
    ['it rejected no call in phase "killed"', killed, { openedAfterMs: 10, stateAtEnd: 'open' }],
    ['it was still half_open at the end of phase "recovered"', recovered, { stateAtEnd: 'half_open' }],
  ] as const)('finds the problem: %s', (problem, phase, given) => {
    expect(judge([anObservation(phase, given)])[0]?.problem).toBe(problem);
  });
});
