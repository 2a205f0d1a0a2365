/** A status that a health check may return instead of true (healthy) or false (unhealthy). */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy' | 'critical' | 'unknown';

/** The result of a health check. */
export type HealthAnswer = HealthStatus | 'failed' | 'timed_out';

const STATUSES: readonly HealthStatus[] = ['healthy', 'degraded', 'unhealthy', 'critical', 'unknown'];

/** The status of an answer. Undefined if it is invalid. */
export function healthStatusOf(answer: unknown): HealthStatus | undefined {
  if (answer === true) return 'healthy';
  if (answer === false) return 'unhealthy';
  return STATUSES.find((status) => status === answer);
}

/** Whether an answer prolongs the wait. */
export function blocks(answer: HealthAnswer): boolean {
  return answer === 'unhealthy' || answer === 'critical';
}
