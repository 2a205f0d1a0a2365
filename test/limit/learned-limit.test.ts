import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LearnedLimit } from '../../src/limit/learned-limit.ts';
import { runs } from '../support/random.ts';

/** A window: `calls` of `latencyMs`, evenly over `ms`. */
function serve(limit: LearnedLimit, from: number, { calls, ms, latencyMs, inFlight, dropped = 0 }: { calls: number; ms: number; latencyMs: number; inFlight: number; dropped?: number }): number {
  for (let call = 1; call <= calls; call += 1) limit.sample(from + (call * ms) / calls, latencyMs, inFlight, call <= dropped);
  return from + ms;
}

/** 100 calls a second of 100 ms, then as many again while 40 wait. */
function congested(): { readonly limit: LearnedLimit; readonly now: number } {
  const limit = new LearnedLimit(200);
  const quiet = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 10 });
  return { limit, now: serve(limit, quiet, { calls: 20, ms: 200, latencyMs: 400, inFlight: 40 }) };
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

  it('halves what runs when a tenth of a window is refused or late, and not for less', () => {
    const limit = new LearnedLimit(200);
    const now = serve(limit, 0, { calls: 20, ms: 200, latencyMs: 100, inFlight: 30, dropped: 1 });
    expect(limit.current).toBe(200);

    serve(limit, now, { calls: 20, ms: 200, latencyMs: 100, inFlight: 30, dropped: 2 });
    expect(limit.current).toBe(15);
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

  it('is a whole number from 1 to the ceiling, whatever happens', () => {
    const call = fc.record({ ms: fc.integer({ min: 0, max: 1_000 }), latencyMs: fc.double({ min: 0, max: 60_000, noNaN: true }), inFlight: fc.integer({ min: 1, max: 500 }), dropped: fc.boolean() });
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
