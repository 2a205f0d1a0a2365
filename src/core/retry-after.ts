import { along, statusOf } from './facts.ts';
import { isPrimitive, safeGet, tryOrUndefined } from './untrusted.ts';

/** How long a server asks its clients to wait. Nothing here throws. */

/** Where clients keep headers, or the metadata of gRPC. */
const HOLDERS = ['headers', 'responseHeaders', 'metadata'];
const RESPONSES = ['response', '$response'];

type HeaderReader = (name: string) => string | undefined;

/** More headers aren't looked at, and longer ones aren't read. */
const MOST_HEADERS = 100;
const LONGEST_HEADER = 100;

/** Reads `Headers`, the metadata of gRPC, or a plain object with names in any case. */
function readerOf(headers: object): HeaderReader {
  const { get } = headers as { readonly get?: unknown };
  const named = new Map<string, unknown>();
  if (typeof get !== 'function') {
    for (const key of Object.keys(headers).slice(0, MOST_HEADERS)) {
      named.set(key.toLowerCase(), (headers as Record<string, unknown>)[key]);
    }
  }
  return (name) => {
    const value: unknown = typeof get === 'function' ? get.call(headers, name) : named.get(name);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const text = typeof first === 'string' || typeof first === 'number' ? String(first).trim() : '';
    return text === '' || text.length > LONGEST_HEADER ? undefined : text;
  };
}

/** A duration of Go, such as `6m0s` and `120ms`. */
const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
/** Of a list of values, the first one counts. */
const NUMBER = /^(\d+(?:\.\d+)?)(?:$|,)/;
/** A date with its zone: of HTTP, or of RFC 3339. */
const DATE = /\d.*(?:GMT|Z|[+-]\d\d:\d\d)$/;
/** Larger numbers are moments: seconds since the Unix epoch, or milliseconds. */
const LEAST_EPOCH_SECONDS = 1e9;
const LEAST_EPOCH_MS = 1e12;

/** Reads seconds, a moment in seconds or milliseconds, a date, or a duration. In milliseconds. NaN for other texts. */
function waitOf(text: string, wallMs: number): number {
  const number = Number(NUMBER.exec(text)?.[1] ?? Number.NaN);
  if (number >= LEAST_EPOCH_MS) return number - wallMs;
  if (number >= LEAST_EPOCH_SECONDS) return number * 1_000 - wallMs;
  if (!Number.isNaN(number)) return number * 1_000;
  if (DATE.test(text)) return Date.parse(text) - wallMs;
  const [match, hours = 0, minutes = 0, seconds = 0, ms = 0] = DURATION.exec(text) ?? [];
  if (match === undefined || match === '') return Number.NaN;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(ms);
}

/** Headers in milliseconds. */
const IN_MS = ['retry-after-ms', 'x-amz-retry-after', 'grpc-retry-pushback-ms'];

/**
 * When limits of requests or tokens are reset. All responses may have these, so they only count with a 429, or with a
 * 403 that says that nothing remains, as GitHub answers.
 */
const RESETS = [
  'ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset', 'x-ratelimit-reset-after',
  'x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens',
  ...['requests', 'tokens', 'input-tokens', 'output-tokens'].map((each) => `anthropic-ratelimit-${each}-reset`),
];

/** The longest wait until a limit is reset that is used up. */
function resetWaitOf(read: HeaderReader, status: number, wallMs: number): number {
  const assumed = status === 429 ? '0' : '1';
  const waits = RESETS.map((name) => {
    const text = read(name);
    const remaining = read(name.replace('reset', 'remaining'));
    return text === undefined || (remaining ?? assumed) !== '0' ? 0 : waitOf(text, wallMs);
  });
  return Math.max(...waits.filter((wait) => wait > 0), 0);
}

function headersWait(headers: object, status: number | undefined, wallMs: number): number | undefined {
  const read = readerOf(headers);
  const date = Date.parse(read('date') ?? '');
  const now = Number.isNaN(date) ? wallMs : date;
  const retryAfter = waitOf(read('retry-after') ?? '', now);
  // A header that says nothing doesn't hide the next one.
  let wait = [...IN_MS.map((name) => Number(read(name))), retryAfter].find((ms) => ms > 0) ?? 0;
  const isLimited = status === 429 || status === 403;
  if (wait === 0 && Number.isNaN(retryAfter) && isLimited) wait = resetWaitOf(read, status, now);
  return wait > 0 && wait < Number.POSITIVE_INFINITY ? wait : undefined;
}

/**
 * Returns how long an error or a response asks to wait, in milliseconds: by `Retry-After` in seconds or as a date,
 * `retry-after-ms`, `grpc-retry-pushback-ms`, the reset of a rate limit, or a `retryAfterMs` of the error. The first
 * error of the chain that asks decides. `undefined` if none does.
 * @param wallMs the time for dates, if the response has no `Date`. Milliseconds since the Unix epoch.
 */
export function readRetryAfter(subject: unknown, wallMs: number): number | undefined {
  return along(subject, (each) => {
    const status = statusOf(each);
    for (const response of [each, ...RESPONSES.map((key) => safeGet(each, key))]) {
      for (const headers of HOLDERS.map((key) => safeGet(response, key))) {
        if (isPrimitive(headers)) continue;
        const wait = tryOrUndefined(() => headersWait(headers as object, status, wallMs));
        if (wait !== undefined) return wait;
      }
    }
    const own = safeGet(each, 'retryAfterMs');
    return typeof own === 'number' && own > 0 ? own : undefined;
  });
}
