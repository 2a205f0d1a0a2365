/** What a health check may say besides true (healthy) and false (unhealthy). */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy' | 'critical' | 'unknown';

/** What became of a health check. */
export type HealthAnswer = HealthStatus | 'failed' | 'timed_out';

const STATUSES: ReadonlySet<unknown> = /* @__PURE__ */ new Set<HealthStatus>(['healthy', 'degraded', 'unhealthy', 'critical', 'unknown']);

/** The status that an answer means, or undefined when it is none. */
export function healthStatusOf(answer: unknown): HealthStatus | undefined {
  if (answer === true) return 'healthy';
  if (answer === false) return 'unhealthy';
  return STATUSES.has(answer) ? (answer as HealthStatus) : undefined;
}

/** Whether an answer keeps the circuit open. */
export function blocks(answer: HealthAnswer): boolean {
  return answer === 'unhealthy' || answer === 'critical';
}
