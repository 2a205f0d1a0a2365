import type { HealthCheckOptions } from '../breaker/options/options.ts';
import type { HealthStatus } from '../core/health.ts';
import { convertValue } from './convert.ts';

/** A health check as legacy code wrote it. */
export interface HealthChecker {
  /** Asks the dependency; upper and lower case are alike, and any other text is `unknown`. */
  checkHealth(): LegacyHealthResult | PromiseLike<LegacyHealthResult>;
}

/** What a legacy health check answers. */
export interface LegacyHealthResult {
  /** `healthy`, `degraded`, `unhealthy`, `critical` or `unknown`. */
  readonly status: string;
}

const STATUSES: readonly string[] = ['healthy', 'degraded', 'unhealthy', 'critical'] satisfies HealthStatus[];

/** The health check of a breaker from a legacy one; undefined from none. */
export function healthCheckOf(checker: HealthChecker | undefined, intervalSeconds = 30): HealthCheckOptions | undefined {
  if (checker === undefined) return undefined;
  return {
    check: async () => {
      const status = String((await checker.checkHealth()).status).toLowerCase();
      return STATUSES.includes(status) ? (status as HealthStatus) : 'unknown';
    },
    intervalMs: convertValue({ kind: 'seconds', to: null }, intervalSeconds) as number,
  };
}
