import { along, matches, namesOf } from '../core/facts.ts';
import { safeGet } from '../core/untrusted.ts';
import type { Facts } from './facts.ts';
import { type ProfileOptions, profileOptions, type ProfileRule, type RuleProfile, ruleProfile } from './profile.ts';

const REPLIES = /^(?:ReplyError|ErrorReply|SimpleError|BlobError|MultiErrorReply)$/;
/** Replies of a server that can't serve now. From a script, they follow other words. */
const WORDS =
  'LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|READONLY|OOM|TRYAGAIN|MISCONF|NOREPLICAS|ERR max (?:number|daily|requests)';
const SERVER = new RegExp(`^(?:.*script.*\\s-)?(?:${WORDS})\\b`);
/** A transaction that the server discards, for reasons that older clients don't keep. */
const DISCARDED = /^EXECABORT\b/;

/** The error of the chain that the server replied with. */
const replyOf = ({ subject }: Facts): unknown =>
  along(subject, (each) => (namesOf(each).some((name) => REPLIES.test(name)) ? each : undefined));

const isReply = (facts: Facts): boolean => replyOf(facts) !== undefined;

/** Whether the server can't serve now: by an error, or by those of a transaction that it stands for. */
function cantServe(facts: Facts): boolean {
  const reply = replyOf(facts);
  const previous = safeGet(reply, 'previousErrors');
  const errors = [reply, previous, safeGet(reply, 'replies')].flat();
  const isUnexplained = previous === undefined && matches(DISCARDED, safeGet(reply, 'message'));
  return isUnexplained || errors.some((error) => matches(SERVER, safeGet(error, 'message')));
}

/** A class of ioredis extends an `AbortError` that isn't the caller's. */
const isAbort = ({ subject, names }: Facts): boolean =>
  names[0] === 'AbortError' || safeGet(safeGet(subject, 'constructor'), 'name') === 'AbortError';

const rules: readonly ProfileRule[] = [
  {
    when: 'replies `LOADING`, `BUSY`, `CLUSTERDOWN`, `MASTERDOWN`, `READONLY`, `OOM`, `TRYAGAIN`, `MISCONF`, …',
    fits: (facts) => cantServe(facts),
    verdict: 'failure',
  },
  { when: 'any other error that the server replies with', fits: isReply, verdict: 'ignored', answers: true },
  { when: 'the caller aborts', fits: isAbort, verdict: 'ignored' },
  {
    when: 'a watched key that has changed',
    fits: ({ names }) => names.includes('WatchError'),
    verdict: 'ignored',
    answers: true,
  },
];

/** Replies that are looked at, at most: other results are arrays, too. */
const MOST_REPLIES = 1_000;

/** The errors among the replies of a pipeline. ioredis returns `[error, reply]`, redis returns errors as replies. */
function heldErrors(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  const first: unknown[] = value.slice(0, MOST_REPLIES);
  const replies = first.map((reply): unknown => (Array.isArray(reply) ? reply[0] : reply));
  const errors = replies.filter((reply) => reply instanceof Error);
  // `undefined` stands for all good replies.
  return errors.length === replies.length ? errors : [...errors, undefined];
}

/**
 * For Redis and Valkey clients such as `ioredis` and `redis`. Errors of a command are ignored. Also looks into the
 * results of pipelines.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function redis(options?: ProfileOptions): RuleProfile {
  return ruleProfile({ name: 'redis', rules, held: heldErrors }, profileOptions('redis', options));
}
