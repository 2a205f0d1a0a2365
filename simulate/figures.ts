import type { Figures } from './record.ts';
import type { Results } from './summary.ts';

/** Reads the mean of one figure; undefined where the scenario or the policy was not run. */
export type Read = (scenario: string, policy: string, figure: keyof Figures) => number | undefined;

/** Means by "scenario | policy | figure": what simulate/results/figures.json holds. */
export type Quoted = Readonly<Record<string, number>>;

const keyOf = (...parts: Parameters<Read>): string => parts.join(' | ');

export function readResults(results: Results): Read {
  return (scenario, policy, figure) => results[scenario]?.[policy]?.[figure]?.mean;
}

export function readQuoted(quoted: Quoted): Read {
  return (...parts) => quoted[keyOf(...parts)];
}

/** The figures that `write` reads, rounded to six digits. */
export function quotedBy(write: (read: Read) => unknown, read: Read): Quoted {
  const quoted: Record<string, number> = {};
  write((...parts) => {
    const mean = read(...parts);
    if (mean === undefined) return undefined;
    return (quoted[keyOf(...parts)] = Number(mean.toPrecision(6)));
  });
  return quoted;
}
