// @ts-expect-error: echarts has types for its CommonJS build only.
import { init } from 'echarts';
import type { Figures } from './record.ts';
import type { Results } from './summary.ts';

/** A picture of the results. */
export interface Chart {
  readonly name: string;
  readonly title: string;
  /** What a reader should see in it. */
  readonly note: string;
  readonly svg: string;
}

const WIDTH = 1_000;
const COLOURS = ['#0b6e4f', '#3fa37c', '#8fc9ae', '#b45309', '#d99a4e', '#e8c48f', '#475569', '#8793a5', '#c3cad4'];
const COMPARED = ['adaptive', 'cusum', 'default', 'opossum', 'cockatiel', 'cockatiel, 5 in a row', 'fixed window', '5 in a row', 'none'];

/** All charts whose scenarios were run. */
export function chartsOf(results: Results): readonly Chart[] {
  return [servedMap(results), ...barCharts(results), tradeOff(results)].filter((chart) => chart !== null);
}

function servedMap(results: Results): Chart {
  const scenarios = Object.keys(results).toReversed();
  const policies = [...new Set(Object.values(results).flatMap((each) => Object.keys(each)))];
  const data = scenarios.flatMap((scenario, y) =>
    policies.flatMap((policy, x) => {
      const served = results[scenario]?.[policy]?.served?.mean;
      return served === undefined ? [] : [[x, y, Number((100 * served).toFixed(1))]];
    }),
  );
  const svg = draw(
    {
      grid: { left: 170, right: 20, top: 110, bottom: 20 },
      xAxis: { type: 'category', data: policies, position: 'top', axisLabel: { rotate: 40, interval: 0 } },
      yAxis: { type: 'category', data: scenarios, axisLabel: { interval: 0 } },
      visualMap: { show: false, min: 40, max: 100, inRange: { color: ['#b91c1c', '#f6c177', '#fdfcf3', '#6ab187'] } },
      series: [{ type: 'heatmap', data, label: { show: true, color: '#1f2937', fontSize: 11 } }],
    },
    140 + 24 * scenarios.length,
  );
  return { name: 'served', title: 'Users served, percent of all calls of a run', note: 'Green is good. A row is a scenario, from its quiet start to a while after the fault.', svg };
}

function barCharts(results: Results): (Chart | null)[] {
  return [
    bars(results, 'detect', 'Calls until a total outage is seen', 'Ended calls of one process, at 100 a second. Fewer is better, as long as nothing healthy is cut off.', 'detectCalls', ['outage, fast errors', 'outage, hanging'], { log: true }),
    bars(results, 'noise', 'False trips in a million calls', 'Nothing but random errors. None is what a healthy dependency deserves.', 'falseTrips', ['noise 5 % at 10/s', 'noise 10 % at 10/s', 'noise 20 % at 100/s']),
    bars(results, 'partial', 'Users served while some calls fail, percent', 'No breaker is the best that can be had here.', 'during', ['partial 10 %', 'partial 20 %', 'partial 30 %', 'partial 60 %'], { factor: 100 }),
    bars(results, 'recovery', 'Seconds from the end of the fault until users are served again', 'Shorter is better.', 'recoverMs', ['outage, fast errors', 'random length', 'brown-out, 2 retries', 'cold recovery', 'overload 2x'], { factor: 0.001 }),
    bars(results, 'amplification', 'Requests for each user call in the worst second of a fault', 'Above 1 the callers make the fault worse.', 'amplification', ['brown-out, 0 retries', 'brown-out, 1 retries', 'brown-out, 2 retries', 'overload 2x']),
  ];
}

interface BarChartOptions {
  readonly log?: boolean;
  readonly factor?: number;
}

function bars(results: Results, name: string, title: string, note: string, figure: keyof Figures, scenarios: readonly string[], { log = false, factor = 1 }: BarChartOptions = {}): Chart | null {
  const shown = scenarios.filter((scenario) => results[scenario] !== undefined);
  if (shown.length === 0) return null;
  const series = COMPARED.map((policy, index) => ({
    type: 'bar' as const,
    name: policy,
    itemStyle: { color: COLOURS[index] as string },
    data: shown.map((scenario) => {
      const mean = results[scenario]?.[policy]?.[figure]?.mean;
      return mean === undefined ? null : Number((mean * factor).toPrecision(4));
    }),
  }));
  const svg = draw(
    {
      legend: { bottom: 0 },
      grid: { left: 60, right: 20, top: 20, bottom: 80 },
      xAxis: { type: 'category', data: [...shown] },
      yAxis: log ? { type: 'log' } : { type: 'value' },
      series,
    },
    380,
  );
  return { name, title, note, svg };
}

/** What a policy wastes against what its users lose, over all total and partial faults. */
function tradeOff(results: Results): Chart | null {
  const scenarios = ['outage, fast errors', 'outage, hanging', 'partial 10 %', 'partial 20 %', 'partial 30 %', 'partial 60 %'].filter((scenario) => results[scenario] !== undefined);
  if (scenarios.length === 0) return null;
  const average = (policy: string, figure: 'wasted' | 'served'): number =>
    scenarios.reduce((sum, scenario) => sum + (results[scenario]?.[policy]?.[figure]?.mean ?? 0), 0) / scenarios.length;
  const series = COMPARED.map((policy, index) => ({
    type: 'scatter' as const,
    name: policy,
    symbolSize: 14,
    itemStyle: { color: COLOURS[index] as string },
    label: { show: true, formatter: policy, position: 'right' as const },
    data: [[average(policy, 'wasted'), 100 * (1 - average(policy, 'served'))]],
  }));
  const svg = draw(
    {
      grid: { left: 70, right: 130, top: 20, bottom: 60 },
      xAxis: { type: 'value', name: 'requests wasted, a thousand calls', nameLocation: 'middle', nameGap: 30 },
      yAxis: { type: 'value', name: 'users not served, percent', nameLocation: 'middle', nameGap: 45, scale: true },
      series,
    },
    420,
  );
  return { name: 'trade-off', title: 'What is wasted against what is lost', note: 'The mean over the total outages and the partial faults. Low and left is good: nothing wasted, nobody lost.', svg };
}

function draw(option: object, height: number): string {
  const chart = (init as (...given: unknown[]) => { setOption(option: object): void; renderToSVGString(): string; dispose(): void })(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({ animation: false, textStyle: { fontFamily: 'system-ui, sans-serif' }, backgroundColor: '#ffffff', ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
