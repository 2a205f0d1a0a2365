import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../core/state.ts';

/** The states by their legacy names. Everywhere else they are plain text. */
export const CircuitStates = /* @__PURE__ */ Object.freeze({ CLOSED: 'closed', OPEN: 'open', HALF_OPEN: 'half_open' } as const);

/** The state as legacy code read it: an open circuit whose wait is over is `half_open`. Reading moves nothing. */
export function legacyState(breaker: UnifiedCircuitBreaker): CircuitState {
  const { state } = breaker;
  return state === 'open' && breaker.override === null && breaker.retryAfterMs === 0 ? 'half_open' : state;
}

/** Health in the words of the earlier status. */
export type LegacyHealth = 'healthy' | 'recovering' | 'unhealthy';

const HEALTH = { closed: 'healthy', half_open: 'recovering', open: 'unhealthy' } as const;

/** Health in one word, by the state. */
export function legacyHealth(state: CircuitState): LegacyHealth {
  return HEALTH[state];
}

/** Seconds since the Unix epoch, as legacy code had them; null stays null. */
export function epochSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

/** A duration in seconds, as legacy options have it; undefined where there is none. */
export function secondsOf(ms: number | null | undefined): number | undefined {
  return typeof ms === 'number' ? ms / 1_000 : undefined;
}

/** A point in time, where legacy code had one; null stays null. */
export function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
