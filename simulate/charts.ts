// @ts-expect-error: echarts has types for its CommonJS build only.
import { init } from 'echarts';
import type { Read } from './figures.ts';
import type { Figures } from './record.ts';

/** A picture of docs/choosing-thresholds.md. */
export interface Chart {
  readonly name: string;
  readonly svg: string;
}

interface EChart {
  setOption(option: object): void;
  renderToSVGString(): string;
  dispose(): void;
}

const WIDTH = 1_000;
const TEXT = '#374151';
const POLICIES: Readonly<Record<string, string>> = {
  adaptive: '#0b6e4f',
  default: '#8fc9ae',
  opossum: '#b45309',
  cockatiel: '#d99a4e',
  'cockatiel, 5 in a row': '#e8c48f',
  'fixed window': '#475569',
  none: '#8793a5',
};

/** All charts whose scenarios were run. */
export function chartsOf(read: Read): readonly Chart[] {
  return [
    bars(read, {
      name: 'partial',
      unit: 'users served in the fault, percent',
      figure: 'during',
      scenarios: ['partial 10%', 'partial 20%', 'partial 30%', 'partial 60%'],
      factor: 100,
    }),
    bars(read, {
      name: 'recovery',
      unit: 'seconds until users are served again',
      figure: 'recoverMs',
      scenarios: ['outage, fast errors', 'random length', 'brown-out, 2 retries', 'cold recovery', 'overload 2x'],
      factor: 0.001,
    }),
    tradeOff(read),
  ].filter((chart) => chart !== null);
}

interface BarChart {
  readonly name: string;
  /** What the axis counts. */
  readonly unit: string;
  readonly figure: keyof Figures;
  readonly scenarios: readonly string[];
  readonly factor: number;
}

function bars(read: Read, { name, unit, figure, scenarios, factor }: BarChart): Chart | null {
  if (!scenarios.every((scenario) => wasRun(read, scenario))) return null;
  const series = Object.entries(POLICIES).map(([policy, color]) => ({
    type: 'bar',
    name: policy,
    itemStyle: { color },
    // The number is all that shows of a bar without height.
    label: { show: true, position: 'top', fontSize: 9, distance: 2, color: TEXT, formatter: short },
    data: scenarios.map((scenario) => Number(((read(scenario, policy, figure) ?? 0) * factor).toPrecision(4))),
  }));
  const option = {
    // Wide gaps, because the width of text is only estimated here.
    legend: { bottom: 0, left: 45, itemGap: 26, itemWidth: 16, itemHeight: 12, textStyle: { color: TEXT } },
    grid: { left: 70, right: 20, top: 20, bottom: 70 },
    xAxis: { type: 'category', data: scenarios, axisLabel: { color: TEXT } },
    yAxis: axis(unit, 50),
    series,
  };
  return { name, svg: draw(option, 400) };
}

/** The requests that a policy wastes against the users it doesn't serve, over all total and partial faults. */
function tradeOff(read: Read): Chart | null {
  const partial = [10, 20, 30, 60].map((share) => `partial ${share}%`);
  const scenarios = ['outage, fast errors', 'outage, hanging', ...partial];
  if (!scenarios.every((scenario) => wasRun(read, scenario))) return null;
  const average = (policy: string, figure: 'wasted' | 'served'): number =>
    scenarios.reduce((sum, scenario) => sum + (read(scenario, policy, figure) ?? 0), 0) / scenarios.length;
  const series = Object.entries(POLICIES).map(([policy, color]) => ({
    type: 'scatter',
    name: policy,
    symbolSize: 14,
    itemStyle: { color },
    label: { show: true, formatter: policy, position: 'right', color: TEXT },
    data: [[average(policy, 'wasted'), 100 * (1 - average(policy, 'served'))]],
  }));
  const option = {
    grid: { left: 70, right: 130, top: 20, bottom: 60 },
    xAxis: axis('failed requests per 1,000 calls in the fault', 30),
    yAxis: { ...axis('users not served, percent of all calls', 45), scale: true },
    series,
  };
  return { name: 'trade-off', svg: draw(option, 420) };
}

function wasRun(read: Read, scenario: string): boolean {
  return Object.keys(POLICIES).every((policy) => read(scenario, policy, 'served') !== undefined);
}

function axis(name: string, nameGap: number): object {
  const nameTextStyle = { color: TEXT };
  return { type: 'value', name, nameLocation: 'middle', nameGap, nameTextStyle, axisLabel: { color: TEXT } };
}

function short({ value }: { readonly value: number }): string {
  return value >= 10 || value === 0 ? value.toFixed(0) : value.toFixed(1);
}

function draw(option: object, height: number): string {
  const size = { renderer: 'svg', ssr: true, width: WIDTH, height };
  const chart = (init as (...given: unknown[]) => EChart)(null, null, size);
  const textStyle = { fontFamily: 'Arial, Helvetica, sans-serif' };
  chart.setOption({ animation: false, textStyle, backgroundColor: '#ffffff', ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
