import fc from 'fast-check';
import { EVENT_NAMES } from '../../src/core/events.ts';
import type { UnifiedCircuitBreaker, UnifiedCircuitConfig } from '../../src/index.ts';
import type { Setup } from './setups.ts';

/** What user code can do instead of what it should: throw, or give something else. */
const WRONGS = {
  throws: () => {
    throw new Error('hostile');
  },
  'throws nothing': () => {
    throw undefined;
  },
  'gives NaN': () => Number.NaN,
  'gives nothing': () => undefined,
  'gives a rejecting promise': () => Promise.reject(new Error('hostile promise')),
  'gives a hostile thenable': () => ({
    get then(): unknown {
      throw new Error('hostile then');
    },
  }),
  'gives an odd object': () => ({ failure: 'yes', retryAfterMs: -1 }),
  'gives a string': () => '5',
  'gives minus infinity': () => Number.NEGATIVE_INFINITY,
} as const;

export type Wrong = keyof typeof WRONGS;

export const wrongs = fc.constantFrom(...(Object.keys(WRONGS) as Wrong[]));

/** User code that does so, typed as whatever is asked for. */
export function wrongly<T>(wrong: Wrong): T {
  return WRONGS[wrong] as T;
}

/** What user code can do to the breaker from inside a listener. */
const REENTRIES = {
  call: (breaker) => void breaker.call(() => Promise.resolve('inner')).catch(() => {}),
  'call badly': (breaker) => void breaker.call(() => Promise.reject(new Error('inner'))).catch(() => {}),
  acquire: (breaker) => breaker.tryAcquire()?.failure(),
  record: (breaker) => breaker.recordFailure(),
  trip: (breaker) => breaker.trip(),
  'trip for a while': (breaker) => breaker.trip({ forMs: 5 }),
  reset: (breaker) => breaker.reset(),
  'force open': (breaker) => breaker.forceOpen(),
  'force closed': (breaker) => breaker.forceClose(),
  release: (breaker) => breaker.release(),
  read: (breaker) => void [breaker.explain(), breaker.getStatus(), breaker.snapshot()],
  listen: (breaker) => void breaker.on('stateChange', () => breaker.recordSuccess()),
  dispose: (breaker) => breaker.dispose(),
} as const satisfies Readonly<Record<string, (breaker: UnifiedCircuitBreaker) => unknown>>;

export type Reentry = keyof typeof REENTRIES;

export const reentries = fc.constantFrom(...(Object.keys(REENTRIES) as Reentry[]));

/** So often a hostile listener calls the breaker, at most: what it causes would call it again, for ever. */
const MOST_REENTRIES = 12;

/** Calls the breaker from inside user code. */
export class Reentrant {
  breaker: UnifiedCircuitBreaker | null = null;
  readonly #reentries: readonly Reentry[];
  #at = 0;

  constructor(chosen: readonly Reentry[]) {
    this.#reentries = chosen;
  }

  readonly act = (): void => {
    const chosen = this.#reentries[this.#at % this.#reentries.length];
    if (this.breaker === null || chosen === undefined || this.#at >= MOST_REENTRIES) return;
    this.#at += 1;
    REENTRIES[chosen](this.breaker);
  };
}

/** Listens to every event. */
export function listenToAll(breaker: UnifiedCircuitBreaker, listener: () => unknown): void {
  for (const event of EVENT_NAMES) breaker.on(event, listener);
}

/** Which user code does wrong, and how; `null` behaves. */
export interface Hostility {
  readonly listener: Wrong | null;
  readonly judge: Wrong | null;
  readonly backoff: Wrong | null;
  readonly tripPolicy: Wrong | null;
  readonly internalErrors: Wrong | null;
}

const wrongOrNot = fc.option(wrongs, { freq: 3 });

export const hostilities: fc.Arbitrary<Hostility> = fc.record({
  listener: wrongOrNot,
  judge: wrongOrNot,
  backoff: wrongOrNot,
  // A text is a reason to open.
  tripPolicy: wrongOrNot.map((wrong) => (wrong === 'gives a string' ? 'gives NaN' : wrong)),
  internalErrors: wrongOrNot,
});

/** The options of a breaker whose user code does wrong, and of one whose user code asks for what holds then. */
export function hostileOptions(
  { judge, backoff, tripPolicy, internalErrors }: Hostility,
  { recoveryTimeoutMs, exponentialBackoff }: Setup,
): { readonly hostile: Partial<UnifiedCircuitConfig>; readonly tame: Partial<UnifiedCircuitConfig> } {
  const tame: Partial<UnifiedCircuitConfig> = {
    ...(judge !== null && { classify: undefined, ignoreErrors: undefined, isFailure: undefined }),
    ...(backoff !== null && {
      backoff: (n) => (exponentialBackoff ? recoveryTimeoutMs * 2 ** (n - 1) : recoveryTimeoutMs),
    }),
    ...(tripPolicy !== null && { tripPolicy: { shouldTrip: () => null } }),
  };
  const hostile: Partial<UnifiedCircuitConfig> = {
    ...tame,
    ...(judge !== null && { classify: wrongly(judge) }),
    ...(backoff !== null && { backoff: wrongly(backoff) }),
    ...(internalErrors !== null && { onInternalError: wrongly(internalErrors) }),
    ...(tripPolicy !== null && { tripPolicy: { shouldTrip: wrongly(tripPolicy), clear: wrongly(tripPolicy) } }),
  };
  return { hostile, tame };
}
