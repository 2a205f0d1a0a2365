import type { LegacyName } from '../legacy-name.ts';
import { circuitConfigSettings } from './core.ts';

/** The legacy names of `./compat/health-checks`. */
export const healthChecksNames: readonly LegacyName[] = [
  {
    module: 'core/health/checks.py',
    name: 'CircuitBreakerHealthChecker',
    source: 'health-checks',
    shim: 'CircuitBreakerHealthChecker',
    replacement: 'UnifiedCircuitBreaker',
    settings: circuitConfigSettings,
    members: { check_health: 'tryCall(() => checker.checkHealth())' },
    kept: [
      'the numbers of the environment, by default those of production; its name is `cb_<name>`',
      'a check fails when it throws, when `details.success` is false, or, without that, when its status is not `healthy`; checks that fail in a row open',
      'while open it answers `unhealthy` without checking, with the message `Circuit breaker open - service unavailable`; it never throws',
      'after the wait checks are let through: one success closes, one failure opens again',
    ],
    repaired: [
      { fault: 'an answer without `details` made the checker itself fail', now: 'its status decides', check: 'checkers whose answers were never taken' },
      { fault: 'a check that hung held whoever asked', now: 'a check may take as long as the environment says, then it has failed', check: 'checks that take more than 10 s' },
      { fault: 'after the wait any number of checks ran at once', now: 'as many as the environment says; the others are answered `unhealthy`', check: 'health endpoints that are asked by many at once' },
    ],
  },
];
