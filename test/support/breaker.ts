import { UnifiedCircuitBreaker } from '../../src/index.ts';
import type { BreakerExtras, CircuitEvents, InternalErrorContext, UnifiedCircuitConfig } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

const EVENT_NAMES: readonly (keyof CircuitEvents)[] = [
  'stateChange',
  'success',
  'failure',
  'ignored',
  'rejected',
  'timeout',
  'slow',
  'fallback',
  'healthCheck',
  'override',
  'reset',
  'leaseExpired',
  'slotFreed',
];

/** One event as it came, of any kind. */
export type SeenEvent = { [Name in keyof CircuitEvents]: { readonly type: Name } & CircuitEvents[Name] }[keyof CircuitEvents];

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

/** A breaker named `orders` on a fake clock, with every event and every internal error written down. Jitter is off and U is 0.5 unless given. */
export function breakerWith(options: Options = {}, extras?: BreakerExtras): Made & { readonly events: SeenEvent[] } {
  const made = silentBreakerWith(options, extras);
  return { ...made, events: recordEvents(made.breaker) };
}

/** The same without any listener. */
export function silentBreakerWith(options: Options = {}, extras?: BreakerExtras): Made {
  const internalErrors: InternalError[] = [];
  const clock = options.clock ?? new FakeClock();
  const breaker = new UnifiedCircuitBreaker(
    {
      name: 'orders',
      jitter: false,
      random: () => 0.5,
      onInternalError: (error, { source }) => void internalErrors.push({ error, source }),
      ...options,
      clock,
    },
    extras,
  );
  return { breaker, clock, internalErrors };
}
