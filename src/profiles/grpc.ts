import { along, matches } from '../core/facts.ts';
import { safeGet } from '../core/untrusted.ts';
import type { Facts } from './facts.ts';
import { aborts } from './http.ts';
import { type ProfileOptions, profileOptions, type ProfileRule, type RuleProfile, ruleProfile } from './profile.ts';

const CANCELLED = 1;
/** UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const FAILURES = [2, 4, 13, 14, 15];
const RESOURCE_EXHAUSTED = 8;

const codeOf = ({ codes }: Facts): number => Number(codes.find((code) => matches(/^\d+$/, code)));

const detailsOf = ({ subject }: Facts): unknown => along(subject, (each) => safeGet(each, 'details'));

const rules: readonly ProfileRule[] = [
  {
    when: 'UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, DATA_LOSS',
    fits: (facts) => [...FAILURES, RESOURCE_EXHAUSTED].includes(codeOf(facts)),
    verdict: 'failure',
    waits: 'asked',
  },
  {
    when: 'CANCELLED by the server',
    fits: (facts) => codeOf(facts) === CANCELLED && detailsOf(facts) === 'Call cancelled',
    verdict: 'failure',
  },
  { when: 'CANCELLED by the caller', fits: (facts) => codeOf(facts) === CANCELLED, verdict: 'ignored' },
  {
    when: 'any other status',
    fits: (facts) => codeOf(facts) >= 3 && codeOf(facts) <= 16,
    verdict: 'ignored',
    answers: true,
  },
  aborts,
];

/**
 * For gRPC clients such as `@grpc/grpc-js`. Judges the status codes, and hears `grpc-retry-pushback-ms`.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function grpc(options?: ProfileOptions): RuleProfile {
  return ruleProfile({ name: 'grpc', rules }, profileOptions('grpc', options));
}
