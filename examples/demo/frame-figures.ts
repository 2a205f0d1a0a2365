import { count, duration, percent, seconds } from './figures.ts';
import { plain, type Line, type Segment } from './line.ts';
import type { Palette } from './palette.ts';
import { sentWhileDown, type Snapshot } from './snapshot.ts';
import type { ClientName } from './fault.ts';

interface Figure {
  readonly label: string;
  readonly value: (client: ClientName) => string;
  /** Whether the value deserves attention now. */
  readonly alarming?: (client: ClientName) => boolean;
}

/** The live figures of the two clients side by side: a heading, and a line for each figure. */
export function figureLines(snapshot: Snapshot, width: number, palette: Palette): readonly Line[] {
  const valueWidth = Math.floor((width - Math.max(28, Math.round(width * 0.38))) / 2);
  const labelWidth = width - 2 * valueWidth;
  const row = (label: Segment, bare: Segment, protectedValue: Segment): Line => [
    { ...label, text: label.text.padEnd(labelWidth) },
    { ...bare, text: bare.text.padStart(valueWidth) },
    { ...protectedValue, text: protectedValue.text.padStart(valueWidth) },
  ];
  const heading = row(
    plain(''),
    { text: 'without breaker', paint: (text) => palette.strong(palette.bare(text)) },
    { text: 'with breaker', paint: (text) => palette.strong(palette.protected(text)) },
  );
  return [
    heading,
    ...figuresOf(snapshot).map((figure) =>
      row(plain(figure.label), cell(figure, 'bare', palette), cell(figure, 'protected', palette)),
    ),
  ];
}

function cell(figure: Figure, client: ClientName, palette: Palette): Segment {
  const text = figure.value(client);
  return figure.alarming?.(client) === true ? { text, paint: palette.bad } : { text };
}

function figuresOf(snapshot: Snapshot): readonly Figure[] {
  const { clients, recentMs } = snapshot;
  const recently = `last ${recentMs / 1_000} s`;
  return [
    {
      label: 'answered, of all calls',
      value: (client) => `${count(clients[client].answered)} of ${count(clients[client].calls)}`,
    },
    { label: 'failed', value: (client) => count(clients[client].failed) },
    {
      label: 'rejected immediately',
      value: (client) => (client === 'bare' ? '–' : count(clients[client].rejected)),
    },
    {
      label: 'callers waiting now',
      value: (client) => count(clients[client].waiting),
      alarming: (client) => clients[client].waiting >= snapshot.callsPerSecond / 2,
    },
    {
      label: `failure rate, ${recently}`,
      value: (client) => percent(clients[client].errorRate),
      alarming: (client) => (clients[client].errorRate ?? 0) >= 0.25,
    },
    {
      label: `wait p50 / p95, ${recently}`,
      value: (client) => `${duration(clients[client].p50Ms)} / ${duration(clients[client].p95Ms)}`,
      alarming: (client) => (clients[client].p50Ms ?? 0) >= 100,
    },
    { label: 'total wait of all callers', value: (client) => seconds(clients[client].waitedMs) },
    { label: 'sent while it was down', value: (client) => count(sentWhileDown(snapshot, client)) },
  ];
}
