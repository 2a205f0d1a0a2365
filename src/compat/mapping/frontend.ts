import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of the frontend `CircuitBreaker`. These were milliseconds from the start. */
export const frontendOptions = {
  /** Failures within `timeWindowMs` that open the circuit. Whole number, 1 or more. Default 10. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 10, note: 'of the failures within `timeWindowMs`; here they must come in a row' },
  /** How long a failure counts. Milliseconds, above 0. Default 60 000. */
  timeWindowMs: { kind: 'milliseconds', to: null, default: 60_000, note: 'how long a failure counts; `slidingWindowMs` with `errorRateThreshold` is the nearest' },
  /** From the opening until the circuit closes by itself. Milliseconds, 1 or more. Default 30 000. */
  recoveryTimeoutMs: { kind: 'milliseconds', to: 'recoveryTimeoutMs', default: 30_000 },
} as const satisfies LegacyOptions;

/** What the frontend breaker did whatever it was given: one success is enough, waits do not grow, and nothing is timed. */
export const frontendSettings = { errorRateThreshold: null, successThreshold: 1, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

/** What `GTMCircuitBreaker` gives the `CircuitBreaker` in it. */
export const gtmSettings = { failureThreshold: 50, timeWindowMs: 10_000, recoveryTimeoutMs: 30_000 } as const;

const GTM = 'frontend/lib/gtm-circuit-breaker.ts';
const GTM_REPLACEMENT = 'UnifiedCircuitBreaker, and a list of your own of what was sent';

/** The legacy names of `./compat/frontend`. */
export const frontendNames: readonly LegacyName[] = [
  {
    module: 'frontend/lib/circuit-breaker.ts',
    name: 'CircuitBreaker',
    source: 'frontend',
    shim: 'CircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: frontendOptions,
    settings: frontendSettings,
    quirk: 'failuresWithin',
    members: {
      recordFailure: 'recordFailure(error?, durationMs?)',
      recordSuccess: 'recordSuccess(durationMs?)',
      isOpen: '!canExecute()',
      getState: 'getStatus()',
      getFailureRate: 'getMetrics().failedCalls',
      reset: 'reset()',
      destroy: 'dispose()',
    },
    kept: [
      'failures within the time window open, whatever succeeds in between',
      'a timer closes the circuit at the end of the wait, without a probe; a success recorded while open closes it at once',
      '`isOpen()` is a method; `getFailureRate()` is a count; times are milliseconds, and 0 for never',
    ],
    repaired: [
      { fault: 'the timer held the process', now: 'it does not', check: 'tests and scripts that ended late' },
      { fault: 'a timer that was lost, as in a sleeping tab, or stopped by `destroy()`, left the circuit open for ever', now: 'without the timer, too, events are let through from the end of the wait on', check: 'reloads that were there for this' },
      { fault: 'the count of failures fell only at the next failure', now: 'it is right whenever it is read', check: 'displays of `failureCount`' },
      { fault: 'a failure as old as the window no longer counted', now: 'one exactly that old still counts', check: 'tests that stop the clock at exactly that moment' },
    ],
    note: 'the exponential backoff that the commit spoke of never existed; `lastFailureTime` is 0 again once the circuit has closed',
  },
  {
    module: GTM,
    name: 'GTMCircuitBreaker',
    source: 'frontend',
    shim: 'GTMCircuitBreaker',
    replacement: GTM_REPLACEMENT,
    members: { canSendEvent: 'canExecute()', recordEventSent: 'recordSuccess()', recordEventFailure: 'recordFailure(error)' },
    kept: [
      '50 failures within 10 s open for 30 s',
      'an event with the key of one sent less than 2 s ago is refused, and that is no failure; one beyond 100 of its category and action is refused, and that is a failure',
      'an event that was sent closes an open circuit',
    ],
    repaired: [
      { fault: 'counts were emptied by a timer once a minute, so that up to 200 events of a type passed within one', now: 'at most 100 within any 60 s', check: 'bursts of one type' },
      { fault: 'keys and counts grew without bound between two cleanings', now: 'at most 1 000 keys and 200 types are kept, the newest', check: 'pages with more than 1 000 different events within 2 s' },
      { fault: 'the cleaning timer ran from the start, and held the process', now: 'it runs only while something is kept, and does not', check: 'calls of `destroy()` that were there for this' },
    ],
  },
  {
    module: GTM,
    name: 'getGTMCircuitBreaker',
    source: 'frontend',
    shim: 'getGTMCircuitBreaker',
    replacement: GTM_REPLACEMENT,
    kept: ['the same breaker for all callers'],
    repaired: [{ fault: 'after `destroy()` it went on giving the destroyed breaker', now: 'the next call makes a new one', check: 'code that keeps the breaker beyond `destroy()`' }],
  },
];
