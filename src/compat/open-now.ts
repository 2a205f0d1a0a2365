import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';

/** Opens a circuit as legacy code forced it: it recovers by itself, and one whose wait is already over waits anew, for the configured time. */
export function openNow(breaker: UnifiedCircuitBreaker, reason = 'forced open'): void {
  breaker.trip({ reason });
  // To `trip()` such a circuit is open already.
  if (breaker.state === 'open' && breaker.retryAfterMs === 0) breaker.trip({ reason, forMs: breaker.getStatus().config.recoveryTimeoutMs ?? undefined });
}
