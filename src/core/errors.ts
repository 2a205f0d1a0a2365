import type { CircuitState } from './state.ts';
import { codeOf, nameOf, peek } from './untrusted.ts';

/** The stable codes of the errors of this package. They are equal across copies and versions of it. */
export type CircuitBreakerErrorCode =
  | 'ERR_CIRCUIT_OPEN'
  | 'ERR_CIRCUIT_TIMEOUT'
  | 'ERR_BULKHEAD_FULL'
  | 'ERR_CIRCUIT_CONFIG'
  | 'ERR_CIRCUIT_DISPOSED'
  | 'ERR_CIRCUIT_FALLBACK';

/** What all errors of this package have in common. Tell them apart by `code`. */
export abstract class CircuitBreakerError extends Error {
  /** A stable code; it does not change when the message does. */
  abstract readonly code: CircuitBreakerErrorCode;
  /** The name of the breaker that made the error. */
  readonly breakerName: string;

  constructor(message: string, breakerName: string, options?: ErrorOptions) {
    super(message, options);
    this.breakerName = breakerName;
  }

  override get name(): string {
    return 'CircuitBreakerError';
  }
}

/** What a rejection knows. */
export interface Rejection {
  /** What rejected the call. */
  readonly state: CircuitState;
  /** Why. */
  readonly reason: string;
  /** Whole milliseconds; `Infinity` when unknown; `undefined` while the circuit is forced open. */
  readonly retryAfterMs: number | undefined;
  /** The last failure before the rejection. */
  readonly cause: unknown;
}

/**
 * The circuit did not admit the call; the operation was not run.
 *
 * `statusCode` and `headers` make Express, Koa and Fastify answer 503 with `Retry-After`.
 */
export class CircuitBreakerOpenError extends CircuitBreakerError {
  readonly code = 'ERR_CIRCUIT_OPEN';
  /** `open`; `half_open` when all probes are taken; `closed` when a ramp or a throttle sheds the call. */
  readonly state: CircuitState;
  /** Why calls are rejected: the rule that tripped, `half_open_full`, `ramp`, `throttled`, or the text given to `forceOpen()`. */
  readonly reason: string;
  /** Whole milliseconds until a call may be admitted, rounded up. `Infinity`: unknown. `undefined`: forced open. */
  readonly retryAfterMs: number | undefined;

  constructor(breakerName: string, rejection: Rejection) {
    super(rejectionMessage(breakerName, rejection), breakerName, rejection.cause === undefined ? undefined : { cause: rejection.cause });
    this.state = rejection.state;
    this.reason = rejection.reason;
    this.retryAfterMs = rejection.retryAfterMs;
  }

  override get name(): string {
    return 'CircuitBreakerOpenError';
  }

  /** The HTTP status for an answer that could not be given: 503. */
  get statusCode(): number {
    return 503;
  }

  /** `Retry-After` in whole seconds, rounded up; empty when the time is not known. */
  get headers(): Record<string, string> {
    const { retryAfterMs } = this;
    if (retryAfterMs === undefined || !Number.isFinite(retryAfterMs)) return {};
    return { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  }
}

const HOW: Readonly<Record<CircuitState, string>> = {
  closed: 'admits only some of its calls, and not this one',
  open: 'is open',
  half_open: 'is half-open and all probes are taken',
};

function rejectionMessage(name: string, { state, reason, retryAfterMs }: Rejection): string {
  if (retryAfterMs === undefined) return `Circuit "${name}" is forced open: ${reason}`;
  const what = HOW[state];
  return retryAfterMs === Number.POSITIVE_INFINITY ? `Circuit "${name}" ${what}` : `Circuit "${name}" ${what}; retry in ${retryAfterMs} ms`;
}

/** The call took longer than its `timeoutMs`, or a retry than its `totalTimeoutMs`. The operation's signal is aborted; it may still be running. */
export class CircuitBreakerTimeoutError extends CircuitBreakerError {
  readonly code = 'ERR_CIRCUIT_TIMEOUT';
  /** The limit that was passed, in milliseconds. */
  readonly timeoutMs: number;

  constructor(breakerName: string, timeoutMs: number, message = `Call through circuit "${breakerName}" took longer than ${timeoutMs} ms`, options?: ErrorOptions) {
    super(message, breakerName, options);
    this.timeoutMs = timeoutMs;
  }

  override get name(): string {
    return 'CircuitBreakerTimeoutError';
  }
}

/** `maxConcurrent` calls were running already; the operation was not run. Says nothing about the dependency. */
export class BulkheadFullError extends CircuitBreakerError {
  readonly code = 'ERR_BULKHEAD_FULL';
  /** The limit that was reached. */
  readonly maxConcurrent: number;

  constructor(breakerName: string, maxConcurrent: number) {
    super(`Circuit "${breakerName}" runs ${maxConcurrent} calls already, its maxConcurrent`, breakerName);
    this.maxConcurrent = maxConcurrent;
  }

  override get name(): string {
    return 'BulkheadFullError';
  }

  /** The HTTP status for an answer that could not be given: 503. */
  get statusCode(): number {
    return 503;
  }
}

/** Something passed to the breaker breaks a rule. All problems are listed; nothing was changed. */
export class CircuitBreakerConfigError extends CircuitBreakerError {
  readonly code = 'ERR_CIRCUIT_CONFIG';
  /** One sentence a problem. */
  readonly problems: readonly string[];

  constructor(breakerName: string, problems: readonly string[]) {
    super(`Circuit breaker "${breakerName}": ${problems.join('; ')}`, breakerName);
    this.problems = problems;
  }

  override get name(): string {
    return 'CircuitBreakerConfigError';
  }
}

/** The breaker was disposed; it admits no more calls. */
export class CircuitBreakerDisposedError extends CircuitBreakerError {
  readonly code = 'ERR_CIRCUIT_DISPOSED';

  constructor(breakerName: string, message = `Circuit breaker "${breakerName}" is disposed; create a new one`) {
    super(message, breakerName);
  }

  override get name(): string {
    return 'CircuitBreakerDisposedError';
  }
}

/** Every fallback failed too. `cause` is the error that asked for a fallback. */
export class CircuitBreakerFallbackError extends CircuitBreakerError {
  readonly code = 'ERR_CIRCUIT_FALLBACK';
  /** What each fallback threw, in the order in which they were tried. */
  readonly errors: readonly unknown[];

  constructor(breakerName: string, cause: unknown, errors: readonly unknown[]) {
    super(`Circuit "${breakerName}": the call failed and so did ${errors.length === 1 ? 'its fallback' : `all ${errors.length} fallbacks`}`, breakerName, { cause });
    this.errors = errors;
  }

  override get name(): string {
    return 'CircuitBreakerFallbackError';
  }
}

const CODES: ReadonlySet<unknown> = /* @__PURE__ */ new Set<CircuitBreakerErrorCode>([
  'ERR_CIRCUIT_OPEN',
  'ERR_CIRCUIT_TIMEOUT',
  'ERR_BULKHEAD_FULL',
  'ERR_CIRCUIT_CONFIG',
  'ERR_CIRCUIT_DISPOSED',
  'ERR_CIRCUIT_FALLBACK',
]);

/** Any error of this package, also one that another copy of it made. */
export function isCircuitBreakerError(error: unknown): error is CircuitBreakerError {
  return CODES.has(codeOf(error));
}

/** A rejection by an open or fully probed circuit, also of another copy of this package. */
export function isCircuitBreakerOpenError(error: unknown): error is CircuitBreakerOpenError {
  return codeOf(error) === 'ERR_CIRCUIT_OPEN';
}

/** A call that took longer than its `timeoutMs`, also of another copy of this package. */
export function isCircuitBreakerTimeoutError(error: unknown): error is CircuitBreakerTimeoutError {
  return codeOf(error) === 'ERR_CIRCUIT_TIMEOUT';
}

/** A rejection by a full bulkhead, also of another copy of this package. */
export function isBulkheadFullError(error: unknown): error is BulkheadFullError {
  return codeOf(error) === 'ERR_BULKHEAD_FULL';
}

/** A configuration that breaks a rule, also of another copy of this package. */
export function isCircuitBreakerConfigError(error: unknown): error is CircuitBreakerConfigError {
  return codeOf(error) === 'ERR_CIRCUIT_CONFIG';
}

/** A call to a disposed breaker, also of another copy of this package. */
export function isCircuitBreakerDisposedError(error: unknown): error is CircuitBreakerDisposedError {
  return codeOf(error) === 'ERR_CIRCUIT_DISPOSED';
}

/** A call whose fallbacks all failed, also of another copy of this package. */
export function isCircuitBreakerFallbackError(error: unknown): error is CircuitBreakerFallbackError {
  return codeOf(error) === 'ERR_CIRCUIT_FALLBACK';
}

/** Whether an error says that a breaker refused a call: nobody's failure. */
export function isRejection(error: unknown): error is CircuitBreakerOpenError | BulkheadFullError | CircuitBreakerDisposedError {
  const code = codeOf(error);
  return code === 'ERR_CIRCUIT_OPEN' || code === 'ERR_BULKHEAD_FULL' || code === 'ERR_CIRCUIT_DISPOSED';
}

/** Whether an abort reason means that a deadline has passed: an `AbortSignal.timeout`'s, or an outer breaker's. */
export function isDeadlineReason(reason: unknown): boolean {
  return nameOf(reason) === 'TimeoutError' || isCircuitBreakerTimeoutError(reason);
}

/** How many fallback errors inside each other are looked through. */
const DEEPEST_FALLBACK = 5;

/** What asked for the fallbacks that failed; any other error is itself. */
export function behindFallbacks(error: unknown): unknown {
  let subject = error;
  for (let depth = 0; depth < DEEPEST_FALLBACK && isCircuitBreakerFallbackError(subject); depth += 1) subject = peek(subject, 'cause');
  return subject;
}
