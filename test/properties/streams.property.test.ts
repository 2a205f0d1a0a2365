import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCircuitBreakerTimeoutError, UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { runs } from '../support/random.ts';

/** A stream as it would go by itself. Times are multiples of 4, so that nothing happens at the moment of a deadline. */
interface Script {
  /** For each item: how long the source takes, and how long the consumer is busy with it. */
  readonly items: readonly { readonly sourceMs: number; readonly busyMs: number }[];
  readonly end: 'ends' | 'throws' | 'hangs' | 'consumer leaves';
  readonly endMs: number;
}

const LEASE_MS = 21;
const WAIT_MS = 10_000;
const PROBED_AT = 4;

const times = fc.constantFrom(0, 4, 8, 16, 20, 24, 40);

const scripts: fc.Arbitrary<Script> = fc
  .record({
    items: fc.array(fc.record({ sourceMs: times, busyMs: times }), { maxLength: 5 }),
    end: fc.constantFrom('ends' as const, 'throws' as const, 'hangs' as const, 'consumer leaves' as const),
    endMs: times,
  })
  .map((script) => (script.items.length === 0 && script.end === 'consumer leaves'
    ? { ...script, end: 'ends' } : script));

interface Told {
  readonly seen: readonly string[];
  readonly state: 'closed' | 'open' | 'half_open';
  /** When a failure is dated. */
  readonly failedAt: number | undefined;
}

/** What must come of a stream that is a probe, worked out from its script. `timeoutMs` bounds each silence. */
function foretell({ items, end, endMs }: Script, timeoutMs: number): Told {
  const seen: string[] = [];
  let proved: Omit<Told, 'seen'> | undefined;
  let now = PROBED_AT;
  const expiresAt = timeoutMs === Number.POSITIVE_INFINITY ? now + LEASE_MS : Number.POSITIVE_INFINITY;
  const last = { sourceMs: end === 'hangs' ? Number.POSITIVE_INFINITY : endMs, busyMs: 0 };
  for (const [at, { sourceMs, busyMs }] of [...items, ...(end === 'consumer leaves' ? [] : [last])].entries()) {
    const silenceEndsAt = now + timeoutMs;
    const comesAt = now + sourceMs;
    const failsAt = Math.min(silenceEndsAt, expiresAt);
    if (failsAt < comesAt) proved ??= { state: 'open', failedAt: failsAt };
    if (silenceEndsAt < comesAt) return { seen: [...seen, 'timeout'], ...(proved as Omit<Told, 'seen'>) };
    if (comesAt === Number.POSITIVE_INFINITY) break;
    now = comesAt;
    if (at === items.length) break;
    seen.push(`item ${at}`);
    // The first item proves that the dependency works. One failure doesn't open a closed circuit.
    proved ??= { state: 'closed', failedAt: undefined };
    now += busyMs;
  }
  if (end !== 'hangs') seen.push(end);
  proved ??= end === 'throws' ? { state: 'open', failedAt: now } : { state: 'closed', failedAt: undefined };
  return { seen, ...proved };
}

function sleep(clock: FakeClock, ms: number): Promise<unknown> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => void clock.after(ms, () => resolve(undefined)));
}

async function* source(clock: FakeClock, { items, end, endMs }: Script): AsyncGenerator<string> {
  for (const [at, { sourceMs }] of items.entries()) {
    await sleep(clock, sourceMs);
    yield `item ${at}`;
  }
  await sleep(clock, endMs);
  if (end === 'throws') yield Promise.reject('throws');
  if (end === 'hangs') await new Promise(() => {});
}

async function consume(
  stream: AsyncIterable<string>,
  clock: FakeClock,
  { items, end }: Script,
  seen: string[],
): Promise<void> {
  try {
    for await (const item of stream) {
      seen.push(item);
      await sleep(clock, items[seen.length - 1]?.busyMs ?? 0);
      if (end === 'consumer leaves' && seen.length === items.length) break;
    }
    seen.push(end);
  } catch (error) {
    seen.push(isCircuitBreakerTimeoutError(error) ? 'timeout' : String(error));
  }
}

/** A half-open breaker with one probe to go, whose probe is the stream. */
async function play(script: Script, timeoutMs: number, noticedAt: readonly number[]): Promise<Told> {
  const clock = new FakeClock();
  const breaker = new UnifiedCircuitBreaker({
    name: 'orders',
    clock,
    jitter: false,
    exponentialBackoff: false,
    recoveryTimeoutMs: WAIT_MS,
    halfOpenLeaseMs: LEASE_MS,
    halfOpenMaxCalls: 2,
    successThreshold: 1,
    timeoutMs,
  });
  breaker.trip({ forMs: PROBED_AT });
  await clock.advanceAsync(PROBED_AT);
  const seen: string[] = [];
  let failedAt: number | undefined;
  breaker.on('stateChange', ({ to, retryAfterMs }) => {
    if (to === 'open') failedAt = clock.now() + retryAfterMs - WAIT_MS;
  });

  const done = consume(breaker.stream(() => source(clock, script)), clock, script, seen);
  // Other calls come by, whose admission notices what is due.
  for (const at of [...noticedAt].toSorted((a, b) => a - b)) {
    await clock.advanceAsync(Math.max(0, at - clock.now()));
    breaker.tryAcquire()?.ignore();
  }
  await clock.advanceAsync(1_000);
  breaker.tryAcquire()?.ignore();
  if (script.end !== 'hangs' || seen.includes('timeout')) await done;
  return { seen, state: breaker.state, failedAt };
}

describe('a stream that is a probe', { timeout: 30_000 }, () => {
  it('proves what its first item says, or its end before, and its consumer sees what the source gives', async () => {
    const moments = fc.array(fc.integer({ min: 1, max: 60 }).map((at) => 4 * at + 3), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        scripts,
        fc.constantFrom(18, 30, Number.POSITIVE_INFINITY),
        moments,
        async (script, timeoutMs, noticedAt) => {
          expect(await play(script, timeoutMs, noticedAt)).toEqual(foretell(script, timeoutMs));
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
