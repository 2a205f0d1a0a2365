import { systemClock } from '../../core/clock.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** What kind of failure it was. */
export const FailureType = /* @__PURE__ */ Object.freeze({
  TIMEOUT: 'timeout',
  CONNECTION_ERROR: 'connection_error',
  HTTP_ERROR: 'http_error',
  RATE_LIMIT: 'rate_limit',
  CIRCUIT_BREAKER: 'circuit_breaker',
  UNKNOWN: 'unknown',
} as const);

/** What kind of failure it was, as text. */
export type FailureType = (typeof FailureType)[keyof typeof FailureType];

/** How bad it was. */
export type FailureSeverity = 'low' | 'medium' | 'high' | 'critical';

/** What is known of a failure besides its service and its kind. */
export interface FailureDetails {
  /** In words. Default: none. */
  readonly message?: string | undefined;
  /** Anything. Default: nothing. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Default `medium`. */
  readonly severity?: FailureSeverity | undefined;
  /** Default: none. */
  readonly errorCode?: string | null | undefined;
}

/** One failure of a service. */
export interface FailureEvent {
  /** The name of the service. */
  readonly serviceName: string;
  /** What kind of failure it was. */
  readonly failureType: FailureType;
  /** When. */
  readonly timestamp: Date;
  /** In words; may be empty. */
  readonly message: string;
  /** Anything. */
  readonly details: Readonly<Record<string, unknown>>;
  /** How bad it was. */
  readonly severity: FailureSeverity;
  /** Null when there is none. */
  readonly errorCode: string | null;
}

/** A failure of this moment. */
export function failureEvent(serviceName: string, failureType: FailureType, known: FailureDetails, { clock = systemClock }: LegacyRuntime): FailureEvent {
  const { message = '', details = {}, severity = 'medium', errorCode = null } = known;
  return { serviceName, failureType, timestamp: new Date(clock.wall()), message, details, severity, errorCode };
}

/** The failure that an HTTP status of 500 or more is; null below. @deprecated Use `UnifiedCircuitBreaker` with `isFailure`. */
export function detectHttpFailure(serviceName: string, statusCode: number, responseTime: number, runtime: LegacyRuntime = {}): FailureEvent | null {
  warnOfLegacyName('service-manager', 'detectHttpFailure', 'UnifiedCircuitBreaker with isFailure');
  if (statusCode < 500) return null;
  return failureEvent(serviceName, FailureType.HTTP_ERROR, { message: `HTTP ${statusCode} error`, details: { statusCode, responseTime }, severity: 'high' }, runtime);
}
