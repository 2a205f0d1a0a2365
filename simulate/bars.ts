import type { Figures } from './record.ts';
import type { Results } from './summary.ts';

/** One promise of the documentation, and what the simulation says about it. */
export interface Bar {
  readonly promise: string;
  readonly figure: string;
  readonly met: boolean;
}

const PEERS = ['opossum', 'cockatiel', 'cockatiel, 5 in a row'];
/** The policies of which a bar speaks. */
export const JUDGED: readonly string[] = ['default', 'adaptive', 'none', 'fixed window', ...PEERS];
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** The bars whose scenarios were run. */
export function barsOf(results: Results): readonly Bar[] {
  return [...defaults(results), ...adaptive(results), ...recovery(results), ...fixedWindow(results)];
}

function defaults(results: Results): Bar[] {
  return [
    ...['noise 10 % at 10/s', 'noise 10 % at 100/s'].flatMap((scenario) =>
      atMost(results, `the default rejects at most 0.1 % in "${scenario}"`, scenario, 'default', 'falseRejections', 0.001, percent),
    ),
    ...atMost(results, 'the default sees a total outage within 10 calls', 'outage, fast errors', 'default', 'detectCalls', 10),
  ];
}

function adaptive(results: Results): Bar[] {
  return [
    ...atMost(results, 'at most 1 false trip a million calls at 20 % noise', 'noise 20 % at 100/s', 'adaptive', 'falseTrips', 1),
    ...atMost(results, 'a total outage is seen within 25 calls', 'outage, fast errors', 'adaptive', 'detectCalls', 25),
    ...[10, 20, 30].flatMap((share) => {
      const scenario = `partial ${share} %`;
      const none = mean(results, scenario, 'none', 'during');
      return none === undefined ? [] : atLeast(results, `${share} % errors: within 0.5 points of no breaker, ${percent(none)}`, scenario, 'adaptive', 'during', none - 0.005);
    }),
    ...['1 retry', '2 retries'].flatMap((retries) =>
      atLeast(results, `97 % served after a brown-out with ${retries}`, `brown-out, ${retries}`, 'adaptive', 'after', 0.97),
    ),
    ...['overload 2x', 'overload 2x, 503'].flatMap((scenario) =>
      atLeast(results, `90 % of the capacity is used in "${scenario}"`, scenario, 'adaptive', 'ofCapacity', 0.9),
    ),
  ];
}

/** Recovery against the other libraries: users served after an outage, or in a flapping and after it. */
function recovery(results: Results): Bar[] {
  const bar = (scenario: string, figure: 'after' | 'served'): Bar[] => {
    const best = Math.max(...PEERS.map((peer) => mean(results, scenario, peer, figure) ?? 0));
    const what = figure === 'after' ? 'users served after' : 'users served in all of';
    return best === 0 ? [] : atLeast(results, `more ${what} "${scenario}" than with any other library, ${percent(best)}`, scenario, 'adaptive', figure, best);
  };
  return [...['outage, fast errors', 'outage, hanging', 'random length'].flatMap((scenario) => bar(scenario, 'after')), ...[1, 5, 30].flatMap((seconds) => bar(`flapping ${seconds} s`, 'served'))];
}

function fixedWindow(results: Results): Bar[] {
  const gaps = Object.keys(results).flatMap((scenario) => {
    const ours = mean(results, scenario, 'adaptive', 'served');
    const theirs = mean(results, scenario, 'fixed window', 'served');
    return ours === undefined || theirs === undefined ? [] : [{ scenario, gap: ours - theirs }];
  });
  const worst = gaps.toSorted((a, b) => a.gap - b.gap)[0];
  if (worst === undefined) return [];
  return [{ promise: 'nowhere more than 1 point worse than the fixed window', figure: `${percent(worst.gap)} in "${worst.scenario}"`, met: worst.gap >= -0.01 }];
}

function atMost(results: Results, promise: string, scenario: string, policy: string, figure: keyof Figures, limit: number, show = String as (value: number) => string): Bar[] {
  const value = mean(results, scenario, policy, figure);
  return value === undefined ? [] : [{ promise, figure: show(Math.round(value * 1e5) / 1e5), met: value <= limit }];
}

function atLeast(results: Results, promise: string, scenario: string, policy: string, figure: keyof Figures, limit: number): Bar[] {
  const value = mean(results, scenario, policy, figure);
  return value === undefined ? [] : [{ promise, figure: percent(value), met: value >= limit }];
}

function mean(results: Results, scenario: string, policy: string, figure: keyof Figures): number | undefined {
  return results[scenario]?.[policy]?.[figure]?.mean;
}
