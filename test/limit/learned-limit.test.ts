import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../simulate/random.ts';
import { LearnedLimit } from '../../src/limit/learned-limit.ts';
import { runs } from '../support/random.ts';

/** A window: `calls` of `latencyMs`, evenly over `ms`. */
function serve(
  limit: LearnedLimit,
  from: number,
  {
    calls,
    ms,
    latencyMs,
    inFlight,
    dropped = 0,
  }: { calls: number; ms: number; latencyMs: number; inFlight: number; dropped?: number },
): number {
  for (let call = 1; call <= calls; call += 1)
    limit.sample(from + (call * ms) / calls, latencyMs, inFlight, call <= dropped);
  return from + ms;
}

/** 100 calls a second of 100 ms, then as many again while 40 wait. */
function congested(): { readonly limit: LearnedLimit; readonly now: number } {
  const limit = new LearnedLimit(200);
  const quiet = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 10 });
  return { limit, now: serve(limit, quiet, { calls: 20, ms: 200, latencyMs: 400, inFlight: 40 }) };
}

/**
 * The share of calls that a limit refuses for a dependency that has no queue and no fault: `busy` calls at once on
 * average, exponential latencies.
 */
function refusedOf(busy: number, seed: number): number {
  const random = seeded(seed);
  const exponential = (mean: number): number => -mean * Math.log(1 - random());
  const limit = new LearnedLimit(200);
  let running: { readonly endsAt: number; readonly ms: number }[] = [];
  let refused = 0;
  for (let call = 0, now = 0; call < 20_000; call += 1) {
    now += exponential(20 / busy);
    for (const { endsAt, ms } of running.filter((each) => each.endsAt <= now).toSorted((a, b) => a.endsAt - b.endsAt)) {
      limit.sample(endsAt, ms, running.length, false);
      running = running.filter((each) => each.endsAt !== endsAt);
    }
    const ms = exponential(20);
    if (running.length >= limit.current) refused += 1;
    else running.push({ endsAt: now + ms, ms });
  }
  return refused / 20_000;
}

describe('LearnedLimit', () => {
  it('begins at the ceiling, and stays there while there is no queue', () => {
    const limit = new LearnedLimit(200);
    serve(limit, 0, { calls: 2_000, ms: 20_000, latencyMs: 100, inFlight: 10 });

    expect(limit.current).toBe(200);
  });

  it('cuts a long queue: 40 calls at four times the best latency leave 24, a cut of 40 %', () => {
    expect(congested().limit.current).toBe(24);
  });

  it('goes on cutting while as much is served as before', () => {
    const { limit, now } = congested();
    const drained = serve(limit, now, { calls: 39, ms: 390, latencyMs: 400, inFlight: 24 });
    serve(limit, drained, { calls: 20, ms: 200, latencyMs: 240, inFlight: 24 });

    // 24 · (100 / 240) + 3 · log₁₀ 24 = 14.14, below the deepest cut of 14.4.
    expect(limit.current).toBe(14);
  });

  it('allows for chance: five standard errors above the best mean are no queue', () => {
    const after = (latencies: readonly [number, number]): number => {
      const limit = new LearnedLimit(200);
      const now = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 10 });
      for (let call = 1; call <= 20; call += 1) limit.sample(now + 10 * call, latencies[call % 2] as number, 40, false);
      return limit.current;
    };

    // A mean of 200, ± 100: an error of 100 / √20 = 22.4, and 100 + 5 · 22.4 is above 200.
    expect(after([100, 300])).toBe(200);
    // ± 40: an error of 8.94. 40 · (144.7 / 200) = 28.9 don't wait, and with 3 · log₁₀ 40 = 4.8 that is 33.7.
    expect(after([160, 240])).toBe(33);
  });

  it.each([
    [10, 0.001],
    [60, 0.01],
    [100, 0.02],
  ])('serving %d at once without a queue, refuses at most a share of %d of the calls', (busy, most) => {
    const refused = [1, 2, 3].map((seed) => refusedOf(busy, seed));

    expect(Math.max(...refused)).toBeLessThan(most);
  });

  it('measures several cuts in a row against what was served before the first', () => {
    const { limit, now } = congested();
    const drained = serve(limit, now, { calls: 39, ms: 390, latencyMs: 400, inFlight: 24 });
    // 0.085 calls a millisecond after 0.1: as good as before, and the next cut follows.
    const again = serve(limit, drained, { calls: 20, ms: 235, latencyMs: 240, inFlight: 24 });
    expect(limit.current).toBe(14);

    const idle = serve(limit, again, { calls: 23, ms: 230, latencyMs: 240, inFlight: 14 });
    // 0.07 is enough after 0.085, and too little after 0.1.
    serve(limit, idle, { calls: 20, ms: 286, latencyMs: 240, inFlight: 14 });
    expect(limit.current).toBe(200);
  });

  it('takes the cut back when less is served: the dependency has become slower', () => {
    const { limit, now } = congested();
    const drained = serve(limit, now, { calls: 39, ms: 390, latencyMs: 400, inFlight: 24 });
    const later = serve(limit, drained, { calls: 20, ms: 400, latencyMs: 400, inFlight: 24 });
    expect(limit.current).toBe(200);

    serve(limit, later, { calls: 200, ms: 2_000, latencyMs: 400, inFlight: 40 });
    expect(limit.current).toBe(200);
  });

  it('draws no conclusion from calls that began before the cut', () => {
    const { limit, now } = congested();
    serve(limit, now, { calls: 39, ms: 3_900, latencyMs: 4_000, inFlight: 39 });

    expect(limit.current).toBe(24);
  });

  it('draws no conclusion where fewer were asked for', () => {
    const { limit, now } = congested();
    const drained = serve(limit, now, { calls: 39, ms: 390, latencyMs: 400, inFlight: 24 });
    serve(limit, drained, { calls: 20, ms: 2_000, latencyMs: 100, inFlight: 3 });

    expect(limit.current).toBe(24);
  });

  it('grows back when it is used and nothing waits', () => {
    const { limit, now } = congested();
    const drained = serve(limit, now, { calls: 39, ms: 390, latencyMs: 400, inFlight: 24 });
    serve(limit, drained, { calls: 20, ms: 200, latencyMs: 100, inFlight: 24 });

    // 24 + 6 · log₁₀ 24 = 32.3
    expect(limit.current).toBe(32);
  });

  describe('with dropped calls', () => {
    /** 20 served calls after 19 dropped ones. Their excess is 19 − 0.2 · 39 = 11.2. */
    const many = { calls: 39, ms: 195, latencyMs: 100, inFlight: 32, dropped: 19 };
    const all = { calls: 20, ms: 200, latencyMs: 100, inFlight: 32, dropped: 20 };
    const none = { calls: 20, ms: 200, latencyMs: 100, inFlight: 16 };

    /** Half of the calls were dropped and 16 calls are left. No older call runs. */
    function halved(): { readonly limit: LearnedLimit; readonly now: number } {
      const limit = new LearnedLimit(200);
      const quiet = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 10 });
      const dropped = serve(limit, quiet, many);
      return { limit, now: serve(limit, dropped, { calls: 31, ms: 100, latencyMs: 100, inFlight: 16 }) };
    }

    it('halves what runs when a fifth and eight calls more than usual are dropped, and not for less', () => {
      const limit = new LearnedLimit(200);
      // 11 of 31: an excess of 11 − 0.2 · 31 = 4.8.
      const now = serve(limit, 0, { calls: 31, ms: 310, latencyMs: 100, inFlight: 30, dropped: 11 });
      expect(limit.current).toBe(200);

      serve(limit, now, { calls: 31, ms: 310, latencyMs: 100, inFlight: 30, dropped: 11 });
      expect(limit.current).toBe(15);
    });

    it('ignores a share of a fifth for as long as it lasts', () => {
      const limit = new LearnedLimit(200);
      for (let window = 0, now = 0; window < 1_000; window += 1) {
        now = serve(limit, now, { calls: 25, ms: 250, latencyMs: 100, inFlight: 30, dropped: 5 });
      }

      expect(limit.current).toBe(200);
    });

    it('takes the cut back when fewer are served and as many dropped, which then is usual', () => {
      const { limit, now } = halved();
      expect(limit.current).toBe(16);
      let later = serve(limit, now, { ...many, ms: 400, inFlight: 16 });
      expect(limit.current).toBe(200);

      for (let window = 0; window < 10; window += 1) later = serve(limit, later, many);
      expect(limit.current).toBe(200);
    });

    it('keeps the cut while as many are served, and grows again', () => {
      const { limit, now } = halved();
      serve(limit, now, none);

      // 16 + 6 · log₁₀ 16 = 23.2
      expect(limit.current).toBe(23);
    });

    it('goes on cutting while more are dropped, though fewer are served', () => {
      const { limit, now } = halved();
      serve(limit, now, { ...all, inFlight: 16 });

      expect(limit.current).toBe(8);
    });

    it('returns when one concurrent call is dropped as well: its load is not what causes it', () => {
      const limit = new LearnedLimit(200);
      const now = serve(limit, 0, { ...all, inFlight: 1 });
      const cut = limit.current;
      serve(limit, now, { ...all, inFlight: 1 });

      expect([cut, limit.current]).toEqual([1, 200]);
    });

    it('does not take the latency of dropped calls for that of the dependency', () => {
      const limit = new LearnedLimit(200);
      let now = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 40 });
      for (let call = 1; call <= 200; call += 1) {
        const dropped = call % 10 === 0;
        limit.sample((now += 10), dropped ? 1 : 100, 40, dropped);
      }
      serve(limit, now, { calls: 20, ms: 200, latencyMs: 100, inFlight: 40 });

      expect(limit.current).toBe(200);
    });
  });

  it('finds out what a queue is that is neither short nor long, after ten windows', () => {
    const limit = new LearnedLimit(200);
    // 20 · (1 − 100 / 125) = 4 waiting: between 3 and 6 steps of log₁₀ 20 = 1.3.
    const now = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 20 });
    const before = serve(limit, now, { calls: 180, ms: 1_800, latencyMs: 125, inFlight: 20 });
    expect(limit.current).toBe(200);

    serve(limit, before, { calls: 20, ms: 200, latencyMs: 125, inFlight: 20 });
    expect(limit.current).toBe(16);
  });

  describe('at its bounds', () => {
    /** A limit of half of `inFlight`, with nothing running and 100 ms known as the best latency. */
    function halved(inFlight: number): { readonly limit: LearnedLimit; readonly now: number } {
      const limit = new LearnedLimit(200);
      const quiet = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 1 });
      const dropped = serve(limit, quiet, { calls: 20, ms: 200, latencyMs: 100, inFlight, dropped: 20 });
      return { limit, now: serve(limit, dropped, { calls: inFlight - 1, ms: 200, latencyMs: 100, inFlight: 1 }) };
    }

    it('keeps a cut after which exactly four fifths are served', () => {
      const limit = new LearnedLimit(200);
      const quiet = serve(limit, 0, { calls: 20, ms: 160, latencyMs: 100, inFlight: 10 });
      const queued = serve(limit, quiet, { calls: 20, ms: 160, latencyMs: 400, inFlight: 40 });
      const drained = serve(limit, queued, { calls: 39, ms: 390, latencyMs: 400, inFlight: 24 });
      serve(limit, drained, { calls: 20, ms: 200, latencyMs: 400, inFlight: 24 });

      expect(limit.current).toBeLessThan(24);
    });

    it.each([
      // Steps of 1: three waiting are neither few nor many, six are not yet too many.
      [6, 200, 1, 200],
      [6, 200, 9, 200],
      [6, 200, 10, 3],
      [8, 400, 9, 200],
      // 8 · 0.6 = 4.8, above the two that do not wait.
      [8, 400, 10, 4],
      // Steps of 2: five waiting of 100 are few, 10.7 neither few nor many.
      [100, 100 / 0.95, 20, 200],
      [100, 112, 9, 200],
      [100, 112, 10, 89],
    ])(
      'with %d at once of %d ms, after 100 ms at best, is after %d windows %d',
      (inFlight, latencyMs, windows, expected) => {
        const limit = new LearnedLimit(200);
        const now = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 1 });
        const calls = Math.max(20, inFlight / 4);
        serve(limit, now, { calls: calls * windows, ms: 10 * calls * windows, latencyMs, inFlight });

        expect(limit.current).toBe(expected);
      },
    );

    it.each([
      // Used by half, without a queue: 6 · log₁₀ 12 more.
      [24, 12, 100, 30],
      [24, 11, 100, 24],
      // Three of 24 wait, less than 3 · log₁₀ 24 = 4.1: a step of 1.38 more. Five are more.
      [24, 24, 100 * (24 / 21), 25],
      [24, 24, 100 * (24 / 19), 24],
      // Steps of 1: three waiting stop it, two do not, one is none.
      [10, 6, 200, 10],
      [10, 6, 150, 11],
      [4, 2, 200, 10],
    ])('of %d, used by %d of %d ms, becomes %d', (current, inFlight, latencyMs, expected) => {
      const { limit, now } = halved(2 * current);
      expect(limit.current).toBe(current);
      serve(limit, now, { calls: 20, ms: 200, latencyMs, inFlight });

      expect(limit.current).toBe(expected);
    });

    it('grows where calls take no time at all', () => {
      const { limit, now } = halved(20);
      serve(limit, now, { calls: 20, ms: 200, latencyMs: 0, inFlight: 10 });

      expect(limit.current).toBe(16);
    });
  });

  it('is a whole number from 1 to the ceiling, whatever happens', () => {
    const call = fc.record({ ms: fc.integer({ min: 0, max: 1_000 }), latencyMs: fc.double({ min: 0, max: 60_000,
      noNaN: true }), inFlight: fc.integer({ min: 1, max: 500 }), dropped: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.array(call, { maxLength: 400 }), (ceiling, calls) => {
        const limit = new LearnedLimit(ceiling);
        let now = 0;
        for (const { ms, latencyMs, inFlight, dropped } of calls) {
          now += ms;
          limit.sample(now, latencyMs, inFlight, dropped);

          expect(Number.isInteger(limit.current) && limit.current >= 1 && limit.current <= ceiling).toBe(true);
        }
      }),
      { numRuns: runs(100) },
    );
  });
});
