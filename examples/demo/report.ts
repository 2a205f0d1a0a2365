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

/** Compares the two clients in figures. */
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
    both('rejected immediately', (client) => (client === 'bare' ? none : count(clients[client].rejected))),
    both('total wait', (client) => seconds(clients[client].waitedMs)),
    both('  wasted (no answer)', (client) => seconds(clients[client].waitedInVainMs)),
    both('sent while it was down', (client) => count(sentWhileDown(last, client))),
    both('  connections refused', (client) => count(clients[client].refused)),
    both('  requests left hanging', (client) => count(last.hung[client])),
  ];
}

/** How soon the breaker opened in each outage, and how soon it closed afterwards. */
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

/** What the breaker was expected to do in each phase, and what it did. */
export function verdictTable(verdicts: readonly Verdict[], colours: Palette): string {
  const table = new Table({ head: ['phase', 'expected', 'happened', ''].map(colours.strong), style });
  for (const { observation, did, problem } of verdicts) {
    const { name, expected } = observation.phase;
    table.push([name, expected, did, problem === null ? colours.good('ok') : colours.bad('wrong')]);
  }
  return table.toString();
}

const waitedFor = (figures: ClientFigures): string => seconds(figures.waitedInVainMs);

/** Sums up what the breaker saved, and its price. */
export function conclusion(last: Snapshot, seen: readonly Observation[], width: number): string {
  const { bare, protected: safe } = last.clients;
  const sent = (client: ClientName): string => count(sentWhileDown(last, client));
  const upstreamUp = seen.filter(({ phase }) => phase.fault !== 'killed' && phase.fault !== 'hanging');
  const price = upstreamUp.reduce((sum, { rejected }) => sum + rejected, 0);
  return wrapped(
    `The breaker rejected ${count(safe.rejected)} of ${count(safe.calls)} calls immediately. While the upstream was ` +
      `down, it got ${sent('protected')} requests instead of ${sent('bare')}. Callers wasted ${waitedFor(safe)} ` +
      `instead of ${waitedFor(bare)} on calls without an answer. The price: ${count(price)} calls were rejected ` +
      'while the upstream was slow, or had recovered but was not yet probed.',
    width,
  );
}

/** What `explain()` returned at each opening and at the end. */
export function reasons(explanations: readonly Explanation[], width: number): string {
  const indent = '    ';
  const indented = (text: string): string => wrapped(text, width - indent.length).replace(/^/gm, indent);
  const said = explanations.map(({ when, text }) => `  ${when}\n${indented(text)}`);
  return ['What breaker.explain() returned when it opened, and at the end:', ...said].join('\n');
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
