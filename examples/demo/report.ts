import Table from 'cli-table3';
import { count, duration, seconds } from './figures.ts';
import type { ClientName } from './fault.ts';
import type { Palette } from './palette.ts';
import type { Explanation } from './run.ts';
import type { Observation } from './run-record.ts';
import { sentWhileDown, type Snapshot } from './snapshot.ts';
import type { ClientFigures } from './tally.ts';
import type { Verdict } from './verdict.ts';

type Row = readonly [label: string, bare: string, protectedValue: string];

const none = '–';
const style = { head: [], border: [], compact: true };

/** Bare against protected, in figures. */
export function comparisonTable(last: Snapshot, seen: readonly Observation[], colours: Palette): string {
  const table = new Table({
    head: ['', colours.strong(colours.bare('without breaker')), colours.strong(colours.protected('with breaker'))],
    colAligns: ['left', 'right', 'right'],
    style,
  });
  table.push(...[...callRows(last), ...timingRows(seen)].map((row) => [...row]));
  return table.toString();
}

function both(label: string, value: (client: ClientName) => string): Row {
  return [label, value('bare'), value('protected')];
}

function callRows(last: Snapshot): readonly Row[] {
  const { clients } = last;
  return [
    both('calls', (client) => count(clients[client].calls)),
    both('answers', (client) => count(clients[client].answered)),
    both('failures', (client) => count(clients[client].failed)),
    both('rejected at once', (client) => (client === 'bare' ? none : count(clients[client].rejected))),
    both('callers waited, in all', (client) => seconds(clients[client].waitedMs)),
    both('  of that without an answer', (client) => seconds(clients[client].waitedInVainMs)),
    both('sent while it was down', (client) => count(sentWhileDown(last, client))),
    both('  connections refused', (client) => count(clients[client].refused)),
    both('  requests left hanging', (client) => count(last.hung[client])),
  ];
}

/** How soon the breaker saw each outage, and how soon it saw the end of it. */
function timingRows(seen: readonly Observation[]): readonly Row[] {
  return seen.flatMap(({ phase, openedAfterMs }, index): Row[] => {
    if (phase.expected !== 'open and reject') return [];
    const closed = seen.slice(index + 1).find((later) => later.phase.expected === 'close again')?.closedAfterMs ?? null;
    return [
      [`time to open, ${phase.name}`, 'never', duration(openedAfterMs)],
      ['  time to close again', none, duration(closed)],
    ];
  });
}

/** Phase by phase: what the breaker had to do, and what it did. */
export function verdictTable(verdicts: readonly Verdict[], colours: Palette): string {
  const table = new Table({ head: ['phase', 'must', 'did', ''].map(colours.strong), style });
  for (const { observation, did, problem } of verdicts) {
    table.push([observation.phase.name, observation.phase.expected, did, problem === null ? colours.good('ok') : colours.bad('wrong')]);
  }
  return table.toString();
}

const waitedFor = (figures: ClientFigures): string => seconds(figures.waitedInVainMs);

/** What the breaker did, in a sentence, and its price in another. */
export function conclusion(last: Snapshot, seen: readonly Observation[], width: number): string {
  const { bare, protected: safe } = last.clients;
  const sent = (client: ClientName): string => count(sentWhileDown(last, client));
  const upstreamUp = seen.filter(({ phase }) => phase.fault !== 'killed' && phase.fault !== 'hanging');
  const price = upstreamUp.reduce((sum, { rejected }) => sum + rejected, 0);
  return wrapped(
    `The breaker rejected ${count(safe.rejected)} of ${count(safe.calls)} calls at once, so that the upstream got ${sent('protected')} requests ` +
      `instead of ${sent('bare')} while it was down, and callers waited ${waitedFor(safe)} instead of ${waitedFor(bare)} for nothing. ` +
      `The price: ${count(price)} of the rejected calls came while the upstream was slow, or back and not yet probed.`,
    width,
  );
}

/** Why it did that: what `explain()` said at each opening and at the end. */
export function reasons(explanations: readonly Explanation[], width: number): string {
  const indent = '    ';
  const said = explanations.map(({ when, text }) => `  ${when}\n${wrapped(text, width - indent.length).replace(/^/gm, indent)}`);
  return ['Why, in the words of breaker.explain():', ...said].join('\n');
}

function wrapped(text: string, width: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
