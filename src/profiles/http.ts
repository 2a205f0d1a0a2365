import { along, isResponse } from '../core/facts.ts';
import { safeGet } from '../core/untrusted.ts';
import type { Facts } from './facts.ts';
import { type ProfileOptions, profileOptions, type ProfileRule, type RuleProfile, ruleProfile } from './profile.ts';

/** What clients throw when the caller's signal aborts: fetch, undici, axios, got, superagent, OpenAI, Anthropic. */
const ABORTS = /^(?:AbortError|CanceledError|APIUserAbortError|ERR_CANCELED|ERR_ABORTED|ABORTED)$/;
/** Arguments that no request can be made from: Node, axios. */
const ARGUMENTS =
  /^(?:UND_)?ERR_(?:INVALID_(?:URL|ARG|PROTOCOL|CHAR|HTTP)|UNSUPPORTED_PROTOCOL|UNESCAPED|BAD_OPTION|HTTP_INVALID)/;
const TOO_MANY_REDIRECTS = /TOO_MANY_REDIRECTS$/;

const within = (facts: Facts, least: number, most: number): boolean =>
  facts.status !== undefined && facts.status >= least && facts.status <= most;

/** Axios throws the same error when a signal of `AbortSignal.timeout()` aborts. */
function isDeadline({ subject, names }: Facts): boolean {
  const signal = along(subject, (each) => safeGet(safeGet(each, 'config'), 'signal'));
  return names.includes('TimeoutError') || safeGet(safeGet(signal, 'reason'), 'name') === 'TimeoutError';
}

const has = (words: readonly unknown[], pattern: RegExp): boolean => words.some((word) => pattern.test(String(word)));

export const aborts: ProfileRule = {
  when: 'the caller aborts',
  fits: (facts) => has([...facts.names, ...facts.codes], ABORTS) && !isDeadline(facts),
  verdict: 'ignored',
};

/** Whether an error of GraphQL is the server's, as Apollo Server says it. */
const isServerFault = (error: unknown): boolean =>
  safeGet(safeGet(error, 'extensions'), 'code') === 'INTERNAL_SERVER_ERROR';

/** The rules of everything that speaks HTTP. */
export const httpRules: readonly ProfileRule[] = [
  {
    when: 'status 408, 425, 429 or 5xx',
    fits: (facts) => within(facts, 500, 599) || [408, 425, 429].includes(facts.status ?? 0),
    verdict: 'failure',
    waits: 'asked',
  },
  {
    when: 'status 403 that asks to wait, because a limit is used up',
    fits: (facts) => facts.status === 403 && facts.retryAfterMs !== undefined,
    verdict: 'failure',
    waits: 'asked',
  },
  { when: 'any other status 4xx', fits: (facts) => within(facts, 400, 499), verdict: 'ignored', answers: true },
  {
    when: 'a redirect that the client throws',
    fits: (facts) => facts.isThrown && within(facts, 300, 399) && !has(facts.codes, TOO_MANY_REDIRECTS),
    verdict: 'ignored',
    answers: true,
  },
  aborts,
  {
    when: 'arguments that no request can be made from, such as an invalid URL',
    fits: ({ codes, status }) => has(codes, ARGUMENTS) || (status === undefined && codes.includes('ERR_BAD_REQUEST')),
    verdict: 'ignored',
  },
  {
    when: 'errors in a GraphQL answer with status 2xx, except `INTERNAL_SERVER_ERROR`',
    fits: ({ subject }) => {
      const errors = along(subject, (each) => safeGet(safeGet(each, 'response'), 'errors'));
      return Array.isArray(errors) && !errors.some(isServerFault);
    },
    verdict: 'ignored',
    answers: true,
  },
];

/** A returned value is only judged if it looks like a response. */
export const heldResponse = (value: unknown): readonly unknown[] => (isResponse(value) ? [value] : []);

/**
 * For HTTP clients: `fetch`, undici, axios, got, ky, ofetch, superagent, graphql-request and others. Judges what they
 * throw, and responses that they return.
 * @example
 * ```ts
 * import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 * import { http } from 'unified-circuit-breaker/profiles';
 *
 * const orders = new UnifiedCircuitBreaker({ name: 'orders-api', profile: http() });
 * ```
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function http(options?: ProfileOptions): RuleProfile {
  return ruleProfile({ name: 'http', rules: httpRules, held: heldResponse }, profileOptions('http', options));
}
