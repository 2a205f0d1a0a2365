import { alongCauses } from './error-filter.ts';
import { isRejection } from './errors.ts';
import { safeGet } from './untrusted.ts';

/** Where clients keep the status of a response: on the error, or on one of these. */
const RESPONSES = ['response', '$metadata'];
const STATUSES = ['status', 'statusCode', 'httpStatusCode'];
/** gRPC statuses from 3 that a client also makes by itself: DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE. */
const LOCAL_GRPC_STATUSES: ReadonlySet<unknown> = /* @__PURE__ */ new Set([4, 13, 14]);
/** Errors that Redis and MongoDB servers reply with. */
const REPLIES: ReadonlySet<unknown> =
  /* @__PURE__ */ new Set(['ReplyError', 'ErrorReply', 'SimpleError', 'MongoServerError']);
/** Classes of SQLSTATE, except those of lost connections (08), missing resources (53) and shutdowns (57). */
const SQLSTATE = /^(?:0[0-79A-Z]|2[0-9A-F]|3[48BDF]|4[024]|5[458]|F0|HV|P0|XX|XA)[0-9A-Z]{3}$/;

/** Whether a value or an error shows that the dependency answered: a status, or an error that a server sent. */
export function showsAnswer(subject: unknown): boolean {
  return !isRejected(subject) && isReply(subject);
}

const isRejected = /* @__PURE__ */ alongCauses(isRejection);

const isReply = /* @__PURE__ */ alongCauses((error) => {
  const code = safeGet(error, 'code');
  const holders = [error, ...RESPONSES.map((key) => safeGet(error, key))];
  return (
    holders.some((holder) => STATUSES.some((key) => isWithin(100, safeGet(holder, key), 599)))
    || SQLSTATE.test(String(code))
    || (isWithin(3, code, 16) && safeGet(error, 'metadata') !== undefined && !LOCAL_GRPC_STATUSES.has(code))
    || REPLIES.has(safeGet(error, 'name'))
    || REPLIES.has(safeGet(safeGet(error, 'constructor'), 'name'))
  );
});

function isWithin(least: number, value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
