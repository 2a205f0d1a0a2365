import { showsAnswer } from '../core/answer.ts';
import { systemClock } from '../core/clock.ts';
import { along, codesOf, namesOf, statusOf } from '../core/facts.ts';
import { readRetryAfter } from '../core/retry-after.ts';

/** What an error or a response says about a call. Status and codes are of the first error of the chain that has one. */
export interface Facts {
  /** The error or the response itself. */
  readonly subject: unknown;
  /** Whether it was thrown, rather than returned. */
  readonly isThrown: boolean;
  /** The HTTP status. */
  readonly status: number | undefined;
  /** `code`, `errno` and `sqlState`, as far as it has them. */
  readonly codes: readonly (string | number)[];
  /** The SQLSTATE, if a code is one. */
  readonly sqlState: string | undefined;
  /** The names of the errors of the chain and of their classes. */
  readonly names: readonly string[];
  /** Whether it shows that the dependency answered. */
  readonly answered: boolean;
  /** How long it asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** Classes of the SQL standard and of PostgreSQL. */
const SQLSTATE = /^(?:0[0-9A-Z]|2[0-9A-F]|3[48BDF]|4[024]|5[34578]|F0|HV|HY|P0|XX|XA)[0-9A-Z]{3}$/;

/**
 * Reads the facts of an error or a response of any client. Never throws.
 * @param isThrown whether it was thrown, rather than returned. @defaultValue true
 * @param wallMs the time, for dates. Milliseconds since the Unix epoch. @defaultValue now
 */
export function factsOf(subject: unknown, isThrown = true, wallMs: number = systemClock.wall()): Facts {
  const names: string[] = [];
  along(subject, (each) => void names.push(...namesOf(each)));
  const codes = along(subject, (each) => (codesOf(each).length > 0 ? codesOf(each) : undefined)) ?? [];
  return {
    subject,
    isThrown,
    status: along(subject, statusOf),
    codes,
    sqlState: codes.map(String).find((code) => SQLSTATE.test(code)),
    names,
    get retryAfterMs() {
      return readRetryAfter(subject, wallMs);
    },
    get answered() {
      return showsAnswer(subject);
    },
  };
}
