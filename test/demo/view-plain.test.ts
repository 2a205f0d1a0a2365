import { describe, expect, it } from 'vitest';
import { plainView } from '../../examples/demo/view-plain.ts';
import type { Snapshot } from '../../examples/demo/snapshot.ts';
import { aSnapshot, openRecord } from './a-snapshot.ts';

function written(...snapshots: readonly Snapshot[]): string[] {
  const lines: string[] = [];
  const view = plainView((text) => lines.push(text));
  for (const snapshot of snapshots) view.show(snapshot);
  return lines;
}

const before = aSnapshot({ nowMs: 1_100, record: { ...openRecord, changes: [] } });

describe('plainView', () => {
  it('writes each phase and each state change once, and one sample in the middle of a phase', () => {
    expect(written(before, before, aSnapshot({ nowMs: 2_000 }), aSnapshot({ nowMs: 2_500 }))).toEqual([
      '  0.0 s  upstream  healthy: about none\n',
      '  1.0 s  upstream  killed: about killed\n',
      '  1.2 s  circuit   closed → open: 10 consecutive failures\n',
      '  2.0 s  without   50 answered, 1,049 failed, 1 waiting, p95 3.00 s\n',
      '  2.0 s  with      50 answered, 10 failed, 1,040 rejected, 0 waiting, p95 14 ms\n',
    ]);
  });

  it('writes no escape code', () => {
    expect(written(aSnapshot()).join('')).not.toContain('\u001b');
  });
});
