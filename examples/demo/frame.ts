import { bandLines, chartLines, type Axis } from './frame-timeline.ts';
import { figureLines } from './frame-figures.ts';
import { eventLog, type LoggedEvent } from './event-log.ts';
import { seconds } from './figures.ts';
import { headLines } from './frame-head.ts';
import { fitted, padded, painted, plain, type Line } from './line.ts';
import type { Palette } from './palette.ts';
import { sampleMs, type Snapshot } from './snapshot.ts';
import { phaseSpans } from './timeline.ts';

/** The terminal's size in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const narrowest = 60;
const widest = 200;
const wideEnoughForTwo = 128;
const figuresWidth = 76;
const mostChartRows = 15;
const bandRows = 4;
const fewestLogRows = 3;
const empty: Line = [];

/** One frame of the live view: at most `rows` lines, none wider than the terminal. Pure. */
export function renderFrame(snapshot: Snapshot, size: Size, palette: Palette): readonly string[] {
  const width = Math.max(narrowest, Math.min(widest, size.columns)) - 2;
  const twoColumns = width >= wideEnoughForTwo;
  const head = headLines(snapshot, width, palette);
  const figures = figureLines(snapshot, twoColumns ? figuresWidth : width, palette);
  const taken = head.length + 1 + figures.length + 1 + bandRows + (twoColumns ? 0 : 1 + fewestLogRows);
  const chartRows = Math.max(1, Math.min(mostChartRows, Math.floor((size.rows - taken) / 2)));
  const timeline = timelineLines(snapshot, width, chartRows, palette);
  const events = eventLog(snapshot.record);

  const middle = twoColumns
    ? beside(figures, logLines(events, figures.length, width - figuresWidth - 3, palette))
    : figures;
  const body = [...head, empty, ...middle, empty, ...timeline];
  const below = twoColumns ? [] : logLines(events, Math.max(0, size.rows - body.length - 1), width, palette);
  const lines = below.length > 0 ? [...body, empty, ...below] : body;
  return onScreen(lines.slice(0, size.rows), size.columns);
}

/** The timeline alone, which stays on the screen after the live view. Pure. */
export function renderTimeline(snapshot: Snapshot, columns: number, palette: Palette): readonly string[] {
  const width = Math.max(narrowest, Math.min(widest, columns)) - 2;
  return onScreen(timelineLines(snapshot, width, 3, palette), columns);
}

/** Adds a margin of one column, and cuts lines: one that wraps would move all others. */
function onScreen(lines: readonly Line[], columns: number): readonly string[] {
  return lines.map((line) => (line.length === 0 ? '' : painted(fitted([plain(' '), ...line], columns))));
}

function timelineLines(snapshot: Snapshot, width: number, chartRows: number, palette: Palette): readonly Line[] {
  const spans = phaseSpans(snapshot.record, snapshot.nowMs);
  const axis: Axis = { nowMs: snapshot.nowMs, totalMs: spans.at(-1)?.toMs ?? 1, sampleMs, width, spans };
  return [...bandLines(snapshot, axis, palette), ...chartLines(snapshot, axis, chartRows, palette)];
}

function logLines(events: readonly LoggedEvent[], rows: number, width: number, palette: Palette): readonly Line[] {
  const shown = rows <= 0 ? [] : events.slice(-rows);
  return shown.map((event) =>
    fitted(
      [
        { text: seconds(event.atMs).padStart(7), paint: palette.quiet },
        plain('  '),
        { text: event.subject.padEnd(10), paint: palette.quiet },
        { text: event.text, paint: paintOf(event, palette) },
      ],
      width,
    ),
  );
}

function paintOf({ cause }: LoggedEvent, palette: Palette): (text: string) => string {
  return 'to' in cause ? palette.state[cause.to] : palette.fault[cause.fault];
}

function beside(left: readonly Line[], right: readonly Line[]): readonly Line[] {
  return left.map((line, row) => [...padded(line, figuresWidth), plain(' │ '), ...(right[row] ?? empty)]);
}
