// @ts-expect-error: echarts has types for its CommonJS build only.
import { init } from 'echarts';
import { POLICIES } from './policies/index.ts';
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
const TEXT = '#374151';
const COLOURS = ['#0b6e4f', '#3fa37c', '#8fc9ae', '#b45309', '#d99a4e', '#e8c48f', '#475569', '#8793a5', '#c3cad4'];
/** Widely spaced, because the width of text is only guessed here. */
const LEGEND = { bottom: 0, left: 45, itemGap: 26, itemWidth: 16, itemHeight: 12, textStyle: { color: TEXT } };
const COMPARED = ['adaptive', 'cusum', 'default', 'opossum', 'cockatiel', 'cockatiel, 5 in a row', 'fixed window', '5 in a row', 'none'];

/** All charts whose scenarios were run. */
export function chartsOf(results: Results): readonly Chart[] {
  return [servedMap(results), ...barCharts(results), tradeOff(results)].filter((chart) => chart !== null);
}

/** Coloured by the distance to the best of the row: rows differ in what can be had at all. */
function servedMap(results: Results): Chart {
  const scenarios = Object.keys(results).toReversed();
  const known = new Set(Object.values(results).flatMap((each) => Object.keys(each)));
  const policies = POLICIES.map(({ name }) => name).filter((name) => known.has(name));
  const data = scenarios.flatMap((scenario, y) => {
    const served = policies.map((policy) => results[scenario]?.[policy]?.served?.mean);
    const best = Math.max(...served.map((share) => share ?? 0));
    return served.flatMap((share, x) => (share === undefined ? [] : [[x, y, 100 * share, 100 * (best - share)]]));
  });
  const svg = draw(
    {
      grid: { left: 170, right: 30, top: 140, bottom: 10 },
      xAxis: { type: 'category', data: policies, position: 'top', axisLabel: { rotate: 55, interval: 0, color: TEXT }, axisTick: { show: false } },
      yAxis: { type: 'category', data: scenarios, axisLabel: { interval: 0, color: TEXT }, axisTick: { show: false } },
      visualMap: {
        type: 'piecewise',
        dimension: 3,
        orient: 'horizontal',
        left: 'center',
        top: 5,
        itemGap: 30,
        pieces: [
          { max: 1, color: '#9fd3b4', label: 'within 1 point of the best' },
          { min: 1, max: 5, color: '#e6efc8', label: '1 to 5 points' },
          { min: 5, max: 15, color: '#fbdca0', label: '5 to 15 points' },
          { min: 15, color: '#f2a69a', label: 'more' },
        ],
      },
      series: [
        {
          type: 'heatmap',
          data,
          itemStyle: { borderColor: '#ffffff', borderWidth: 1 },
          label: { show: true, color: '#1f2937', fontSize: 11, formatter: ({ value }: { readonly value: readonly number[] }) => (value[2] as number).toFixed(1) },
        },
      ],
    },
    150 + 24 * scenarios.length,
  );
  return { name: 'served', title: 'Users served, percent of all calls of a run', note: 'A row is a scenario, from its quiet start to a while after the fault. The colour is the distance to the best of the row.', svg };
}

function barCharts(results: Results): (Chart | null)[] {
  return [
    bars(results, {
      name: 'detect',
      title: 'Calls until a total outage is seen',
      note: 'Fewer is better, as long as nothing healthy is cut off. The scale is logarithmic. Without a breaker it is never seen.',
      unit: 'ended calls of one process, at 100 a second',
      figure: 'detectCalls',
      scenarios: ['outage, fast errors', 'outage, hanging'],
      log: true,
    }),
    bars(results, {
      name: 'noise',
      title: 'False trips in a million calls',
      note: 'Nothing but random errors. None is what a healthy dependency deserves.',
      unit: 'openings in a million calls',
      figure: 'falseTrips',
      scenarios: ['noise 5 % at 10/s', 'noise 10 % at 10/s', 'noise 20 % at 100/s'],
    }),
    bars(results, {
      name: 'partial',
      title: 'Users served while some calls fail',
      note: 'No breaker is the best that can be had here.',
      unit: 'percent of the calls in the fault',
      figure: 'during',
      scenarios: ['partial 10 %', 'partial 20 %', 'partial 30 %', 'partial 60 %'],
      factor: 100,
    }),
    bars(results, {
      name: 'recovery',
      title: 'Time from the end of the fault until users are served again',
      note: 'Shorter is better.',
      unit: 'seconds',
      figure: 'recoverMs',
      scenarios: ['outage, fast errors', 'random length', 'brown-out, 2 retries', 'cold recovery', 'overload 2x'],
      factor: 0.001,
    }),
    bars(results, {
      name: 'amplification',
      title: 'Load in the worst second of a fault',
      note: 'Above 1 the callers make the fault worse. A brown-out leaves 40 % of the capacity.',
      unit: 'requests for each user call',
      figure: 'amplification',
      scenarios: ['brown-out, 0 retries', 'brown-out, 1 retry', 'brown-out, 2 retries', 'overload 2x'],
    }),
  ];
}

interface BarChart {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  /** What the axis counts. */
  readonly unit: string;
  readonly figure: keyof Figures;
  readonly scenarios: readonly string[];
  readonly log?: boolean;
  readonly factor?: number;
}

function bars(results: Results, { name, title, note, unit, figure, scenarios, log = false, factor = 1 }: BarChart): Chart | null {
  const shown = scenarios.filter((scenario) => results[scenario] !== undefined);
  if (shown.length === 0) return null;
  const series = COMPARED.map((policy, index) => ({
    type: 'bar' as const,
    name: policy,
    itemStyle: { color: COLOURS[index] as string },
    // A bar of no height is seen by its number only.
    label: { show: true, position: 'top' as const, fontSize: 9, distance: 2, color: TEXT, formatter: ({ value }: { readonly value: number }) => short(value) },
    data: shown.map((scenario) => {
      const mean = results[scenario]?.[policy]?.[figure]?.mean;
      return mean === undefined ? null : Number((mean * factor).toPrecision(4));
    }),
  }));
  const svg = draw(
    {
      legend: LEGEND,
      grid: { left: 70, right: 20, top: 20, bottom: 70 },
      xAxis: { type: 'category', data: [...shown], axisLabel: { color: TEXT } },
      yAxis: { type: log ? 'log' : 'value', name: unit, nameLocation: 'middle', nameGap: 50, nameTextStyle: { color: TEXT }, axisLabel: { color: TEXT } },
      series,
    },
    400,
  );
  return { name, title, note, svg };
}

function short(value: number): string {
  return value >= 10 || value === 0 ? value.toFixed(0) : value.toFixed(1);
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
    label: { show: true, formatter: policy, position: policy === 'cusum' ? ('left' as const) : ('right' as const), color: TEXT },
    data: [[average(policy, 'wasted'), 100 * (1 - average(policy, 'served'))]],
  }));
  const svg = draw(
    {
      grid: { left: 70, right: 130, top: 20, bottom: 60 },
      xAxis: { type: 'value', name: 'failed requests for each thousand calls in the fault', nameLocation: 'middle', nameGap: 30, nameTextStyle: { color: TEXT } },
      yAxis: { type: 'value', name: 'users not served, percent of all calls', nameLocation: 'middle', nameGap: 45, scale: true, nameTextStyle: { color: TEXT } },
      series,
    },
    420,
  );
  return { name: 'trade-off', title: 'What is wasted against what is lost', note: 'The mean over the total outages and the partial faults. Low and left is good: nothing wasted, nobody lost. The axis of those lost does not begin at 0.', svg };
}

function draw(option: object, height: number): string {
  const chart = (init as (...given: unknown[]) => { setOption(option: object): void; renderToSVGString(): string; dispose(): void })(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({ animation: false, textStyle: { fontFamily: 'Arial, Helvetica, sans-serif' }, backgroundColor: '#ffffff', ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
