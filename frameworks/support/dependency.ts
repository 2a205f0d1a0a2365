import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

/** A name that no client may see. */
export const SECRET = 'db.internal';

/** The ends of calls that a service passes on to its framework, and what a client is sent. */
export const ENDS = [
  ['open', 503, 'Service Unavailable'],
  ['full', 503, 'Service Unavailable'],
  ['fallback', 503, 'Service Unavailable'],
  ['timeout', 504, 'Gateway Timeout'],
] as const;

export type End = (typeof ENDS)[number][0];

/** Whether the time until the next call is known. */
export const hasRetryAfter = (end: End): boolean => end !== 'timeout';

const never = (): Promise<never> => new Promise(() => {});
const options = { name: SECRET, timeoutMs: 20, jitter: false } as const;
const open = new UnifiedCircuitBreaker({ ...options, recoveryTimeoutMs: 3_600_000 });
open.trip();
const full = new UnifiedCircuitBreaker({ ...options, maxConcurrent: 1 });
full.acquire({ timeoutMs: null });
const slow = new UnifiedCircuitBreaker(options);

const CALLS: Readonly<Record<End, () => Promise<unknown>>> = {
  open: () => open.call(never),
  full: () => full.call(never),
  fallback: () => open.call(never, { fallback: () => Promise.reject(new Error(SECRET)) }),
  timeout: () => slow.call(never),
};

/** Calls the dependency, which fails in this way. */
export function callDependency(end: string): Promise<unknown> {
  return CALLS[end as End]();
}
