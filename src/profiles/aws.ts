import { along, matches } from '../core/facts.ts';
import { safeGet } from '../core/untrusted.ts';
import type { Facts } from './facts.ts';
import { heldResponse, httpRules } from './http.ts';
import { type ProfileOptions, profileOptions, type ProfileRule, type RuleProfile, ruleProfile } from './profile.ts';

/** Errors of a service that limits its callers. Many have status 400. */
const THROTTLED = new RegExp(`Throttl|^(?:${[
  'TooManyRequests', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded',
  'BandwidthLimitExceeded', 'SlowDown', 'PriorRequestNotComplete',
].join('|')})`);
const TIMED_OUT = /^RequestTimeout(?:Exception)?$/;

/** By what the SDK says, or by why items of a transaction were not written. */
function isThrottled({ subject }: Facts): boolean {
  if (along(subject, (each) => safeGet(safeGet(each, '$retryable'), 'throttling')) === true) return true;
  const reasons = along(subject, (each) => safeGet(each, 'CancellationReasons'));
  return Array.isArray(reasons) && reasons.some((reason) => matches(THROTTLED, safeGet(reason, 'Code')));
}

const faultOf = (subject: unknown): unknown => along(subject, (each) => safeGet(each, '$fault'));

const rules: readonly ProfileRule[] = [
  {
    when: 'throttling, by the name of the error: `ThrottlingException`, `SlowDown`, …',
    fits: (facts) => facts.names.some((name) => THROTTLED.test(name)) || isThrottled(facts),
    verdict: 'failure',
    waits: 'asked',
  },
  { when: '`RequestTimeout`', fits: ({ names }) => names.some((name) => TIMED_OUT.test(name)), verdict: 'failure' },
  ...httpRules,
  {
    when: 'any other fault of the client',
    fits: ({ subject }) => faultOf(subject) === 'client',
    verdict: 'ignored',
    answers: true,
  },
  {
    when: 'credentials that can not be loaded',
    fits: ({ names }) => names.includes('CredentialsProviderError'),
    verdict: 'ignored',
  },
];

/**
 * For clients of the AWS SDK v3. Set their `maxAttempts` to 1, so that each attempt is a call.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function aws(options?: ProfileOptions): RuleProfile {
  return ruleProfile({ name: 'aws', rules, held: heldResponse }, profileOptions('aws', options));
}
