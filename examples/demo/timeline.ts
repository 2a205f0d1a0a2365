import type { CircuitState } from 'unified-circuit-breaker';
import { stateAt, type RunRecord, type StateChange } from './run-record.ts';
import type { Phase } from './script.ts';

/** A phase on the time axis: measured if it has begun, and planned otherwise. */
export interface PhaseSpan {
  readonly phase: Phase;
  readonly fromMs: number;
  readonly toMs: number;
}

/** All phases of the script along the axis as it looks at `nowMs`. */
export function phaseSpans({ phases, starts }: RunRecord, nowMs: number): readonly PhaseSpan[] {
  let edgeMs = 0;
  return phases.map((phase, index) => {
    const fromMs = starts[index]?.atMs ?? edgeMs;
    const measuredEndMs = starts[index + 1]?.atMs;
    const running = index === starts.length - 1;
    const plannedEndMs = fromMs + phase.durationMs;
    edgeMs = measuredEndMs ?? (running ? Math.max(plannedEndMs, nowMs) : plannedEndMs);
    return { phase, fromMs, toMs: edgeMs };
  });
}

/** Where a moment lies on an axis of `width` columns that ends at `totalMs`. */
export function columnAt(atMs: number, totalMs: number, width: number): number {
  return Math.max(0, Math.min(width, Math.round((atMs / totalMs) * width)));
}

/** The circuit in one column of the time axis. */
export interface StateColumn {
  /** The state that lasted longest. */
  readonly state: CircuitState;
  /** Whether there was a probe, which a dead upstream ends within a millisecond. */
  readonly probed: boolean;
}

/** The state of the circuit along the axis. Null where the run hasn't got to yet. */
export function stateColumns(
  { changes }: RunRecord,
  axis: { readonly nowMs: number; readonly totalMs: number; readonly width: number },
): readonly (StateColumn | null)[] {
  const columnMs = axis.totalMs / axis.width;
  const begun = columnAt(axis.nowMs, axis.totalMs, axis.width);
  return Array.from({ length: axis.width }, (_, column) => {
    const fromMs = column * columnMs;
    return column < begun ? stateBetween(changes, fromMs, Math.min(fromMs + columnMs, axis.nowMs)) : null;
  });
}

const circuitStates = ['closed', 'half_open', 'open'] as const satisfies readonly CircuitState[];

function stateBetween(changes: readonly StateChange[], fromMs: number, toMs: number): StateColumn {
  const lasted = { closed: 0, half_open: 0, open: 0 };
  let state = stateAt(changes, fromMs);
  let sinceMs = fromMs;
  let probed = state === 'half_open';
  for (const change of changes) {
    if (change.atMs <= fromMs || change.atMs >= toMs) continue;
    lasted[state] += change.atMs - sinceMs;
    state = change.to;
    sinceMs = change.atMs;
    probed ||= state === 'half_open';
  }
  lasted[state] += toMs - sinceMs;
  const longest = Math.max(lasted.closed, lasted.half_open, lasted.open);
  // On a tie the last state wins.
  const winner = lasted[state] === longest ? undefined : circuitStates.find((name) => lasted[name] === longest);
  return { state: winner ?? state, probed };
}

/** The highest sample in each column. Null where the run hasn't got to yet. */
export function peakColumns(
  samples: readonly number[],
  axis: { readonly sampleMs: number; readonly totalMs: number; readonly width: number },
): readonly (number | null)[] {
  const perColumn = axis.totalMs / axis.sampleMs / axis.width;
  const begun = Math.round(samples.length / perColumn);
  return Array.from({ length: axis.width }, (_, column) => {
    const from = Math.floor(column * perColumn);
    const to = Math.max(from + 1, Math.floor((column + 1) * perColumn));
    return column < begun ? Math.max(...samples.slice(from, to)) : null;
  });
}

const eighths = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A bar chart of `height` rows, top row first. Only a column of zero is empty. */
export function barChart(values: readonly (number | null)[], peak: number, height: number): readonly string[] {
  return Array.from({ length: height }, (_, row) => {
    const floor = (height - 1 - row) * 8;
    return values
      .map((value) => {
        const level = value === null || value === 0 ? 0 : Math.max(1, Math.round((value / peak) * height * 8));
        return eighths[Math.max(0, Math.min(8, level - floor))] || ' ';
      })
      .join('');
  });
}

/** The time axis: a label in seconds under each round moment that has room. */
export function axisLabels(totalMs: number, width: number): string {
  const stepMs = [1_000, 2_000, 5_000, 10_000].find((step) => (step / totalMs) * width >= 6) ?? 30_000;
  let line = '';
  for (let atMs = 0; atMs < totalMs; atMs += stepMs) {
    const label = atMs === 0 ? '0 s' : String(atMs / 1_000);
    const column = columnAt(atMs, totalMs, width);
    if (column + label.length <= width) line = line.padEnd(column) + label;
  }
  return line.padEnd(width);
}
