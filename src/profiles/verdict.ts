import { systemClock } from '../core/clock.ts';
import { Judge, type OperationResult, type Profile, type Verdict } from '../core/judge.ts';
import { readRetryAfter } from '../core/retry-after.ts';
import { hasMethods, safeGet } from '../core/untrusted.ts';

const NO_RULES = { ignoreErrors: undefined, countErrors: undefined, isFailure: undefined, classify: undefined };

/**
 * Returns the verdict of a profile, as a breaker with this profile has it.
 * @param wallMs the time, for dates. Milliseconds since the Unix epoch. @defaultValue now
 * @throws TypeError if the result or the profile is none.
 */
export function verdictOf(result: OperationResult, profile: Profile, wallMs: number = systemClock.wall()): Verdict {
  const isResult = safeGet(result, 'status') === 'success' || safeGet(result, 'status') === 'failure';
  const rule = 'expects { status: \'failure\', error } or { status: \'success\', value }, and a profile such as http()';
  if (!isResult || !hasMethods(profile, 'judge')) throw new TypeError(`\`verdictOf()\` ${rule}.`);
  const context = { report() {}, timeline: { now: () => wallMs, wallOf: (at: number) => at } };
  const judge = new Judge({ ...NO_RULES, profile }, context);
  return result.status === 'failure' ? judge.error(result.error) : judge.value(result.value);
}

/**
 * Returns how long an error or a response asks to wait, in milliseconds: `Retry-After` in seconds or as a date,
 * `retry-after-ms`, `grpc-retry-pushback-ms`, or the reset of a rate limit. `undefined` if it doesn't.
 * @param wallMs the time, if the response has no `Date`. Milliseconds since the Unix epoch. @defaultValue now
 */
export function retryAfterOf(errorOrResponse: unknown, wallMs: number = systemClock.wall()): number | undefined {
  return readRetryAfter(errorOrResponse, wallMs);
}
