import { barsOf } from './bars.ts';
import type { Read } from './figures.ts';
import type { Figures } from './record.ts';
import { markdown, percent, short } from './table.ts';

type Row = readonly [label: string, scenario: string, figure: keyof Figures];

const SHARES: ReadonlySet<keyof Figures> = new Set(['during', 'after', 'served', 'ofCapacity']);
const MILLISECONDS: ReadonlySet<keyof Figures> = new Set(['recoverMs', 'detectMs']);

/** Everything in docs/choosing-thresholds.md that has a simulated figure: its tables, and parts of its sentences. */
export function guideTexts(read: Read): readonly string[] {
  return [...tables(read), ...sentences(read)];
}

function tables(read: Read): readonly string[] {
  return [
    table(read, { default: 'default waits: 1 to 5 s', 'long waits': 'waits of 60 to 300 s' }, [
      ['Users served in the minute after an outage of 40 s', 'outage, fast errors', 'after'],
      ['Seconds until users are served again', 'outage, fast errors', 'recoverMs'],
      ['Failed requests per 1,000 calls in the outage', 'outage, fast errors', 'wasted'],
    ]),
    table(read, { default: '`window`', cusum: '`cusum`' }, [
      ['False trips per million calls at 20% errors', 'noise 20% at 100/s', 'falseTrips'],
      ['Calls until a total outage is detected', 'outage, fast errors', 'detectCalls'],
      ['Seconds until then, if 10 processes share 10 calls per second', '10 instances, 10/s', 'detectMs'],
      ['Seconds wasted in an outage that hangs', 'outage, hanging', 'wastedSeconds'],
      ['Users served while 30% of the calls fail', 'partial 30%', 'during'],
      ['Users served while errors rise from 1 to 60%', 'gradual', 'during'],
      ['Capacity used at 2× load, replies 503', 'overload 2x, 503', 'ofCapacity'],
      ['Capacity used at 2× load, queues', 'overload 2x', 'ofCapacity'],
      ['Users served, down every other second', 'flapping 1 s', 'served'],
    ]),
    table(read, { strict: 'fixed', 'strict, adaptive': '`adaptiveThreshold: true`' }, [
      ['False trips per million calls at 10% errors', 'noise 10% at 100/s', 'falseTrips'],
      ['False trips per million calls at 20% errors', 'noise 20% at 100/s', 'falseTrips'],
      ['Users served while 30% of the calls fail', 'partial 30%', 'during'],
      ['Calls until a total outage is detected', 'outage, fast errors', 'detectCalls'],
    ]),
    table(read, { none: 'no breaker', 'fixed window': 'fixed window', cusum: '`cusum`', adaptive: 'adaptive' }, [
      ['Capacity used at 2× load', 'overload 2x', 'ofCapacity'],
      ['Users served after a brown-out with 2 retries', 'brown-out, 2 retries', 'after'],
      ['Users served while every call is 10 times as slow', 'slow, successful', 'during'],
    ]),
  ];
}

function sentences(read: Read): readonly string[] {
  const bars = barsOf(read);
  const share = (...place: Parameters<Read>): string => percent(read(...place) ?? NaN);
  const amount = (...place: Parameters<Read>): string => short(read(...place) ?? NaN);
  const seconds = (...place: Parameters<Read>): string => `${short((read(...place) ?? NaN) / 1_000)} s`;
  const outage = 'outage, fast errors';
  const noise = 'noise 20% at 100/s';
  return [
    `${amount(noise, 'default', 'falseTrips')} false trips at 20% random errors`,
    `detected a total outage after ${amount(outage, 'default', 'detectCalls')} calls`,
    `${seconds(outage, 'adaptive, health', 'recoverMs')} instead of ${seconds(outage, 'adaptive', 'recoverMs')}`,
    `opened ${amount(noise, '5 in a row', 'falseTrips')} times per million calls`,
    `served ${share(noise, '5 in a row', 'served')} instead of ${share(noise, 'none', 'served')} of the users`,
    `serves ${share('partial 60%', 'none', 'during')} of the users without a breaker`,
    `${share('partial 60%', 'adaptive', 'during')} with the adaptive configuration`,
    `${amount('partial 60%', 'adaptive', 'wasted')} instead of ${amount(
      'partial 60%',
      'none',
      'wasted',
    )} failed requests`,
    `limit of 20 served ${share('slow, successful', 'semaphore 20', 'during')}`,
    `wastes ${amount('1 shard of 4', 'adaptive, keyed', 'wasted')} instead of ${amount(
      '1 shard of 4',
      'adaptive',
      'wasted',
    )} requests`,
    `serve ${share('flapping 5 s', 'default', 'served')} of the users`,
    `waits of 60 to 300 s, ${share('flapping 5 s', 'long waits', 'served')}`,
    `${bars.filter(({ met }) => met).length} of ${bars.length} acceptance criteria`,
  ];
}

/** A table with a column for each policy. */
function table(read: Read, policies: Readonly<Record<string, string>>, rows: readonly Row[]): string {
  return markdown(
    ['', ...Object.values(policies)],
    rows.map(([label, scenario, figure]) => [
      label,
      ...Object.keys(policies).map((policy) => {
        const value = read(scenario, policy, figure) ?? NaN;
        if (SHARES.has(figure)) return percent(value);
        return short(MILLISECONDS.has(figure) ? value / 1_000 : value);
      }),
    ]),
  );
}
