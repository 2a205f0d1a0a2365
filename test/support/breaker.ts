import { EVENT_NAMES } from '../../src/core/events.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import type { InternalErrorContext } from '../../src/core/reporter.ts';
import type { CircuitEvents, UnifiedCircuitConfig } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

/** One event as it came, of any kind. */
export type SeenEvent = {
  [Name in keyof CircuitEvents]: { readonly type: Name } & CircuitEvents[Name];
}[keyof CircuitEvents];

/** Writes down every event of a breaker, in order. Listening makes the breaker take its longer paths. */
export function recordEvents(breaker: UnifiedCircuitBreaker): SeenEvent[] {
  const events: SeenEvent[] = [];
  for (const type of EVENT_NAMES) breaker.on(type, (event) => void events.push({ type, ...event } as SeenEvent));
  return events;
}

/** The kinds of the events in order. */
export function kindsOf(events: readonly SeenEvent[]): (keyof CircuitEvents)[] {
  return events.map(({ type }) => type);
}

/** An error of user code, as `onInternalError` received it. */
interface InternalError {
  readonly error: unknown;
  readonly source: InternalErrorContext['source'];
}

/** What a test says of its breaker; the clock is a fake one. */
export type Options = Omit<Partial<UnifiedCircuitConfig>, 'clock'> & { readonly clock?: FakeClock | undefined };

/** A breaker with its clock, and what its user code did wrong. */
export interface Made {
  readonly breaker: UnifiedCircuitBreaker;
  readonly clock: FakeClock;
  readonly internalErrors: InternalError[];
}

/**
 * A breaker `orders` on a fake clock that writes down events and internal errors. By default without jitter, U is 0.5,
 * and the first wait is a minute.
 */
export function breakerWith(options: Options = {}): Made & { readonly events: SeenEvent[] } {
  const made = silentBreakerWith(options);
  return { ...made, events: recordEvents(made.breaker) };
}

/** A breaker like that, without listeners. */
export function silentBreakerWith(options: Options = {}): Made {
  const internalErrors: InternalError[] = [];
  const clock = options.clock ?? new FakeClock();
  const breaker = new UnifiedCircuitBreaker({
    name: 'orders',
    jitter: false,
    random: () => 0.5,
    ...(options.maxBackoffMs === undefined ? { recoveryTimeoutMs: 60_000 } : {}),
    onInternalError: (error, { source }) => void internalErrors.push({ error, source }),
    ...options,
    clock,
  });
  return { breaker, clock, internalErrors };
}
