import type {
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerError,
  CircuitBreakerErrorCode,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
} from './errors.ts';

/** Reads a property of anything, whatever traps it holds. */
export function peek(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** The `code` of anything. A key known to the engine is read several times faster than one that varies. */
export function codeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as { readonly code?: unknown }).code;
  } catch {
    return undefined;
  }
}

/** The `name` of anything. */
export function nameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as { readonly name?: unknown }).name;
  } catch {
    return undefined;
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
