import { ours } from './policies/ours.ts';
import { PEERS } from './policies/peers.ts';
import type { Policy } from './policy.ts';
import type { Results } from './summary.ts';
import { groupTable } from './table.ts';
import type { Group } from './table.ts';

const SECONDS = 1_000;

/** The pairs of a first and a longest wait that are compared, and the other libraries. */
export const WAITS: readonly Policy[] = [
  ...[0.5, 1, 2, 5].flatMap((first) => [5, 10, 20, 30].map((longest) => pair(first, longest))),
  ...PEERS,
];

function pair(first: number, longest: number): Policy {
  const waits = { recoveryTimeoutMs: first * SECONDS, maxBackoffMs: longest * SECONDS };
  return ours(`${first} to ${longest} s`, `our defaults with waits of ${first} to ${longest} s`, waits);
}

/** The scenarios in which waits matter, from 1 to 50 instances and from 1 to 1,000 calls a second. */
export const WAIT_SCENARIOS: readonly string[] = [
  'outage of 1 s',
  'restart',
  'outage of 10 s',
  'outage, fast errors',
  'outage, hanging',
  'outage, slow answers',
  'outage of 5 min',
  'outage of 1 h',
  'cold recovery',
  'flapping 1 s',
  'flapping 5 s',
  'flapping 30 s',
  '1 instance, 1/s',
  '10 instances, 100/s',
  '50 instances, 10/s',
  '50 instances, 1000/s',
];

const GROUPS: readonly Group[] = [
  { title: 'Outages: served after it', columns: [[/^(outage|restart|cold)/, 'after']] },
  { title: 'Outages: wasted later', columns: [[/^(outage|restart|cold)/, 'wastedLater']] },
  { title: 'Outages: wasted', columns: [[/^(outage|restart|cold)/, 'wasted']] },
  { title: 'Flapping: served after it', columns: [[/^flapping/, 'after']] },
  {
    title: 'Flapping: in all',
    columns: [
      [/^flapping/, 'served'],
      [/^flapping/, 'wasted'],
      [/^flapping/, 'wastedLater'],
    ],
  },
  { title: 'Fleets: served after it', columns: [[/instance/, 'after']] },
  { title: 'Fleets: wasted later', columns: [[/instance/, 'wastedLater']] },
];

/** The page of the results. */
export function waitsPage(results: Results): string {
  const seeds = Math.max(...Object.values(results).flatMap((each) => Object.values(each).map(seedsOf)));
  const tables = GROUPS.flatMap((group) => {
    const table = groupTable(results, WAITS, group);
    return table === null ? [] : [`## ${group.title}\n\n${table}`];
  });
  return `# Waits

${Object.keys(results).length} scenarios, ${WAITS.length} policies, ${seeds} runs of each. Written by
\`npm run simulate -- --waits\`; don't edit.

A row such as *1 to 10 s* is the default configuration with these values of \`recoveryTimeoutMs\` and \`maxBackoffMs\`.
*Wasted* is the number of failed requests per 1,000 calls in the fault. *Wasted later* counts only those that began
after the first opening: probes, and failures until the circuit opens again. The last row of a table has the largest
95% margin of each column.

${tables.join('\n\n')}
`;
}

function seedsOf({ served }: Results[string][string]): number {
  return served?.seeds ?? 0;
}
