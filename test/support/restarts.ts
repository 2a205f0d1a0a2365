import type { CircuitSnapshot } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import type { Made, Options } from './breaker.ts';
import { silentBreakerWith } from './breaker.ts';
import { succeed } from './outcomes.ts';

/** Waits of 10 s, and calls without a timeout. */
export const briefly = { recoveryTimeoutMs: 10_000, timeoutMs: null } satisfies Options;

/** What a process writes down before it ends. */
export const saved = ({ breaker }: Pick<Made, 'breaker'>): CircuitSnapshot =>
  JSON.parse(JSON.stringify(breaker.snapshot())) as CircuitSnapshot;

/** Another process, `passedMs` of wall time later, with a monotonic clock of its own. */
export const restored = (snapshot: CircuitSnapshot, passedMs = 0, options: Options = {}): Made =>
  silentBreakerWith({ ...briefly, ...options, clock: new FakeClock({ now: 777, wall: snapshot.wallTime + passedMs }),
    restore: snapshot });

/** A breaker whose first probe has succeeded. */
export async function halfOpened(): Promise<Made> {
  const made = silentBreakerWith(briefly);
  made.breaker.trip();
  made.clock.advance(10_000);
  await succeed(made.breaker);
  return made;
}
