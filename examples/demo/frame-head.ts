import { duration, percent, seconds } from './figures.ts';
import { plain, spread, type Line } from './line.ts';
import type { Palette } from './palette.ts';
import type { Snapshot } from './snapshot.ts';
import { columnAt, phaseSpans } from './timeline.ts';

/** Title, progress, the fault of the upstream, and what the circuit does about it. */
export function headLines(snapshot: Snapshot, width: number, palette: Palette): readonly Line[] {
  return [title, progress, upstream, circuit].map((lineOf) => lineOf(snapshot, width, palette));
}

function totalMs(snapshot: Snapshot): number {
  return phaseSpans(snapshot.record, snapshot.nowMs).at(-1)?.toMs ?? 1;
}

function title(snapshot: Snapshot, width: number, palette: Palette): Line {
  return spread(
    [
      { text: 'unified-circuit-breaker', paint: palette.strong },
      { text: `  two clients, ${snapshot.callsPerSecond} calls/s each`, paint: palette.quiet },
    ],
    [plain(`${seconds(snapshot.nowMs)} of ${Math.round(totalMs(snapshot) / 1_000)} s`)],
    width,
  );
}

function progress(snapshot: Snapshot, width: number, palette: Palette): Line {
  const done = columnAt(snapshot.nowMs, totalMs(snapshot), width);
  return [
    { text: '━'.repeat(done), paint: palette.strong },
    { text: '─'.repeat(width - done), paint: palette.quiet },
  ];
}

function upstream({ record }: Snapshot, width: number, palette: Palette): Line {
  const phase = record.starts.at(-1)?.phase;
  if (phase === undefined) return [plain('upstream  starting')];
  return spread(
    [
      { text: 'upstream  ', paint: palette.quiet },
      { text: ` ${phase.name.toUpperCase()} `.padEnd(badgeWidth), paint: palette.faultBadge[phase.fault] },
      plain(`  ${phase.about}`),
    ],
    [{ text: `phase ${record.starts.length} of ${record.phases.length}`, paint: palette.quiet }],
    width,
  );
}

const badgeWidth = 13;
const stateLabels = { closed: 'CLOSED', open: 'OPEN', half_open: 'HALF-OPEN' } as const;

function circuit(snapshot: Snapshot, width: number, palette: Palette): Line {
  return spread(
    [
      { text: 'circuit   ', paint: palette.quiet },
      { text: ` ${stateLabels[snapshot.state]} `.padEnd(badgeWidth), paint: palette.stateBadge[snapshot.state] },
      plain(`  ${circuitText(snapshot)}`),
    ],
    [],
    width,
  );
}

function circuitText({ state, record, retryAfterMs, window }: Snapshot): string {
  switch (state) {
    case 'closed':
      return `last ${window.calls} calls: ${percent(window.errorRate)} failed, ${percent(window.slowCallRate)} slow`;
    case 'half_open':
      return 'probing the upstream with a few calls';
    case 'open': {
      const reason = record.changes.at(-1)?.reason ?? 'opened';
      const wait = retryAfterMs > 0 ? `next probe in ${duration(retryAfterMs)}` : 'ready to probe';
      return `${reason}, ${wait}`;
    }
  }
}
