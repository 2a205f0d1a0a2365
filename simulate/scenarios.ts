import { independent, queueing, withBlips } from './dependency.ts';
import type { Answers } from './dependency.ts';
import type { Scenario } from './scenario.ts';

const SECOND = 1_000;
const GOOD: Answers = { errorRate: 0.001, latencyMs: 20 };
const DOWN: Answers = { errorRate: 1, latencyMs: 20 };

type Fault = { readonly from: number; readonly to: number };
type Parts = Partial<Scenario> & Pick<Scenario, 'name' | 'title' | 'dependency'>;

/** 100 calls a second for two minutes, with a fault from 20 s to a moment between 60 and 65 s. */
function scenario(parts: Parts): Scenario {
  return {
    durationMs: 120 * SECOND,
    // The end is random, so that no policy has a wait that fits it.
    fault: (random) => ({ from: 20 * SECOND, to: (60 + 5 * random()) * SECOND }),
    rps: () => 100,
    instances: 1,
    retries: 0,
    keys: 1,
    ...parts,
  };
}

/** Good before and after the fault. */
function during(
  name: string,
  title: string,
  inFault: (sinceMs: number, key: number, lengthMs: number) => Answers,
  parts: Partial<Scenario> = {},
): Scenario {
  return scenario({
    name,
    title,
    dependency: (time, random, { from, to }: Fault) =>
      independent(time, random, (now, key) => (now >= from && now < to ? inFault(now - from, key, to - from) : GOOD)),
    ...parts,
  });
}

/** A total outage of about this length, and a minute after it. */
const outage = (length: string, seconds: number, parts: Partial<Scenario> = {}): Scenario =>
  during(`outage of ${length}`, `every call fails at once for about ${length}`, () => DOWN, {
    durationMs: (80 + seconds) * SECOND,
    // The end is random, so that no policy has a wait that fits it.
    fault: (random) => ({ from: 20 * SECOND, to: (20 + seconds - Math.min(5, 0.2 * seconds) * random()) * SECOND }),
    ...parts,
  });

function count(number: number, one: string, more: string): string {
  return `${number} ${number === 1 ? one : more}`;
}

/** Nothing but noise: how often is a healthy dependency cut off? */
function steady(percent: number, rps: number, minutes: number): Scenario {
  const durationMs = minutes * 60 * SECOND;
  return scenario({
    name: `noise ${percent}% at ${rps}/s`,
    title: `healthy, ${percent}% random errors, ${rps} calls a second for ${minutes} min with each seed`,
    durationMs,
    fault: () => ({ from: durationMs, to: durationMs }),
    rps: () => rps,
    dependency: (time, random) => independent(time, random, () => ({ errorRate: percent / 100, latencyMs: 20 })),
  });
}

/** Signs of overload that have nothing to do with load: how much does a limit reject for them? */
function unrelated(kind: '503s' | 'timeouts', percent: number): Scenario {
  const failsBy = kind === '503s' ? '503' : 'late';
  return scenario({
    name: `${kind} ${percent}%`,
    title: `healthy, ${percent}% random ${kind}, 200 calls a second of 100 ms for a minute`,
    durationMs: 60 * SECOND,
    fault: () => ({ from: 60 * SECOND, to: 60 * SECOND }),
    rps: () => 200,
    dependency: (time, random) =>
      independent(time, random, () => ({ errorRate: percent / 100, latencyMs: 100, failsBy })),
  });
}

/** Nothing but connections that are reset together: 150 calls are in flight, and some of them fail at one instant. */
function blip(connections: number): Scenario {
  const durationMs = 60 * SECOND;
  return scenario({
    name: `blip ${connections}`,
    title: `healthy, 500 calls a second for 1 min with each seed; ${connections} connections are reset every 15 s`,
    durationMs,
    fault: () => ({ from: durationMs, to: durationMs }),
    rps: () => 500,
    dependency: (time, random) => withBlips(time, random, { latencyMs: 300, everyMs: 15 * SECOND, connections }),
  });
}

const flapping = (seconds: number): Scenario =>
  during(
    `flapping ${seconds} s`,
    `down and up again about every ${seconds} s, 60 to 75 s long`,
    (since, _, length) => (Math.floor((since / length) * (60 / seconds)) % 2 === 0 ? DOWN : GOOD),
    {
      durationMs: 150 * SECOND,
      // Each half grows with the fault, so that no policy has a wait that fits it.
      fault: (random) => ({ from: 20 * SECOND, to: (80 + 15 * random()) * SECOND }),
    },
  );

const shards = (keys: number): Scenario =>
  during(`1 shard of ${keys}`, `one of ${keys} shards is down`, (_, key) => (key === 0 ? DOWN : GOOD), { keys });

/** Ten workers of 100 ms serve 100 calls a second; a brown-out leaves four of ten. */
const brownOut = (retries: number): Scenario =>
  scenario({
    name: `brown-out, ${count(retries, 'retry', 'retries')}`,
    title: `capacity falls to 40% for 40 s; ${count(retries, 'retry', 'retries')}`,
    rps: () => 70,
    retries,
    capacityRps: 40,
    dependency: (time, random, { from, to }) =>
      queueing(time, random, { workers: 10, serviceMs: 100, shareAt: (now) => (now >= from && now < to ? 0.4 : 1) }),
  });

const overload = (name: string, title: string, shedAfterMs: number): Scenario =>
  scenario({
    name,
    title,
    fault: () => ({ from: 20 * SECOND, to: 60 * SECOND }),
    rps: (now) => (now >= 20 * SECOND && now < 60 * SECOND ? 200 : 60),
    capacityRps: 100,
    dependency: (time, random) =>
      queueing(time, random, { workers: 10, serviceMs: 100, shareAt: () => 1, shedAfterMs }),
  });

/** A total outage seen by many processes, at many rates. */
const fleet = (instances: number, rps: number): Scenario =>
  during(
    `${count(instances, 'instance', 'instances')}, ${rps}/s`,
    `total outage, ${instances === 1 ? 'one process makes' : `${instances} processes share`} ${count(
      rps,
      'call',
      'calls',
    )} a second`,
    () => DOWN,
    {
      instances,
      rps: () => rps,
      // A busy fleet shows its behavior in less time.
      ...(rps >= 1_000
        ? { durationMs: 40 * SECOND, fault: (random) => ({ from: 5 * SECOND, to: (12 + 6 * random()) * SECOND }) }
        : {}),
    },
  );

const coldRecovery = scenario({
  name: 'cold recovery',
  title: 'comes back with 20% of its capacity, all of it after 20 s more',
  rps: () => 60,
  dependency: (time, random, { from, to }) =>
    queueing(time, random, {
      workers: 10,
      serviceMs: 100,
      shareAt: (now) => (now < from ? 1 : now < to ? 0 : Math.min(1, 0.2 + (0.8 * (now - to)) / (20 * SECOND))),
    }),
});

const partial = (percent: number): Scenario =>
  during(`partial ${percent}%`, `${percent}% of calls fail for 40 s`, () => ({
    errorRate: percent / 100,
    latencyMs: 20,
  }));

/** Everything that is simulated. */
export const SCENARIOS: readonly Scenario[] = [
  // With 30 seeds 24 hours of each.
  ...[0.1, 1, 5, 10].map((percent) => steady(percent, 10, 48)),
  ...[1, 10, 20].map((percent) => steady(percent, 100, 10)),
  ...[1, 2, 5, 10].flatMap((percent) => [unrelated('503s', percent), unrelated('timeouts', percent)]),
  ...[10, 100].map(blip),
  during('outage, fast errors', 'every call fails at once for 40 s', () => DOWN),
  during('outage, hanging', 'no call is answered for 40 s', () => ({ ...DOWN, failsBy: 'hanging' })),
  outage('1 s', 1),
  during('restart', 'every call fails at once for 2 to 5 s', () => DOWN, {
    durationMs: 80 * SECOND,
    fault: (random) => ({ from: 20 * SECOND, to: (22 + 3 * random()) * SECOND }),
  }),
  outage('10 s', 10),
  outage('5 min', 300, { rps: () => 20 }),
  outage('1 h', 3_600, { rps: () => 10 }),
  scenario({
    name: 'outage, slow answers',
    title: 'every call fails for 40 s; good answers take 300 to 900 ms',
    dependency: (time, random, { from, to }) =>
      independent(time, random, (now) => (now >= from && now < to ? DOWN : { errorRate: 0.001, latencyMs: 600 })),
  }),
  ...[10, 20, 30, 60].map(partial),
  ...[0, 1, 2].map(brownOut),
  overload('overload 2x', 'twice the capacity is asked for 40 s; the queue grows', Number.POSITIVE_INFINITY),
  overload('overload 2x, 503', 'twice the capacity is asked for 40 s; what would wait 300 ms is answered 503', 300),
  ...[1, 5, 30].map(flapping),
  ...[4, 16].map(shards),
  during('slow, successful', 'every call takes ten times as long and succeeds', () => ({
    errorRate: 0.001,
    latencyMs: 200,
  })),
  during(
    'gradual',
    'errors rise from 1 to 60% within 5 min',
    (since, _, length) => ({ errorRate: 0.01 + (0.59 * since) / length, latencyMs: 20 }),
    {
      durationMs: 420 * SECOND,
      rps: () => 20,
      fault: () => ({ from: 30 * SECOND, to: 330 * SECOND }),
    },
  ),
  coldRecovery,
  during('random length', 'a total outage of 5 to 120 s', () => DOWN, {
    durationMs: 240 * SECOND,
    rps: () => 50,
    fault: (random) => ({ from: 20 * SECOND, to: 20 * SECOND + (5 + 115 * random()) * SECOND }),
  }),
  ...[1, 10, 50].flatMap((instances) => [1, 10, 100, 1_000].map((rps) => fleet(instances, rps))),
];

/** What the short version runs: one of each kind that a bar speaks of. */
export const SHORT: readonly string[] = [
  'noise 20% at 100/s',
  'outage, fast errors',
  'partial 30%',
  'brown-out, 2 retries',
  'overload 2x',
  'flapping 5 s',
  'outage of 1 s',
  'noise 10% at 10/s',
  '503s 5%',
  'timeouts 5%',
];
