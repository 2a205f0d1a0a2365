import type { Client, Provoke } from './matrix.ts';
import type { HttpServer } from './http-server.ts';

/** One way to call with a client, such as with an option that other users set. */
export interface HttpForm {
  /** Sends a GET request and reads the whole body. */
  readonly call: (url: string, signal: AbortSignal) => unknown;
  /** The same with the client's own timeout of 50 ms, if it has one. */
  readonly withTimeout?: (url: string) => unknown;
  /** That timeout ends with the headers: a body that hangs is never timed out. */
  readonly timesHeadersOnly?: boolean;
  /** The error is the same for `AbortSignal.timeout()` and for an abort by the caller. */
  readonly hidesAbortReason?: boolean;
}

type Variants = Record<string, Provoke>;

const REQUEST_ERRORS = [400, 401, 403, 404, 409, 422];
const SERVER_ERRORS = [500, 502, 503, 504];
const OVERLOAD = [408, 429];
/** The forms in which servers ask for a wait of 2 s. */
const WAITS = {
  'in seconds': '/status/429?retry-after=2',
  'as a date': '/status/429?retry-after=date:2',
  'in milliseconds': '/status/429?retry-after-ms=2000',
  'with status 503': '/status/503?retry-after=2',
  'until a rate limit is reset': '/status/429?x-ratelimit-reset=2',
  'until the moment of a reset': '/status/429?x-ratelimit-reset=epoch:2',
};
const RESETS = {
  'before the answer': '/reset',
  'in the body': '/reset-body',
  'closed before the answer': '/close',
  'closed in the body': '/close-body',
};
const HANGS = { 'before the answer': '/hang', 'in the body': '/hang-body' };

/** What each HTTP client goes through, in each of its forms. */
export function httpSituations(server: HttpServer, forms: Readonly<Record<string, HttpForm>>): Client['situations'] {
  const each = (paths: Readonly<Record<string, string>>): Variants =>
    variants(forms, paths, ({ call }, path) => (signal) => call(server.url + path, signal));
  const statuses = (list: readonly number[]) =>
    each(Object.fromEntries(list.map((status) => [status, `/status/${status}`])));
  const ownTimeouts = variants(forms, HANGS, ({ withTimeout, timesHeadersOnly }, path) =>
    withTimeout && (path === '/hang' || !timesHeadersOnly) ? () => withTimeout(server.url + path) : undefined,
  );
  const timeoutSignals = variants(forms, { 'AbortSignal.timeout()': '/hang' }, ({ call, hidesAbortReason }, path) =>
    hidesAbortReason ? undefined : () => call(server.url + path, AbortSignal.timeout(50)),
  );

  return {
    'request error': statuses(REQUEST_ERRORS),
    'server error': statuses(SERVER_ERRORS),
    overload: statuses(OVERLOAD),
    'wait 2 s': each(WAITS),
    refused: variants(forms, { '': '' }, ({ call }) => (signal) => call(server.refusedUrl, signal)),
    reset: each(RESETS),
    hang: each({ ...HANGS, 'byte by byte': '/drip' }),
    'own timeout': { ...ownTimeouts, ...timeoutSignals },
    abort: {
      ...each(HANGS),
      ...variants(forms, { 'that only the client knows': '/hang' }, ({ call }, path) => () => {
        // Ends before the caller's signal of the harness, so that the profile has to judge the error.
        const leaving = new AbortController();
        setTimeout(() => leaving.abort(), 10);
        return call(server.url + path, leaving.signal);
      }),
    },
  };
}

function variants(
  forms: Readonly<Record<string, HttpForm>>,
  paths: Readonly<Record<string, string>>,
  provoke: (form: HttpForm, path: string) => Provoke | undefined,
): Variants {
  const all: Variants = {};
  for (const [formName, form] of Object.entries(forms)) {
    for (const [variant, path] of Object.entries(paths)) {
      const made = provoke(form, path);
      if (made !== undefined) all[[variant, formName].filter(Boolean).join(', ')] = made;
    }
  }
  return all;
}
