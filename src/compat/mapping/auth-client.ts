import type { LegacyName, LegacySettings } from '../legacy-name.ts';

/** In `development`, `testing` and `docker`. */
export const lenientAuthSettings = {
  failureThreshold: 15,
  recoveryTimeoutMs: 10_000,
  timeoutMs: 30_000,
  successThreshold: 1,
  slidingWindowSize: 20,
  errorRateThreshold: 0.8,
  minRequestsThreshold: 15,
  halfOpenMaxCalls: 8,
} as const satisfies LegacySettings;

/** Everywhere else. */
export const authSettings = {
  failureThreshold: 8,
  recoveryTimeoutMs: 30_000,
  timeoutMs: 15_000,
  successThreshold: 2,
  slidingWindowSize: 15,
  errorRateThreshold: 0.7,
  minRequestsThreshold: 8,
  halfOpenMaxCalls: 5,
} as const satisfies LegacySettings;

/** The legacy names of `./compat/auth-client`. */
export const authClientNames: readonly LegacyName[] = [
  {
    module: 'clients/auth_client_cache.py',
    name: 'AuthCircuitBreakerManager',
    source: 'auth-client',
    shim: 'AuthCircuitBreakerManager',
    replacement: 'UnifiedCircuitBreaker with presets.authService',
    settings: authSettings,
    members: { call_with_breaker: 'call(() => operation(...args))', circuit_breaker: 'the breaker itself' },
    kept: [
      'a circuit of its own, named `auth_service`, on no list; the breaker of that name in the manager is another one',
      'development, testing and docker: 15 failures in a row or 80 % of 20, 10 s, timeout 30 s, one success closes, 8 probes at once',
      'everywhere else: 8 failures in a row or 70 % of 15, 30 s, timeout 15 s, two successes close, 5 probes at once',
      'waits grow',
    ],
    repaired: [
      { fault: 'the rate opened at 5 failures (10 in development), before the threshold of 8 (15) was reached', now: 'the rate wants as many calls as the threshold', check: 'alerts tuned to early openings' },
      { fault: 'refused credentials and wrong requests counted', now: 'statuses 400 to 499 but 408 and 429 are ignored', check: 'tests that open the circuit by them' },
      {
        fault: 'callers answered 401 while the circuit was open, so that users with good tokens were sent away',
        now: 'a rejection is a `CircuitBreakerOpenError` with status 503 and the time to come back, and is no failure of the user',
        check: 'catch blocks around `callWithBreaker` that make every error an authentication failure',
      },
      { fault: 'a stand-in that had replaced it opened at one error and never closed', now: 'after the wait the next call is a probe', check: 'doubles of it in tests; use `FakeClock`' },
      { fault: 'read the environment from the configuration of the process', now: 'the environment is an argument; without it production', check: 'where it is made' },
    ],
    note: 'An error that says that the client is not configured counts like any other; in new code name it in `ignoreErrors`.',
  },
];
