import type { Bar } from './bars.ts';
import type { Policy } from './policy.ts';
import type { Figures } from './record.ts';
import type { Results } from './summary.ts';

interface Shown {
  readonly title: string;
  readonly show: (value: number) => string;
}

const FIGURES = {
  during: { title: 'served in the fault', show: percent },
  after: { title: 'served after it', show: percent },
  served: { title: 'served', show: percent },
  ofCapacity: { title: 'of the capacity', show: percent },
  wasted: { title: 'wasted', show: short },
  falseRejections: { title: 'rejected', show: percent },
  wastedLater: { title: 'wasted later', show: short },
  falseTrips: { title: 'false trips', show: short },
  detectCalls: { title: 'calls to detect', show: short },
  recoverMs: { title: 's to recover', show: (ms) => short(ms / 1_000) },
  amplification: { title: 'peak load', show: (factor) => `${factor.toFixed(1)}x` },
} as const satisfies { readonly [figure in keyof Figures]?: Shown };

/** Scenarios that are shown in one table: a column for each scenario of a pattern. */
export interface Group {
  readonly title: string;
  readonly columns: readonly (readonly [scenarios: RegExp, figure: keyof typeof FIGURES])[];
}

const GROUPS: readonly Group[] = [
  { title: 'Noise: false trips per million calls', columns: [[/^(noise|blip)/, 'falseTrips']] },
  {
    title: '503s and timeouts that have nothing to do with load: calls that are rejected',
    columns: [[/^(503s|timeouts)/, 'falseRejections']],
  },
  {
    title: 'Total outages',
    columns: [
      [/^outage, [fh]/, 'detectCalls'],
      [/^outage, [fh]/, 'wasted'],
      [/^(outage,|random|cold)/, 'recoverMs'],
      [/^(outage,|random|cold)/, 'after'],
    ],
  },
  {
    title: 'Outages by length',
    columns: [
      [/^(outage of|restart)/, 'after'],
      [/^(outage of|restart)/, 'wasted'],
      [/^(outage of|restart)/, 'wastedLater'],
    ],
  },
  {
    title: 'Partial faults',
    columns: [
      [/^(partial|gradual|slow)/, 'during'],
      [/^(partial 60|gradual)/, 'wasted'],
    ],
  },
  {
    title: 'Brown-outs and overload',
    columns: [
      [/^brown-out/, 'after'],
      [/^brown-out/, 'amplification'],
      [/^overload/, 'ofCapacity'],
    ],
  },
  {
    title: 'Flapping',
    columns: [
      [/^flapping/, 'served'],
      [/^flapping/, 'after'],
      [/^flapping/, 'wasted'],
    ],
  },
  {
    title: 'Shards',
    columns: [
      [/^1 shard/, 'during'],
      [/^1 shard/, 'wasted'],
    ],
  },
  { title: 'Fleets: users served', columns: [[/instance/, 'served']] },
];

/** The results as Markdown: a table for each group of scenarios, with a row for each policy. */
export function groupTables(results: Results, policies: readonly Policy[]): string {
  return GROUPS.flatMap((group) => {
    const table = groupTable(results, policies, group);
    return table === null ? [] : [`### ${group.title}\n\n${table}`];
  }).join('\n\n');
}

/** One table, with a row for each policy. Null if no scenario of the group was run. */
export function groupTable(results: Results, policies: readonly Policy[], group: Group): string | null {
  const columns = group.columns.flatMap(([scenarios, figure]) =>
    Object.keys(results).flatMap((scenario) => (scenarios.test(scenario) ? [{ scenario, figure }] : [])),
  );
  if (columns.length === 0) return null;
  const head = columns.map(({ scenario, figure }) =>
    group.columns.length === 1 ? scenario : `${scenario}: ${FIGURES[figure].title}`,
  );
  const rows = policies
    .filter(({ name }) => columns.some(({ scenario }) => results[scenario]?.[name] !== undefined))
    .map(({ name }) => [
      name,
      ...columns.map(({ scenario, figure }) => {
        const mean = results[scenario]?.[name]?.[figure]?.mean;
        return mean === undefined ? '–' : FIGURES[figure].show(mean);
      }),
    ]);
  const margins = columns.map(({ scenario, figure }) => {
    const all = Object.values(results[scenario] ?? {}).map((summaries) => summaries[figure]?.margin ?? 0);
    return FIGURES[figure].show(Math.max(...all));
  });
  return markdown(['policy', ...head], [...rows, ['*largest margin, ±*', ...margins]]);
}

/** The bars as Markdown. */
export function barTable(bars: readonly Bar[]): string {
  return markdown(
    ['criterion', 'result', 'met'],
    bars.map(({ promise, figure, met }) => [promise, figure, met ? 'yes' : '**no**']),
  );
}

/** A table. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Exact to a tenth of a percent. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** Exact to a tenth, and from 100 on to a whole number. */
export function short(value: number): string {
  return value >= 100 ? value.toLocaleString('en', { maximumFractionDigits: 0 }) : String(Number(value.toFixed(1)));
}
