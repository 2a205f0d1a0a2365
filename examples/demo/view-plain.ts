import { eventLog, type LoggedEvent } from './event-log.ts';
import { count, duration, seconds } from './figures.ts';
import type { ClientName } from './fault.ts';
import type { Snapshot } from './snapshot.ts';
import type { View } from './view.ts';

/** A line for each phase and state change, and the figures in the middle of each phase. No escape codes. */
export function plainView(write: (text: string) => void): View {
  let told = 0;
  let sampled = 0;
  return {
    show(snapshot) {
      const events = eventLog(snapshot.record);
      for (const event of events.slice(told)) write(`${eventLine(event)}\n`);
      told = events.length;

      const start = snapshot.record.starts.at(-1);
      const phases = snapshot.record.starts.length;
      if (start === undefined || sampled === phases || snapshot.nowMs < start.atMs + start.phase.durationMs / 2) return;
      sampled = phases;
      for (const client of ['bare', 'protected'] as const) write(`${sampleLine(snapshot, client)}\n`);
    },
    close() {},
  };
}

export function eventLine({ atMs, subject, text }: LoggedEvent): string {
  return `${seconds(atMs).padStart(7)}  ${subject.padEnd(9)} ${text}`;
}

export function sampleLine(snapshot: Snapshot, client: ClientName): string {
  const { answered, failed, rejected, waiting, p95Ms } = snapshot.clients[client];
  const figures = [
    `${count(answered)} answered`,
    `${count(failed)} failed`,
    ...(client === 'bare' ? [] : [`${count(rejected)} rejected`]),
    `${count(waiting)} waiting`,
    `p95 ${duration(p95Ms)}`,
  ];
  return `${seconds(snapshot.nowMs).padStart(7)}  ${sides[client].padEnd(9)} ${figures.join(', ')}`;
}

const sides = { bare: 'without', protected: 'with' } as const;
