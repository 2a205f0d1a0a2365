import type { Read } from './figures.ts';
import type { Figures } from './record.ts';
import { SCENARIOS } from './scenarios.ts';

/** One acceptance criterion, and its result in the simulation. */
export interface Bar {
  readonly promise: string;
  readonly figure: string;
  readonly met: boolean;
}

const PEERS: readonly string[] = ['opossum', 'cockatiel', 'cockatiel, 5 in a row'];
/** The policies of which a bar speaks. */
export const JUDGED: readonly string[] = ['default', 'adaptive', 'none', 'fixed window', ...PEERS];

type Place = readonly [scenario: string, policy: string, figure: keyof Figures];

/** The bars whose scenarios were run. */
export function barsOf(read: Read): readonly Bar[] {
  return [...defaults(read), ...recovery(read), ...adaptive(read), ...fixedWindow(read)];
}

function defaults(read: Read): Bar[] {
  return [
    ...['noise 10% at 10/s', 'noise 10% at 100/s'].flatMap((scenario) => {
      const promise = `The default configuration rejects at most 0.1% of the calls in "${scenario}"`;
      return atMost(read, promise, [scenario, 'default', 'falseRejections'], 0.001, percent);
    }),
    ...withoutHarm(read),
    ...atMost(
      read,
      'The default configuration detects a total outage within 11 calls',
      ['outage, fast errors', 'default', 'detectCalls'],
      11,
    ),
  ];
}

/** Noise, and partial faults below the threshold: the defaults must do nothing. */
function withoutHarm(read: Read): Bar[] {
  const rejected = SCENARIOS.filter(({ name }) => /^(noise|partial [123]0%)/.test(name)).flatMap(({ name }) => {
    const share = read(name, 'none', 'served');
    const ours = read(name, 'default', 'served');
    if (share === undefined || ours === undefined) return [];
    return [{ scenario: name, value: ours - share, limit: -0.005 }];
  });
  const promise = 'The default configuration serves at most 0.5 points fewer users than no breaker in';
  return inEach(promise, rejected, (gap) => `${(100 * gap).toFixed(2)} points`);
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

/** Outages, flapping and restarts with at least 10 calls a second for each instance. */
const RECOVERIES: readonly string[] = SCENARIOS.filter(
  ({ name, rps, instances }) =>
    /^(outage|restart|flapping|random length)|instances?,/.test(name) && rps(0) >= 10 * instances,
).map(({ name }) => name);

/** The defaults against the other libraries: users served after a fault, and the requests that probing costs. */
function recovery(read: Read): Bar[] {
  const gaps = RECOVERIES.flatMap((scenario) => {
    const ours = read(scenario, 'default', 'after');
    const theirs = PEERS.map((peer) => read(scenario, peer, 'after')).filter((after) => after !== undefined);
    if (ours === undefined || theirs.length === 0) return [];
    return [{ scenario, value: ours - Math.max(...theirs), limit: -0.02 }];
  });
  const costs = RECOVERIES.flatMap((scenario) => {
    const ours = read(scenario, 'default', 'wastedLater');
    const theirs = read(scenario, 'cockatiel', 'wasted');
    return ours === undefined || theirs === undefined ? [] : [{ scenario, value: -ours / theirs, limit: -0.1 }];
  });
  const served = 'The default configuration serves at most 2 points fewer users than the best other library after';
  const wasted =
    'After its first opening, the default configuration wastes at most a tenth of what cockatiel wastes in';
  return [
    ...inEach(served, gaps, (gap) => `${(100 * gap).toFixed(1)} points`),
    ...inEach(wasted, costs, (share) => `${(-100 * share).toFixed(0)}%`),
  ];
}

type Measured = { readonly scenario: string; readonly value: number; readonly limit: number };

/** One criterion for many scenarios. It lists those that miss their limit, or the one that is nearest to it. */
function inEach(promise: string, all: readonly Measured[], show: (value: number) => string): Bar[] {
  const sorted = all.toSorted((one, other) => one.value - other.value);
  const missed = sorted.filter(({ value, limit }) => value < limit);
  const shown = (missed.length > 0 ? missed : sorted.slice(0, 1)).map(
    ({ scenario, value }) => `${show(value)} in "${scenario}"`,
  );
  const inAll = `${promise} each of ${all.length} scenarios`;
  return all.length === 0 ? [] : [{ promise: inAll, figure: shown.join('; '), met: missed.length === 0 }];
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
