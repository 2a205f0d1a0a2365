import type { Bar } from './bars.ts';
import type { Figures } from './record.ts';
import type { Results, Summary } from './summary.ts';

/** How each figure is shown. */
const COLUMNS: readonly { readonly figure: keyof Figures; readonly title: string; readonly show: (value: number) => string }[] = [
  { figure: 'during', title: 'served in the fault', show: percent },
  { figure: 'after', title: 'served after', show: percent },
  { figure: 'served', title: 'served', show: percent },
  { figure: 'wasted', title: 'wasted requests / 1000 calls', show: short },
  { figure: 'wastedSeconds', title: 'seconds wasted', show: short },
  { figure: 'falseTrips', title: 'false trips / million', show: short },
  { figure: 'detectCalls', title: 'calls to detect', show: short },
  { figure: 'detectMs', title: 'ms to detect', show: (ms) => ms.toFixed(0) },
  { figure: 'recoverMs', title: 's to recover', show: (ms) => (ms / 1_000).toFixed(1) },
  { figure: 'amplification', title: 'peak load', show: (factor) => `${factor.toFixed(2)}x` },
  { figure: 'ofCapacity', title: 'of the capacity', show: percent },
];

/** The results as Markdown: a table for each scenario, with the columns that say something in it. */
export function tables(results: Results, titles: Readonly<Record<string, string>>): string {
  return Object.entries(results)
    .map(([scenario, policies]) => {
      const columns = COLUMNS.filter(({ figure }) => Object.values(policies).some((summaries) => summaries[figure] !== null));
      const rows = Object.entries(policies).map(([policy, summaries]) => [policy, ...columns.map(({ figure, show }) => cell(summaries[figure], show))]);
      return `### ${scenario}\n\n${titles[scenario] ?? ''}\n\n${markdown(['policy', ...columns.map(({ title }) => title)], rows)}`;
    })
    .join('\n\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The bars as Markdown. */
export function barTable(bars: readonly Bar[]): string {
  return markdown(['bar', 'figure', 'met'], bars.map(({ promise, figure, met }) => [promise, figure, met ? 'yes' : '**no**']));
}

/** A mean with its margin. */
function cell(summary: Summary | null, show: (value: number) => string): string {
  if (summary === null) return '–';
  return summary.margin === 0 ? show(summary.mean) : `${show(summary.mean)} ± ${show(summary.margin)}`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
