import type { Figures } from './record.ts';

/** A figure over all seeds. */
export interface Summary {
  readonly mean: number;
  /** Half of the 95% confidence interval of the mean. */
  readonly margin: number;
  /** Seeds in which there was something to measure. */
  readonly seeds: number;
}

/** The summary of each figure; null where no seed had any. */
export type Summaries = Readonly<Record<keyof Figures, Summary | null>>;

/** By scenario, then by policy. */
export type Results = Readonly<Record<string, Readonly<Record<string, Summaries>>>>;

/** Student's t for 95%, by degrees of freedom; 1.96 beyond the last. */
const T_95: readonly number[] = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09,
  2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04,
];

/** Mean and margin of a sample. */
export function summarize(sample: readonly number[]): Summary | null {
  if (sample.length === 0) return null;
  const mean = sum(sample) / sample.length;
  const variance = sample.length === 1 ? 0 : sum(sample.map((value) => (value - mean) ** 2)) / (sample.length - 1);
  const t = sample.length === 1 ? 0 : T_95[sample.length - 2] ?? 1.96;
  return { mean, margin: t * Math.sqrt(variance / sample.length), seeds: sample.length };
}

/** The summaries of the runs of one policy in one scenario. */
export function summarizeRuns(runs: readonly Figures[]): Summaries {
  const figures = Object.keys(runs[0] as Figures) as (keyof Figures)[];
  return Object.fromEntries(
    figures.map((figure) => [figure, summarize(runs.map((run) => run[figure]).filter((value) => value !== null))]),
  ) as Summaries;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
