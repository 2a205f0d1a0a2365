import type { CircuitState } from 'unified-circuit-breaker';
import type { ClientName } from './fault.ts';
import { count } from './figures.ts';
import type { Line, Segment } from './line.ts';
import type { Palette } from './palette.ts';
import type { Snapshot } from './snapshot.ts';
import { axisLabels, barChart, columnAt, peakColumns, stateColumns, type PhaseSpan } from './timeline.ts';

/** The time axis that all bands share, so that cause and effect are in one column. */
export interface Axis {
  readonly nowMs: number;
  readonly totalMs: number;
  readonly sampleMs: number;
  /** Columns for label and band together. */
  readonly width: number;
  readonly spans: readonly PhaseSpan[];
}

const labelWidth = 16;
const future = '·';
const stateGlyphs: Readonly<Record<CircuitState, string>> = { closed: '▁', half_open: '▄', open: '▆' };

/** Legend, time axis, the upstream's faults and the circuit's states. */
export function bandLines(snapshot: Snapshot, axis: Axis, palette: Palette): readonly Line[] {
  const width = axis.width - labelWidth;
  return [
    legend(palette),
    [label('upstream', palette), ...axis.spans.flatMap((span) => faultSegments(span, { ...axis, width }, palette))],
    [label('circuit', palette), ...stateSegments(snapshot, { ...axis, width }, palette)],
    [label('', palette), { text: axisLabels(axis.totalMs, width), paint: palette.quiet }],
  ];
}

/** Callers that wait for a response: a chart for each client, on one scale. */
export function chartLines(snapshot: Snapshot, axis: Axis, height: number, palette: Palette): readonly Line[] {
  const width = axis.width - labelWidth;
  const columns = (client: ClientName) => peakColumns(snapshot.waiting[client], { ...axis, width });
  // At least half a second of calls, so that a healthy run does not look like a mountain.
  const peak = Math.max(snapshot.callsPerSecond / 2, ...snapshot.waiting.bare, ...snapshot.waiting.protected);
  return (['bare', 'protected'] as const).flatMap((client) =>
    barChart(columns(client), peak, height).map((row, index) => [
      label(chartLabel(client, index, height, Math.max(0, ...snapshot.waiting[client])), palette),
      { text: row, paint: palette[client] },
    ]),
  );
}

function chartLabel(client: ClientName, row: number, height: number, peak: number): string {
  if (row === 0) return client === 'bare' ? 'waiting without' : 'waiting with';
  return row === 1 && height > 1 ? `max ${count(peak)}` : '';
}

function label(text: string, palette: Palette): Segment {
  return { text: text.padEnd(labelWidth), paint: palette.quiet };
}

function legend(palette: Palette): Line {
  // A square doesn't touch the band below. Without colors, only the glyphs of the band can explain it.
  const entry = (state: CircuitState, name: string): Segment => ({
    text: `${palette.coloured ? '■' : stateGlyphs[state]} ${name}   `,
    paint: palette.state[state],
  });
  return [label('', palette), entry('closed', 'closed'), entry('half_open', 'half-open'), entry('open', 'open')];
}

function faultSegments(span: PhaseSpan, axis: Axis, palette: Palette): Line {
  const from = columnAt(span.fromMs, axis.totalMs, axis.width);
  const width = columnAt(span.toMs, axis.totalMs, axis.width) - from;
  const done = Math.max(0, Math.min(width, columnAt(axis.nowMs, axis.totalMs, axis.width) - from));
  const text = spanText(span, width, palette.coloured);
  const filler = palette.coloured ? [' ', ' '] : ['=', future];
  return [
    { text: text.padEnd(width, filler[0]).slice(0, done), paint: palette.faultBadge[span.phase.fault] },
    { text: text.padEnd(width, filler[1]).slice(done), paint: palette.quiet },
  ];
}

/** The name of the fault if it fits. Without colors, a bar marks where the phase begins. */
function spanText({ phase }: PhaseSpan, width: number, coloured: boolean): string {
  const name = phase.fault === 'none' ? 'ok' : phase.fault;
  const text = `${coloured ? ' ' : '|'}${name}`;
  return text.length < width || !coloured ? text.slice(0, width) : name.slice(0, width);
}

function stateSegments(snapshot: Snapshot, axis: Axis, palette: Palette): Line {
  return stateColumns(snapshot.record, axis).map((column) => {
    if (column === null) return { text: future, paint: palette.quiet };
    // A short probe is a notch in the open band.
    const glyph = stateGlyphs[column.probed ? 'half_open' : column.state];
    return { text: glyph, paint: palette.state[column.state] };
  });
}
