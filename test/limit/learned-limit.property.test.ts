import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../simulate/random.ts';
import { LearnedLimit } from '../../src/limit/learned-limit.ts';
import { runs } from '../support/random.ts';

/** A dependency without a queue. It drops calls at random, whatever the load. */
interface Noise {
  readonly seed: number;
  /** The share of calls that is dropped, 0 to 1. */
  readonly share: number;
  /** How calls are dropped: by a fast rejection, or by a timeout of ten times the mean latency. */
  readonly by: 'rejection' | 'timeout';
  readonly meanMs: number;
  /** Concurrent calls on average, without those that time out. */
  readonly busy: number;
}

interface Running {
  readonly endsAt: number;
  readonly ms: number;
  readonly dropped: boolean;
}

const CALLS = 30_000;
const WARM_UP = 10_000;

/** The share of calls that a limit rejects after its warm-up. Arrivals are a Poisson process. */
function rejectedOf({ seed, share, by, meanMs, busy }: Noise): number {
  const random = seeded(seed);
  const exponential = (mean: number): number => -mean * Math.log(1 - random());
  const droppedMs = by === 'timeout' ? 10 * meanMs : meanMs / 20;
  const limit = new LearnedLimit(300);
  let running: Running[] = [];
  let rejected = 0;
  for (let call = 0, now = 0; call < CALLS; call += 1) {
    now += exponential(meanMs / busy);
    const ended = running.filter(({ endsAt }) => endsAt <= now).toSorted((a, b) => a.endsAt - b.endsAt);
    running = running.filter(({ endsAt }) => endsAt > now);
    for (const [index, { endsAt, ms, dropped }] of ended.entries()) {
      limit.sample(endsAt, ms, running.length + ended.length - index, dropped);
    }
    const dropped = random() < share;
    const ms = dropped ? droppedMs : exponential(meanMs);
    if (running.length < limit.current) running.push({ endsAt: now + ms, ms, dropped });
    else if (call >= WARM_UP) rejected += 1;
  }
  return rejected / (CALLS - WARM_UP);
}

describe('LearnedLimit, with drops that have nothing to do with load', () => {
  it('rejects at most 1% of the calls, whatever the share of drops up to 10%, the rate and the latency', () => {
    const noise = fc.record<Noise>({
      seed: fc.integer({ min: 0, max: 1e9 }),
      share: fc.double({ min: 0, max: 0.1, noNaN: true }),
      by: fc.constantFrom('rejection', 'timeout'),
      meanMs: fc.double({ min: 1, max: 1_000, noNaN: true }),
      // With more, chance in the latencies alone can cost 1%. test/limit/learned-limit.test.ts has figures.
      busy: fc.double({ min: 0.5, max: 40, noNaN: true }),
    });
    fc.assert(
      fc.property(noise, (each) => {
        expect(rejectedOf(each)).toBeLessThanOrEqual(0.01);
      }),
      { numRuns: runs(40) },
    );
  });
});
