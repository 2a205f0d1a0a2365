import { alongCauses } from './error-filter.ts';
import { isRejection } from './errors.ts';
import { safeGet, tryOrUndefined } from './untrusted.ts';

/** Where clients keep the status of a response: on the error, or on one of these. */
const RESPONSES = ['response', '$metadata'];
const STATUSES = ['status', 'statusCode', 'httpStatusCode'];
const HTTP_STATUS = /^[1-5]\d\d$/;
/** gRPC statuses, except those that a client makes by itself. */
const GRPC_STATUS = /^(?:[35-9]|1[0-256])$/;
/** Errors that Redis and MongoDB servers reply with. */
const REPLY = /^(?:(?:Reply|Simple|MongoServer)Error|ErrorReply)$/;
/** Classes of SQLSTATE, except those of lost connections (08), missing resources (53) and shutdowns (57). */
const SQLSTATE = /^(?:0[0-79A-Z]|2[0-9A-F]|3[48BDF]|4[024]|5[458]|F0|HV|P0|XX|XA)[0-9A-Z]{3}$/;

/** Whether a value or an error shows that the dependency answered: a status, or an error that a server sent. */
export function showsAnswer(subject: unknown): boolean {
  // Reading an error may throw.
  return !isRejected(subject) && tryOrUndefined(() => isReply(subject)) === true;
}

const isRejected = /* @__PURE__ */ alongCauses(isRejection);

/** Whether the breaker of this name rejected the call or one of its causes. */
export function isRejectedBy(name: string, error: unknown): boolean {
  return alongCauses((each) => isRejection(each) && each.breakerName === name)(error);
}

function has(pattern: RegExp, holder: unknown, key: string): boolean {
  return pattern.test(String(safeGet(holder, key)));
}

const isReply = /* @__PURE__ */ alongCauses((error) =>
    [error, ...RESPONSES.map((key) => safeGet(error, key))].some((holder) =>
      STATUSES.some((key) => has(HTTP_STATUS, holder, key)))
    || has(SQLSTATE, error, 'code')
    || (has(GRPC_STATUS, error, 'code') && safeGet(error, 'metadata') !== undefined)
    || has(REPLY, error, 'name')
    || has(REPLY, safeGet(error, 'constructor'), 'name'),
);
