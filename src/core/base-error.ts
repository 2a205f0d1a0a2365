import { codeOf, safeGet } from './untrusted.ts';

/** The error codes of this package. They are stable across copies and versions of it. */
export type CircuitBreakerErrorCode =
  | 'ERR_CIRCUIT_OPEN' | 'ERR_CIRCUIT_TIMEOUT' | 'ERR_BULKHEAD_FULL' | 'ERR_CIRCUIT_CONFIG' | 'ERR_CIRCUIT_DISPOSED'
  | 'ERR_CIRCUIT_FALLBACK';

/** An HTTP reply that tells a client nothing of the inside: no breaker, no host, no cause. */
export interface ClientReply {
  /** The HTTP status. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, to be sent as JSON. */
  readonly body: { readonly statusCode: number; readonly message: string };
}

const STATUSES: ReadonlyMap<unknown, number> = /* @__PURE__ */ new Map([
  ['ERR_CIRCUIT_OPEN', 503], ['ERR_BULKHEAD_FULL', 503], ['ERR_CIRCUIT_DISPOSED', 503], ['ERR_CIRCUIT_TIMEOUT', 504],
]);
const STATUS_TEXTS: Readonly<Record<number, string>> = { 503: 'Service Unavailable', 504: 'Gateway Timeout' };

/** The longest time of `Retry-After` that all clients can read. */
const MOST_SECONDS = 2_147_483_647;

/** How many nested fallback errors `behindFallbacks` unwraps. */
const DEEPEST_FALLBACK = 5;

/** Returns the error of the call whose fallbacks failed, or any other error as it is. */
export function behindFallbacks(error: unknown, depth = 0): unknown {
  const isFallback = depth < DEEPEST_FALLBACK && codeOf(error) === 'ERR_CIRCUIT_FALLBACK';
  return isFallback ? behindFallbacks(safeGet(error, 'cause'), depth + 1) : error;
}

/** Code of frameworks assigns to errors, as to any other. */
function assign(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}

/**
 * The base class of all errors of this package. Use `code` to tell them apart.
 *
 * Frameworks reply with `statusCode` (or `status`) and `headers`. `message` is for logs, because it names the breaker.
 */
export abstract class CircuitBreakerError extends Error {
  /** The name of the class. Minifiers change those of classes. @internal */
  static readonly label: string = 'CircuitBreakerError';
  /** A stable code. Messages may change. */
  abstract readonly code: CircuitBreakerErrorCode;
  // `declare` leaves the only assignment to the constructor, here and in the classes below.
  /** The name of the breaker that made the error. */
  declare readonly breakerName: string;

  constructor(message: string, breakerName: string, options?: ErrorOptions) {
    super(message, options);
    this.breakerName = breakerName;
  }

  // Accessors, because V8 reads the name for the stack before the constructor runs, and rejections must be cheap.
  override get name(): string {
    return (this.constructor as typeof CircuitBreakerError).label;
  }

  override set name(value: string) {
    assign(this, 'name', value);
  }

  /** The HTTP status of a reply: 503 for rejections, 504 for timeouts. `undefined` if only 500 fits. */
  get statusCode(): number | undefined {
    return STATUSES.get(codeOf(behindFallbacks(this)));
  }

  set statusCode(value: number | undefined) {
    assign(this, 'statusCode', value);
  }

  /** `statusCode`, by its other name. */
  get status(): number | undefined {
    return this.statusCode;
  }

  set status(value: number | undefined) {
    assign(this, 'status', value);
  }

  /** The HTTP headers of a reply: `retry-after` in whole seconds, if the time is known. Names in lower case. */
  get headers(): Record<string, string> {
    const ms = safeGet(behindFallbacks(this), 'retryAfterMs');
    if (this.statusCode === undefined || !Number.isFinite(ms)) return {};
    return { 'retry-after': String(Math.min(MOST_SECONDS, Math.ceil(Number(ms) / 1_000))) };
  }

  set headers(value: Record<string, string>) {
    assign(this, 'headers', value);
  }

  /** Tells frameworks to keep `message` from clients, as errors of `http-errors` do. */
  get expose(): boolean {
    return false;
  }

  set expose(value: boolean) {
    assign(this, 'expose', value);
  }

  /** Returns what a client may be told. */
  toClient(): ClientReply {
    const { statusCode: status = 500, headers } = this;
    return { status, headers, body: { statusCode: status, message: STATUS_TEXTS[status] ?? 'Internal Server Error' } };
  }

  /** Returns `toClient()` as a response. Hono asks for it. */
  getResponse(): Response {
    const { body, ...init } = this.toClient();
    return Response.json(body, init);
  }
}
