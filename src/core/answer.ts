import { along, codesOf, matches, namesOf, statusOf } from './facts.ts';
import { isRejected } from './rejected.ts';
import { safeGet } from './untrusted.ts';

/** gRPC statuses, except those that a client makes by itself. */
const GRPC_STATUS = /^(?:[35-9]|1[0-256])$/;
/** Errors that Redis and MongoDB servers reply with. */
const REPLY = /^(?:(?:Reply|Simple|MongoServer)Error|ErrorReply)$/;
/** Classes of SQLSTATE, except those of lost connections (08), missing resources (53) and shutdowns (57). */
const SQLSTATE = /^(?:0[0-79A-Z]|2[0-9A-F]|3[48BDF]|4[024]|5[458]|F0|HV|P0|XX|XA)[0-9A-Z]{3}$/;

/** Whether a value or an error shows that the dependency answered: a status, or an error that a server sent. */
export function showsAnswer(subject: unknown): boolean {
  return !isRejected(subject) && along(subject, (each) => isReply(each) || undefined) === true;
}

function isReply(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  return (status >= 100 && status <= 599)
    || codesOf(error).some((code) =>
      matches(SQLSTATE, code) || (matches(GRPC_STATUS, code) && safeGet(error, 'metadata') !== undefined))
    || namesOf(error).some((name) => REPLY.test(name));
}
