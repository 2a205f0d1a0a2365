import { describe, expect, it } from 'vitest';
import { axisLabels, barChart, columnAt, peakColumns, phaseSpans, stateColumns } from '../../examples/demo/timeline.ts';
import { openRecord } from './a-snapshot.ts';

const edges = (nowMs: number): number[][] => phaseSpans(openRecord, nowMs).map(({ fromMs, toMs }) => [fromMs, toMs]);

describe('phaseSpans', () => {
  it('takes the past as measured and the future as planned', () => {
    expect(edges(2_000)).toEqual([[0, 1_000], [1_000, 3_000], [3_000, 4_000]]);
  });

  it('stretches a phase that lasts longer than planned', () => {
    expect(edges(3_400)).toEqual([[0, 1_000], [1_000, 3_400], [3_400, 4_400]]);
  });
});

describe('columnAt', () => {
  it.each([
    [-5, 0],
    [0, 0],
    [50, 5],
    [100, 10],
    [500, 10],
  ])('puts %s of 100 ms in column %s of 10', (atMs, column) => {
    expect(columnAt(atMs, 100, 10)).toBe(column);
  });
});

describe('stateColumns', () => {
  const record = {
    ...openRecord,
    changes: [
      { atMs: 120, from: 'closed', to: 'open', reason: '' },
      { atMs: 250, from: 'open', to: 'half_open', reason: '' },
      { atMs: 251, from: 'half_open', to: 'open', reason: '' },
      { atMs: 310, from: 'open', to: 'half_open', reason: '' },
      { atMs: 390, from: 'half_open', to: 'closed', reason: '' },
    ],
  } as const;

  it('shows the state that lasted longest in each column, and where there was a probe', () => {
    expect(stateColumns(record, { nowMs: 450, totalMs: 600, width: 6 })).toEqual([
      { state: 'closed', probed: false },
      { state: 'open', probed: false },
      { state: 'open', probed: true },
      { state: 'half_open', probed: true },
      { state: 'closed', probed: false },
      null,
    ]);
  });
});

describe('peakColumns', () => {
  it('keeps the highest sample of each column and leaves the future empty', () => {
    const samples = [1, 5, 2, 0, 7];

    expect(peakColumns(samples, { sampleMs: 100, totalMs: 800, width: 4 })).toEqual([5, 2, 7, null]);
  });

  it('repeats samples where there are more columns than samples', () => {
    expect(peakColumns([3, 4], { sampleMs: 100, totalMs: 200, width: 4 })).toEqual([3, 3, 4, 4]);
  });
});

describe('barChart', () => {
  it('draws eighths, nothing for zero, and at least a trace for anything above it', () => {
    expect(barChart([0, 0.001, 4, 8, null], 8, 1)).toEqual([' ▁▄█ ']);
  });

  it('stacks rows, the top one first', () => {
    expect(barChart([4, 8, 12, 16], 16, 2)).toEqual(['  ▄█', '▄███']);
  });
});

describe('axisLabels', () => {
  it('labels round seconds where there is room', () => {
    expect(axisLabels(8_000, 24)).toBe('0 s   2     4     6     ');
    expect(axisLabels(30_000, 42)).toBe('0 s    5      10     15     20     25     ');
  });
});
