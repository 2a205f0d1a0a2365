import { along, matches } from '../core/facts.ts';
import type { ItemVerdict } from '../core/judge.ts';
import { safeGet } from '../core/untrusted.ts';
import { aDuration } from '../core/validation.ts';
import type { Facts } from './facts.ts';
import { heldResponse, httpRules } from './http.ts';
import { type ProfileOptions, profileOptions, type ProfileRule, type RuleProfile, ruleProfile } from './profile.ts';

/** The options of `llm()`. */
export interface LlmOptions extends ProfileOptions {
  /**
   * The wait that an exhausted quota asks for: no money, or a limit of spending. `maxRetryAfterMs` doesn't apply.
   * Milliseconds, 1 or more. @defaultValue 600,000 (10 minutes)
   */
  readonly quotaWaitMs?: number | undefined;
}

const DEFAULT_QUOTA_WAIT_MS = 600_000;

const QUOTA = /^insufficient_quota$|^credit_balance|spend_limit|usage_limit_exceeded|^billing_/;
/** Anthropic gives this sentence only. */
const NO_CREDIT = /^Your credit balance is too low/;
const OVERLOADED = /overloaded_error|server_overloaded|slow_down/;
const REQUEST_ERROR = /invalid_request_error|authentication_error|permission_error|not_found_error|request_too_large/;
/** Errors of the AI SDK that no model has caused, and results that are not as the caller wants them. */
const AI_SDK = new RegExp(`^AI_(?:${[
  'Invalid(?:Argument|Prompt|DataContent|MessageRole|ToolInput)', 'Load', 'NoSuch', 'NoObjectGenerated', 'Unsupported',
  'TooManyEmbedding',
].join('|')})`);
/** The SDK of OpenAI can't parse an answer that a limit of the request or the content filter has cut. */
const CUT_ANSWER = /^(?:Length|ContentFilter)FinishReasonError$/;

/** An error and its body, which clients keep in `error`, `data` and `error.error`. */
function partsOf({ subject }: Facts): readonly unknown[] {
  const parts: unknown[] = [];
  along(subject, (each) => {
    const body = safeGet(each, 'error') ?? safeGet(each, 'data');
    const inner = safeGet(body, 'error');
    parts.push(each, body, inner, safeGet(inner, 'details'));
    return undefined;
  });
  return parts;
}

/** Whether a type or a code of an error matches. Messages may quote what the caller sent. */
const says = (facts: Facts, pattern: RegExp): boolean =>
  partsOf(facts).some((part) =>
    ['type', 'code', 'errorCode', 'error_code'].some((key) => matches(pattern, safeGet(part, key))));

const isQuota = (facts: Facts): boolean =>
  says(facts, QUOTA) || partsOf(facts).some((part) => matches(NO_CREDIT, safeGet(part, 'message')));

const rules: readonly ProfileRule[] = [
  {
    when: 'an exhausted quota: status 402, `insufficient_quota`, a spend limit',
    fits: (facts) => facts.status === 402 || ((facts.status ?? 429) < 500 && isQuota(facts)),
    verdict: 'failure',
    waits: 'quota',
  },
  {
    when: 'overload: status 529, `overloaded_error`, `slow_down`',
    fits: (facts) => facts.status === 529 || says(facts, OVERLOADED),
    verdict: 'failure',
    waits: 'asked',
  },
  ...httpRules,
  {
    when: 'an error of the request in a stream, such as `invalid_request_error`',
    fits: (facts) => facts.status === undefined && says(facts, REQUEST_ERROR),
    verdict: 'ignored',
    answers: true,
  },
  {
    when: 'an error of an SDK that no model caused, such as `AI_InvalidPromptError`',
    fits: ({ names }) =>
      matches(AI_SDK, names.find((name) => name.startsWith('AI_'))) || names.some((name) => CUT_ANSWER.test(name)),
    verdict: 'ignored',
  },
  {
    when: 'a response of OpenAI with status 200 that has failed',
    fits: ({ isThrown, status }) => !isThrown && status === undefined,
    verdict: 'failure',
  },
];

/** What precedes the content of a stream: Anthropic, OpenAI responses, AI SDK. */
const PREAMBLE = new RegExp(`^(?:${[
  'ping', 'message_start', 'content_block_start',
  'response\\.(?:created|queued|in_progress|(?:output_item|content_part|reasoning_summary_part)\\.added)',
  'stream-start', 'start', 'start-step', 'response-metadata', 'text-start', 'reasoning-start', 'raw',
].join('|')})$`);

/** A response of OpenAI that has failed is returned with status 200. */
function heldFailure(value: unknown): readonly unknown[] {
  const isFailed = safeGet(value, 'object') === 'response' && safeGet(value, 'status') === 'failed';
  return isFailed ? [{ error: safeGet(value, 'error') }] : heldResponse(value);
}

/** The AI SDK ends a stream with a part that says why: its own timeout, or the caller. */
const abortOf = (reason: unknown): object =>
  ({ name: matches(/timeout/, reason) ? 'TimeoutError' : 'AbortError', message: reason });

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** A chunk of a chat completion that only has a role, or that only tells how a filter judged the prompt. */
function isRoleOnly(item: unknown): boolean {
  const choice = safeGet(safeGet(item, 'choices'), '0');
  const delta = safeGet(choice, 'delta');
  if (typeof delta !== 'object' || delta === null) return isEmptyList(safeGet(item, 'choices'));
  const contents = ['content', 'tool_calls', 'refusal', 'reasoning', 'reasoning_content'];
  const hasContent = contents.some((key) => safeGet(delta, key));
  return !hasContent && !safeGet(choice, 'finish_reason');
}

/** Error parts of the AI SDK, error events as they are sent, and failed responses of OpenAI. */
function itemVerdict(item: unknown): ItemVerdict {
  const type = safeGet(item, 'type');
  const error = safeGet(item, 'error');
  if (type === 'response.failed') return { error: safeGet(safeGet(item, 'response'), 'error') ?? item };
  if (type === 'abort') return { error: abortOf(safeGet(item, 'reason')) };
  const isError = type === 'error' || (type === undefined && typeof error === 'object' && error !== null);
  if (isError) return { error: error ?? item };
  return PREAMBLE.test(String(type)) || isRoleOnly(item) ? 'other' : 'content';
}

/**
 * For language models: OpenAI, Anthropic, and others that speak as they do, with their SDKs, the AI SDK or an HTTP
 * client. Tells a limit of the rate, an exhausted quota and overload apart, and sees errors in streams.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function llm(options?: LlmOptions): RuleProfile {
  const given = profileOptions('llm', options, { quotaWaitMs: aDuration });
  const { quotaWaitMs = DEFAULT_QUOTA_WAIT_MS } = given;
  return ruleProfile({ name: 'llm', rules, held: heldFailure, item: itemVerdict }, { ...given, quotaWaitMs });
}
