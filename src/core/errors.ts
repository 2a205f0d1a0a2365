import { CircuitBreakerError, type CircuitBreakerErrorCode } from './base-error.ts';
import type { LastFailure } from './facts.ts';
import type { CircuitState } from './state.ts';
import { codeOf, safeGet } from './untrusted.ts';

export { behindFallbacks, CircuitBreakerError, type CircuitBreakerErrorCode, type ClientReply } from './base-error.ts';

/** The facts of a rejection. */
export type Rejection = Pick<CircuitBreakerOpenError, 'state' | 'reason' | 'retryAfterMs' | 'lastFailure' | 'cause'>;

/** The circuit rejected the call. The operation didn't run. */
export class CircuitBreakerOpenError extends CircuitBreakerError {
  static override readonly label: string = 'CircuitBreakerOpenError';
  readonly code = 'ERR_CIRCUIT_OPEN';
  /** `open`, or `half_open` when all probes are running. */
  declare readonly state: CircuitState;
  /** Why calls are rejected: the rule that opened the circuit, `half_open_full`, or the reason of `forceOpen()`. */
  declare readonly reason: string;
  /** Whole milliseconds until a call may be admitted. `Infinity` if unknown, `undefined` while forced open. */
  declare readonly retryAfterMs: number | undefined;
  /** The last failure before. `undefined` if there was none. */
  declare readonly lastFailure: LastFailure | undefined;

  constructor(breakerName: string, { state, reason, retryAfterMs, lastFailure, cause }: Rejection) {
    const message = rejectionMessage(breakerName, state, reason, retryAfterMs);
    super(message, breakerName, cause === undefined ? undefined : { cause });
    this.state = state;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this.lastFailure = lastFailure;
  }
}

function rejectionMessage(name: string, state: CircuitState, reason: string, retryAfterMs: number | undefined): string {
  const subject = `Circuit breaker "${name}" is `;
  if (retryAfterMs === undefined) return `${subject}forced open (${reason}) until \`release()\` is called.`;
  const retry = retryAfterMs === Infinity ? '' : ` Retry in ${retryAfterMs} ms.`;
  return `${subject}${state === 'open' ? 'open.' : 'half-open, and all probes are running.'}${retry}`;
}

/**
 * The call took longer than its `timeoutMs`, or a retry longer than its `totalTimeoutMs`. The signal of the operation
 * is aborted, but the operation may still be running.
 */
export class CircuitBreakerTimeoutError extends CircuitBreakerError {
  static override readonly label: string = 'CircuitBreakerTimeoutError';
  readonly code = 'ERR_CIRCUIT_TIMEOUT';
  /** The limit that was exceeded, in milliseconds. */
  declare readonly timeoutMs: number;

  constructor(
    breakerName: string,
    timeoutMs: number,
    message = `Circuit breaker "${breakerName}": the call took longer than ${timeoutMs} ms.`,
    options?: ErrorOptions,
  ) {
    super(message, breakerName, options);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * `maxConcurrent` calls are running. The operation didn't run. It says nothing about the dependency. There is no
 * `retry-after`, because the time until a call ends isn't known.
 */
export class BulkheadFullError extends CircuitBreakerError {
  static override readonly label: string = 'BulkheadFullError';
  readonly code = 'ERR_BULKHEAD_FULL';
  /** The limit that was reached. */
  declare readonly maxConcurrent: number;
  /** Whole milliseconds until a slot is probably free, as an estimate. `Infinity` if unknown. */
  declare readonly retryAfterMs: number;

  constructor(breakerName: string, maxConcurrent: number, retryAfterMs = Infinity) {
    const calls = maxConcurrent === 1 ? '1 concurrent call is' : `all ${maxConcurrent} concurrent calls are`;
    const running = `${calls} running (\`maxConcurrent\`)`;
    super(`Circuit breaker "${breakerName}" rejected the call: ${running}.`, breakerName);
    this.maxConcurrent = maxConcurrent;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An option or an argument breaks a rule. The error lists all problems, and nothing was changed. */
export class CircuitBreakerConfigError extends CircuitBreakerError {
  static override readonly label: string = 'CircuitBreakerConfigError';
  readonly code = 'ERR_CIRCUIT_CONFIG';
  /** One entry per problem. */
  declare readonly problems: readonly string[];

  /** @param subject what the message is about, if it isn't a circuit breaker. */
  constructor(breakerName: string, problems: readonly string[], subject = `Circuit breaker "${breakerName}"`) {
    super(`${subject}: ${problems.join(' ')}`, breakerName);
    this.problems = problems;
  }
}

/** The breaker was disposed and admits no calls. */
export class CircuitBreakerDisposedError extends CircuitBreakerError {
  static override readonly label: string = 'CircuitBreakerDisposedError';
  readonly code = 'ERR_CIRCUIT_DISPOSED';

  constructor(breakerName: string, message = `Circuit breaker "${breakerName}" is disposed. Create a new one.`) {
    super(message, breakerName);
  }
}

/** Every fallback failed too. `cause` is the error of the call. */
export class CircuitBreakerFallbackError extends CircuitBreakerError {
  static override readonly label: string = 'CircuitBreakerFallbackError';
  readonly code = 'ERR_CIRCUIT_FALLBACK';
  /** The error of each fallback, in the order in which they ran. */
  declare readonly errors: readonly unknown[];

  constructor(breakerName: string, cause: unknown, errors: readonly unknown[]) {
    const fallbacks = errors.length === 1 ? 'its fallback' : `all ${errors.length} fallbacks`;
    super(`Circuit breaker "${breakerName}": the call failed, and so did ${fallbacks}.`, breakerName, { cause });
    this.errors = errors;
  }
}

const CODES: ReadonlySet<unknown> = /* @__PURE__ */ new Set<CircuitBreakerErrorCode>([
  'ERR_CIRCUIT_OPEN', 'ERR_CIRCUIT_TIMEOUT', 'ERR_BULKHEAD_FULL', 'ERR_CIRCUIT_CONFIG', 'ERR_CIRCUIT_DISPOSED',
  'ERR_CIRCUIT_FALLBACK',
]);

/** True for any error of this package, even if another copy of the package made it. */
export function isCircuitBreakerError(error: unknown): error is CircuitBreakerError {
  return CODES.has(codeOf(error));
}

/** True for a `CircuitBreakerOpenError`, even of another copy of this package. */
export function isCircuitBreakerOpenError(error: unknown): error is CircuitBreakerOpenError {
  return codeOf(error) === 'ERR_CIRCUIT_OPEN';
}

/** True for a `CircuitBreakerTimeoutError`, even of another copy of this package. */
export function isCircuitBreakerTimeoutError(error: unknown): error is CircuitBreakerTimeoutError {
  return codeOf(error) === 'ERR_CIRCUIT_TIMEOUT';
}

/** True for a `BulkheadFullError`, even of another copy of this package. */
export function isBulkheadFullError(error: unknown): error is BulkheadFullError {
  return codeOf(error) === 'ERR_BULKHEAD_FULL';
}

/** True for a `CircuitBreakerConfigError`, even of another copy of this package. */
export function isCircuitBreakerConfigError(error: unknown): error is CircuitBreakerConfigError {
  return codeOf(error) === 'ERR_CIRCUIT_CONFIG';
}

/** True for a `CircuitBreakerDisposedError`, even of another copy of this package. */
export function isCircuitBreakerDisposedError(error: unknown): error is CircuitBreakerDisposedError {
  return codeOf(error) === 'ERR_CIRCUIT_DISPOSED';
}

/** True for a `CircuitBreakerFallbackError`, even of another copy of this package. */
export function isCircuitBreakerFallbackError(error: unknown): error is CircuitBreakerFallbackError {
  return codeOf(error) === 'ERR_CIRCUIT_FALLBACK';
}

type Rejected = CircuitBreakerOpenError | BulkheadFullError | CircuitBreakerDisposedError;

/** True if a breaker rejected the call, which says nothing about the dependency. */
export function isRejection(error: unknown): error is Rejected {
  const code = codeOf(error);
  return code === 'ERR_CIRCUIT_OPEN' || code === 'ERR_BULKHEAD_FULL' || code === 'ERR_CIRCUIT_DISPOSED';
}

/** True if an abort reason is an exceeded deadline: of `AbortSignal.timeout()` or of an outer breaker. */
export function isDeadlineReason(reason: unknown): boolean {
  return safeGet(reason, 'name') === 'TimeoutError' || isCircuitBreakerTimeoutError(reason);
}
