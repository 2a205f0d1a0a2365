import { expect, it } from 'vitest';
import { ENDS, type End, hasRetryAfter, SECRET } from './dependency.ts';

/** What a framework does that another one doesn't. */
interface Exceptions {
  /** Whether it sends `Retry-After` by itself. */
  readonly sendsHeaders?: boolean;
  /** Whether it sends the message of the error. */
  readonly sendsMessage?: boolean;
}

/** Checks what a client gets for each end of a call. `ask` requests `/<end>`. */
export function itReplies(ask: (end: End) => Promise<Response>, exceptions: Exceptions = {}): void {
  const { sendsHeaders = true, sendsMessage = false } = exceptions;
  it.each(ENDS)('replies to a call that ends as %s with %i %s', async (end, status, text) => {
    const response = await ask(end);
    const body = await response.text();

    expect(response.status).toBe(status);
    expect(Number(response.headers.get('retry-after')) > 0).toBe(sendsHeaders && hasRetryAfter(end));
    expect(body.includes(SECRET)).toBe(sendsMessage);
    expect(body).toContain(text);
  });
}
