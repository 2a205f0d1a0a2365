import { errorText } from '../error-text.ts';
import { Newest } from '../newest.ts';

/** How a service is. */
export const ServiceHealthStatus = /* @__PURE__ */ Object.freeze({ HEALTHY: 'healthy', DEGRADED: 'degraded', UNHEALTHY: 'unhealthy', UNKNOWN: 'unknown' } as const);

/** How a service is, as text. */
export type ServiceHealthStatus = (typeof ServiceHealthStatus)[keyof typeof ServiceHealthStatus];

/** The figures of the health checks of a service. */
export interface HealthMetrics {
  /** How long the last check took, in milliseconds. */
  readonly responseTimeMs: number;
  /** Share of the last 1 000 clear answers that were bad, 0 to 100. */
  readonly errorRatePercent: number;
  /** Share of the last 1 000 clear answers that were good, 0 to 100; 100 before the first. */
  readonly successRatePercent: number;
  /** Null before the first. */
  readonly lastCheckTime: Date | null;
  /** Bad answers in a row, at most 1 000. */
  readonly consecutiveFailures: number;
  /** Good answers in a row, at most 1 000. */
  readonly consecutiveSuccesses: number;
}

/** What is known of the health of a service. */
export interface ServiceHealthInfo {
  /** The name of the service. */
  readonly name: string;
  /** `unknown` before the first check. */
  readonly status: ServiceHealthStatus;
  /** The figures. */
  readonly metrics: HealthMetrics;
  /** Where the service is; null when nobody said. */
  readonly endpoint: string | null;
  /** When this was found out. */
  readonly lastUpdated: Date;
  /** In words; empty before the first check. */
  readonly message: string;
  /** What the check said besides. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a check found. */
export type HealthFinding = Pick<ServiceHealthInfo, 'status' | 'message' | 'details'>;

/** What a health check may answer besides true and false. */
export interface HealthCheckAnswer {
  /** `healthy`, `unhealthy`, or anything else. */
  readonly status: string;
  /** In words. */
  readonly message?: string | undefined;
  /** Anything. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** A check that took too long. */
export const TIMED_OUT: HealthFinding = { status: 'unhealthy', message: 'Health check timed out', details: {} };

/** What an answer means. */
export function findingOf(answer: unknown): HealthFinding {
  const { status, message, details = {} }: Partial<HealthCheckAnswer> = typeof answer === 'object' && answer !== null ? answer : {};
  if (answer === true || status === 'healthy') return { status: 'healthy', message: message ?? 'Service is healthy', details };
  if (answer === false || status === 'unhealthy') return { status: 'unhealthy', message: message ?? 'Service is unhealthy', details };
  return { status: 'degraded', message: 'Service status unclear', details: {} };
}

/** What a check that failed means. */
export function findingOfFailure(error: unknown): HealthFinding {
  return { status: 'unhealthy', message: `Health check failed: ${errorText(error)}`, details: {} };
}

const MOST_CHECKS = 1_000;

/** The health of one service, and its last 1 000 clear answers. They decide nothing about a circuit. */
export class HealthRecord {
  readonly #good = new Newest<boolean>(MOST_CHECKS);
  #info: ServiceHealthInfo;

  constructor(name: string, endpoint: string | null, at: number) {
    this.#info = { name, status: 'unknown', metrics: this.#metrics(0, null), endpoint, lastUpdated: new Date(at), message: '', details: {} };
  }

  get info(): ServiceHealthInfo {
    return this.#info;
  }

  /** Takes in what a check found, at a moment in milliseconds since the Unix epoch. An answer that is not clear is no answer. */
  take(finding: HealthFinding, responseTimeMs: number, at: number): ServiceHealthInfo {
    if (finding.status !== 'degraded') this.#good.add(finding.status === 'healthy');
    this.#info = { ...this.#info, ...finding, metrics: this.#metrics(responseTimeMs, new Date(at)), lastUpdated: new Date(at) };
    return this.#info;
  }

  #metrics(responseTimeMs: number, lastCheckTime: Date | null): HealthMetrics {
    const answers = this.#good.items;
    const successRatePercent = answers.length === 0 ? 100 : (answers.filter(Boolean).length / answers.length) * 100;
    return {
      responseTimeMs,
      errorRatePercent: 100 - successRatePercent,
      successRatePercent,
      lastCheckTime,
      consecutiveFailures: answers.length - 1 - answers.lastIndexOf(true),
      consecutiveSuccesses: answers.length - 1 - answers.lastIndexOf(false),
    };
  }
}
