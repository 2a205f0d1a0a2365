import { describe, expect, it } from 'vitest';
import { palette } from '../../examples/demo/palette.ts';
import { comparisonTable, conclusion, reasons, verdictTable } from '../../examples/demo/report.ts';
import { judge } from '../../examples/demo/verdict.ts';
import { anObservation, aPhase, aSnapshot } from './a-snapshot.ts';

const colourless = palette(false);
const killed = anObservation(aPhase('killed', 'open and reject'),
  { openedAfterMs: 200, rejected: 1_000, stateAtEnd: 'open' });
const recovered = anObservation(aPhase('none', 'close again'), { closedAfterMs: 1_350, rejected: 40 });

describe('comparisonTable', () => {
  it('sets the bare client against the protected one', () => {
    const last = aSnapshot({ hung: { bare: 500, protected: 34 } });

    expect(comparisonTable(last, [killed, recovered], colourless).split('\n')).toEqual([
      '┌─────────────────────────┬─────────────────┬──────────────┐',
      '│                         │ without breaker │ with breaker │',
      '├─────────────────────────┼─────────────────┼──────────────┤',
      '│ calls                   │           1,100 │        1,100 │',
      '│ answers                 │              50 │           50 │',
      '│ failures                │           1,049 │           10 │',
      '│ rejected immediately    │               – │        1,040 │',
      '│ total wait              │           9.0 s │        1.2 s │',
      '│   wasted (no answer)    │           8.0 s │        0.2 s │',
      '│ sent while it was down  │           1,540 │           43 │',
      '│   connections refused   │           1,040 │            9 │',
      '│   requests left hanging │             500 │           34 │',
      '│ time to open, killed    │           never │       200 ms │',
      '│   time to close again   │               – │       1.35 s │',
      '└─────────────────────────┴─────────────────┴──────────────┘',
    ]);
  });
});

describe('verdictTable', () => {
  it('shows for each phase what was expected, what happened, and whether that is right', () => {
    const silent = { ...killed, rejected: 0 };

    expect(verdictTable(judge([killed, silent, recovered]), colourless).split('\n')).toEqual([
      '┌─────────┬─────────────────┬─────────────────────────────────────┬───────┐',
      '│ phase   │ expected        │ happened                            │       │',
      '├─────────┼─────────────────┼─────────────────────────────────────┼───────┤',
      '│ killed  │ open and reject │ opened after 200 ms, rejected 1,000 │ ok    │',
      '│ killed  │ open and reject │ opened after 200 ms, rejected 0     │ wrong │',
      '│ healthy │ close again     │ closed after 1.35 s                 │ ok    │',
      '└─────────┴─────────────────┴─────────────────────────────────────┴───────┘',
    ]);
  });
});

describe('conclusion', () => {
  it('sums up what was saved and at what price, within the width', () => {
    expect(conclusion(aSnapshot(), [killed, recovered], 80).split('\n')).toEqual([
      'The breaker rejected 1,040 of 1,100 calls immediately. While the upstream was',
      'down, it got 9 requests instead of 1,040. Callers wasted 0.2 s instead of 8.0 s',
      'on calls without an answer. The price: 40 calls were rejected while the upstream',
      'was slow, or had recovered but was not yet probed.',
    ]);
  });
});

describe('reasons', () => {
  it('quotes the breaker, moment by moment, within the width', () => {
    const explanations = [
      { when: 'killed', text: 'Circuit breaker "orders-api" is open because of failures.' },
      { when: 'at the end', text: 'It is closed.' },
    ];

    expect(reasons(explanations, 40).split('\n')).toEqual([
      'What breaker.explain() returned when it opened, and at the end:',
      '  killed',
      '    Circuit breaker "orders-api" is open',
      '    because of failures.',
      '  at the end',
      '    It is closed.',
    ]);
  });
});
