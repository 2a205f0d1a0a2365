import type { Read } from './figures.ts';
import type { Figures } from './record.ts';
import { SCENARIOS } from './scenarios.ts';

/** One acceptance criterion, and its result in the simulation. */
export interface Bar {
  readonly promise: string;
  readonly figure: string;
  readonly met: boolean;
}

const PEERS = ['opossum', 'cockatiel', 'cockatiel, 5 in a row'];
/** The policies of which a bar speaks. */
export const JUDGED: readonly string[] = ['default', 'adaptive', 'none', 'fixed window', ...PEERS];

type Place = readonly [scenario: string, policy: string, figure: keyof Figures];

/** The bars whose scenarios were run. */
export function barsOf(read: Read): readonly Bar[] {
  return [...defaults(read), ...adaptive(read), ...recovery(read), ...fixedWindow(read)];
}

function defaults(read: Read): Bar[] {
  return [
    ...['noise 10% at 10/s', 'noise 10% at 100/s'].flatMap((scenario) => {
      const promise = `The default configuration rejects at most 0.1% of the calls in "${scenario}"`;
      return atMost(read, promise, [scenario, 'default', 'falseRejections'], 0.001, percent);
    }),
    ...atMost(
      read,
      'The default configuration detects a total outage within 12 calls',
      ['outage, fast errors', 'default', 'detectCalls'],
      12,
    ),
  ];
}

function adaptive(read: Read): Bar[] {
  const withNoise: Place = ['noise 20% at 100/s', 'adaptive', 'falseTrips'];
  return [
    ...atMost(read, 'At most 1 false trip per million calls at 20% noise', withNoise, 1),
    ...atMost(read, 'Detects a total outage within 25 calls', ['outage, fast errors', 'adaptive', 'detectCalls'], 25),
    ...[10, 20, 30].flatMap((share) => {
      const scenario = `partial ${share}%`;
      const none = read(scenario, 'none', 'during');
      if (none === undefined) return [];
      const promise = `At ${share}% errors, serves within 0.5 points of no breaker (${percent(none)})`;
      return atLeast(read, promise, [scenario, 'adaptive', 'during'], none - 0.005);
    }),
    ...['503s', 'timeouts'].flatMap((kind) =>
      [1, 2, 5, 10].flatMap((share) => {
        // Without a limit, no call is rejected.
        const promise = `Rejects at most 1% of the calls for ${share}% ${kind} that load doesn't cause`;
        return atMost(read, promise, [`${kind} ${share}%`, 'adaptive', 'falseRejections'], 0.01, percent);
      }),
    ),
    ...['1 retry', '2 retries'].flatMap((retries) =>
      atLeast(
        read,
        `Serves 97% after a brown-out with ${retries}`,
        [`brown-out, ${retries}`, 'adaptive', 'after'],
        0.97,
      ),
    ),
    ...['overload 2x', 'overload 2x, 503'].flatMap((scenario) =>
      atLeast(read, `Uses 90% of the capacity in "${scenario}"`, [scenario, 'adaptive', 'ofCapacity'], 0.9),
    ),
  ];
}

/** Recovery against the other libraries: users served after an outage, or in a flapping and after it. */
function recovery(read: Read): Bar[] {
  const bar = (scenario: string, figure: 'after' | 'served'): Bar[] => {
    const best = Math.max(...PEERS.map((peer) => read(scenario, peer, figure) ?? 0));
    const when = figure === 'after' ? 'after' : 'in all of';
    const promise = `Serves more users ${when} "${scenario}" than any other library (${percent(best)})`;
    return best === 0 ? [] : atLeast(read, promise, [scenario, 'adaptive', figure], best);
  };
  return [
    ...['outage, fast errors', 'outage, hanging', 'random length'].flatMap((scenario) => bar(scenario, 'after')),
    ...[1, 5, 30].flatMap((seconds) => bar(`flapping ${seconds} s`, 'served')),
  ];
}

function fixedWindow(read: Read): Bar[] {
  const gaps = SCENARIOS.flatMap(({ name }) => {
    const ours = read(name, 'adaptive', 'served');
    const theirs = read(name, 'fixed window', 'served');
    return ours === undefined || theirs === undefined ? [] : [{ name, gap: ours - theirs }];
  });
  const worst = gaps.toSorted((a, b) => a.gap - b.gap)[0];
  if (worst === undefined) return [];
  const promise = 'Never serves more than 1 point fewer users than the fixed window';
  return [{ promise, figure: `${percent(worst.gap)} in "${worst.name}"`, met: worst.gap >= -0.01 }];
}

function atMost(read: Read, promise: string, place: Place, limit: number, show = short): Bar[] {
  const value = read(...place);
  return value === undefined ? [] : [{ promise, figure: show(value), met: value <= limit }];
}

function atLeast(read: Read, promise: string, place: Place, limit: number): Bar[] {
  const value = read(...place);
  return value === undefined ? [] : [{ promise, figure: percent(value), met: value >= limit }];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

function short(value: number): string {
  return String(Number(value.toFixed(1)));
}
