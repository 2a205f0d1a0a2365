import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnifiedCircuitBreaker } from '../../src/index.ts';
import type { FakeClock } from '../../src/testing/index.ts';
import { seeded } from '../../simulate/random.ts';
import { schedules } from '../support/commands.ts';
import { Drive } from '../support/drive.ts';
import { runs } from '../support/random.ts';
import { setups, Thrown } from '../support/setups.ts';
import type { Setup } from '../support/setups.ts';

/** One call while everything is well. Shares are of the longest time that a good call may take. */
type Good =
  | { readonly how: 'call' | 'answered' | 'permit' | 'record'; readonly share: number }
  | { readonly how: 'nested'; readonly share: number; readonly depth: number; readonly wraps: boolean }
  | { readonly how: 'stream'; readonly share: number; readonly isEndless: boolean };

/** The interval between calls, as a share of the longest time that one may take. */
const paces = fc.constantFrom(0.02, 0.2, 1);

/** A call that proves nothing. */
type Neutral = { readonly how: 'abort' | 'neutral' | 'left permit'; readonly share: number };

const share = fc.constantFrom(0, 0.1, 0.5, 0.9, 1);
const goods: fc.Arbitrary<Good> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ how: fc.constant('call' as const), share }) },
  { weight: 1, arbitrary: fc.record({ how: fc.constantFrom('answered' as const, 'permit' as const), share }) },
  { weight: 1, arbitrary: fc.record({ how: fc.constant('record' as const), share: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ how: fc.constant('nested' as const), share,
    depth: fc.integer({ min: 1, max: 3 }), wraps: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ how: fc.constant('stream' as const), share, isEndless: fc.boolean() }) },
);
const neutrals: fc.Arbitrary<Neutral> =
  fc.record({ how: fc.constantFrom('abort' as const, 'neutral' as const, 'left permit' as const), share });

/** What calls are drawn from. At least half of them are good. */
const traffic: fc.Arbitrary<readonly (Good | Neutral)[]> = fc
  .array(fc.record({ good: goods, neutral: fc.option(neutrals) }), { minLength: 1, maxLength: 6 })
  .map((pairs) => pairs.flatMap(({ good, neutral }) => (neutral === null ? [good] : [neutral, good])));

const lawful = setups.map((setup) => ({
  ...setup,
  maxBackoffMs: Number.isFinite(setup.maxBackoffMs) ? setup.maxBackoffMs : 200,
  // Streams and calls within calls hold several of these slots as long as they like.
  maxConcurrent: null,
  judge: setup.judge === 'default' ? ('filters' as const) : setup.judge,
}));

/** The longest time that a good call may take: below the timeout or lease, and not slow by the breaker's own rule. */
function longestMs({ timeoutMs, halfOpenLeaseMs, slowCallRateThreshold, slowCallThresholdMs }: Setup): number {
  const limit = timeoutMs ?? halfOpenLeaseMs ?? 60_000;
  return Math.max(0, Math.min(limit - 1, slowCallRateThreshold === null ? limit : slowCallThresholdMs));
}

class Traffic {
  readonly #breaker: UnifiedCircuitBreaker;
  readonly #clock: FakeClock;
  readonly #setup: Setup;

  constructor({ breaker, clock }: Drive, setup: Setup) {
    this.#breaker = breaker;
    this.#clock = clock;
    this.#setup = setup;
  }

  start(call: Good | Neutral): void {
    const ms = Math.floor(call.share * longestMs(this.#setup));
    const breaker = this.#breaker;
    if (call.how === 'call') void breaker.tryCall(() => this.#after(ms));
    else if (call.how === 'nested') void breaker.tryCall(() => this.#nested(call.depth, ms, call.wraps));
    else if (call.how === 'stream') void this.#consume(ms, call.isEndless).catch(() => {});
    else if (call.how === 'record') {
      if (breaker.canExecute()) breaker.recordSuccess(0);
    } else if (call.how === 'permit' || call.how === 'left permit') this.#hold(ms, call.how);
    else if (call.how === 'abort') this.#abort(ms);
    else void breaker.tryCall(() => this.#throw(ms, call.how === 'answered' ? 'answered' : 'ignored'));
  }

  #after(ms: number): Promise<unknown> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => void this.#clock.after(ms, () => resolve('good')));
  }

  async #nested(depth: number, ms: number, wraps: boolean): Promise<unknown> {
    // All levels together take no longer than one call may.
    await this.#after(Math.floor(ms / (depth + 1)));
    const restMs = Math.floor((ms * depth) / (depth + 1));
    if (depth === 0) return 'good';
    return this.#breaker.call(() => this.#nested(depth - 1, restMs, wraps)).catch((cause: unknown) => {
      throw wraps ? new Error('wrapped', { cause }) : cause;
    });
  }

  async #throw(ms: number, ending: 'answered' | 'ignored'): Promise<never> {
    await this.#after(ms);
    throw new Thrown(ending, this.#setup);
  }

  #hold(ms: number, how: 'permit' | 'left permit'): void {
    // A permit has no timeout, but its lease.
    const permit = this.#breaker.tryAcquire();
    void this.#after(Math.min(ms, (this.#setup.halfOpenLeaseMs ?? 60_000) - 1)).then(() => {
      if (how === 'permit') permit?.success();
      else permit?.[Symbol.dispose]();
    });
  }

  #abort(ms: number): void {
    const controller = new AbortController();
    void this.#breaker.tryCall(() => new Promise(() => {}), { signal: controller.signal });
    void this.#after(ms).then(() => controller.abort(new Error('gone')));
  }

  async #consume(ms: number, isEndless: boolean): Promise<void> {
    const after = (): Promise<unknown> => this.#after(Math.max(1, ms));
    async function* items(): AsyncGenerator<number> {
      for (let left = isEndless ? Number.POSITIVE_INFINITY : 1; left > 0; left -= 1) {
        await after();
        yield 1;
      }
    }
    for await (const _ of this.#breaker.stream(items)) await undefined;
  }
}

describe('the law of recovery', { timeout: 600_000 }, () => {
  it('closes after the wait and some rounds of probes, once every call is good and in time', async () => {
    await fc.assert(
      fc.asyncProperty(lawful, schedules(40), traffic, paces, fc.nat(), async (setup, past, calls, pace, seed) => {
        const drive = new Drive(setup);
        for (const command of past) await drive.apply(command);
        while (drive.running.length > 0) await drive.apply({ do: 'settle', which: 0, ending: 'success' });
        drive.breaker.release();
        const { breaker, clock } = drive;
        const good = new Traffic(drive, setup);

        const everyMs = Math.max(1, Math.ceil(pace * longestMs(setup)));
        const longestProbeMs = Math.max(setup.timeoutMs ?? 0, setup.halfOpenLeaseMs ?? 60_000);
        // Rounds may go to calls that prove nothing, or that call the breaker until there are enough slots.
        const rounds = 4 * (setup.successThreshold + 10);
        const end = clock.now() + (breaker.retryAfterMs ?? 0) + rounds * (longestProbeMs + everyMs);
        const random = seeded(seed);
        do {
          good.start(calls[Math.floor(random() * calls.length)] as Good);
          await clock.advanceAsync(everyMs);
        } while (breaker.state !== 'closed' && clock.now() < end);

        expect(breaker.state).toBe('closed');
        breaker.dispose();
      }),
      { numRuns: runs(1_000, 100_000) },
    );
  });
});
