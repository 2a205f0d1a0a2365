import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { type Profile, type Verdict, verdictOf } from '../../src/profiles/index.ts';
import type { Provoke } from './matrix.ts';

export interface StreamSetup {
  readonly profile: Profile;
  /** Opens the stream. Passes the signal on to the client. */
  readonly open: (signal: AbortSignal) => AsyncIterable<unknown> | PromiseLike<AsyncIterable<unknown>>;
  /** How many items the consumer reads before it leaves. */
  readonly leavesAfter?: number;
  readonly timeoutMs?: number;
}

interface StreamEnd {
  readonly outcome: 'success' | 'failure' | 'ignored' | 'timeout' | 'none';
  /** How long the first content took. */
  readonly latencyMs: number;
  /** How long the circuit stays open. Undefined if it's closed. */
  readonly waitMs: number | undefined;
}

/** Reads a stream through a breaker, and returns how the breaker counts it. */
export async function streamEnd(
  { profile, open, leavesAfter = 1_000, timeoutMs = 5_000 }: StreamSetup,
): Promise<StreamEnd> {
  const breaker = new UnifiedCircuitBreaker({ name: 'stream', profile, timeoutMs });
  const items = breaker.stream(({ signal }) => open(signal));
  try {
    for (let count = 0; count < leavesAfter && !(await items.next()).done; count += 1);
    await items.return();
  } catch {
    // The breaker has counted it.
  }
  const { successfulCalls, failedCalls, ignoredCalls, timeouts, p50Ms } = breaker.getMetrics();
  const waitMs = breaker.retryAfterMs;
  breaker.dispose();
  const counts = { timeout: timeouts, failure: failedCalls, ignored: ignoredCalls, success: successfulCalls, none: 1 };
  const [outcome] = Object.entries(counts).find(([, count]) => count > 0) as [StreamEnd['outcome'], number];
  return { outcome, latencyMs: p50Ms, waitMs };
}

/** How a breaker counts a stream. */
export const streamOutcome = async (setup: StreamSetup): Promise<string> => (await streamEnd(setup)).outcome;

/** The verdict of a profile on what a call throws. */
export async function verdictOn(call: PromiseLike<unknown>, profile: Profile): Promise<Verdict> {
  let error: unknown;
  try {
    await call;
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) throw new Error('The call must throw.');
  return verdictOf({ status: 'failure', error }, profile);
}

/** The same call for each of several names. */
export function eachOf(names: readonly string[], call: (name: string) => unknown): Record<string, Provoke> {
  return Object.fromEntries(names.map((name) => [name, () => call(name)]));
}
