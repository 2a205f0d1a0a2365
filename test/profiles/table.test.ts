import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  aws, database, type Facts, factsOf, grpc, http, llm, type ProfileRule, redis, type RuleProfile,
} from '../../src/profiles/index.ts';

const PAGE = new URL('../../docs/profiles.md', import.meta.url);
const MARKED = /(?<=<!-- rules -->\n).*?(?=<!-- \/rules -->)/s;

const error = (properties: object): Facts => factsOf(Object.assign(new Error('Failed'), properties));
const withStatus = (status: number): Facts => error({ status });

const aborted = error({ name: 'AbortError' });

const ofHttp = [
  withStatus(503),
  error({ status: 403, headers: { 'retry-after': '2' } }),
  withStatus(404),
  withStatus(302),
  aborted,
  error({ code: 'ERR_INVALID_URL' }),
  error({ response: { status: 200, errors: [{ message: 'No such order' }] } }),
];

/** Errors as clients throw and return them, at least one for each rule. They show which rules have answers. */
const samples: ReadonlyMap<RuleProfile, readonly Facts[]> = new Map([
  [http(), ofHttp],
  [database(), [
    error({ code: 'P2024' }),
    error({ code: 'P2002' }),
    error({ fatal: true, errno: 1_042 }),
    error({ errno: 1_205, code: 'ER_LOCK_WAIT_TIMEOUT', sqlState: 'HY000' }),
    error({ errno: 1_040, sqlState: '08004' }),
    error({ errno: 1_062, sqlState: '23000' }),
    error({ name: 'MongoServerError', code: 91 }),
    error({ name: 'MongoServerError', code: 11_000 }),
    error({ code: '202', type: 'TOO_MANY_SIMULTANEOUS_QUERIES' }),
    error({ code: '60', type: 'UNKNOWN_TABLE' }),
    error({ code: '57P01' }),
    error({ code: '42P01' }),
    error({ name: 'SequelizeValidationError' }),
    aborted,
  ]],
  [redis(), [
    error({ name: 'ReplyError', message: 'LOADING Redis is loading the dataset in memory' }),
    error({ name: 'ReplyError', message: 'WRONGTYPE Operation against a key' }),
    aborted,
    error({ name: 'WatchError' }),
  ]],
  [llm(), [
    withStatus(402),
    withStatus(529),
    ...ofHttp,
    error({ type: 'invalid_request_error' }),
    error({ name: 'AI_InvalidPromptError' }),
    factsOf({ error: { code: 'server_error' } }, false),
  ]],
  [grpc(), [
    error({ code: 14, metadata: {} }),
    error({ code: 1, details: 'Call cancelled', metadata: {} }),
    error({ code: 1, details: 'Cancelled on client', metadata: {} }),
    error({ code: 5, metadata: {} }),
    aborted,
  ]],
  [aws(), [
    error({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }),
    error({ name: 'RequestTimeout', $metadata: { httpStatusCode: 400 } }),
    ...ofHttp,
    error({ name: 'InvalidSignatureException', $fault: 'client' }),
    error({ name: 'CredentialsProviderError' }),
  ]],
]);

const profiles = [...samples.keys()];

const decidedBy = ({ rules }: RuleProfile, sample: Facts): ProfileRule | undefined =>
  rules.find(({ fits }) => fits(sample));

/** Only an ignored error may be a success of a probe. Whether it shows an answer is what the facts of samples say. */
function answerCell(profile: RuleProfile, rule: ProfileRule): string {
  if (rule.verdict === 'failure') return '–';
  const own = (samples.get(profile) ?? []).filter((sample) => decidedBy(profile, sample) === rule);
  const answers = new Set(own.map(({ answered }) => answered || rule.answers === true));
  return answers.size === 2 ? 'some' : answers.has(true) ? 'yes' : 'no';
}

const WAITS = { asked: 'as asked', quota: '`quotaWaitMs`' };

const tableOf = (profile: RuleProfile): string =>
  [
    `### ${profile.name}()`,
    '',
    '| when | counts as | shows an answer | waits |',
    '|---|---|---|---|',
    ...profile.rules.map((rule) => {
      const waits = rule.waits === undefined ? '–' : WAITS[rule.waits];
      return `| ${rule.when} | ${rule.verdict} | ${answerCell(profile, rule)} | ${waits} |`;
    }),
    '| any other error | failure | – | – |',
    '',
  ].join('\n');

describe('samples', () => {
  it.each(profiles.map((profile) => [profile.name, profile] as const))('%s() has one for each rule', (_, profile) => {
    const decided = new Set((samples.get(profile) ?? []).map((sample) => decidedBy(profile, sample)));

    expect(profile.rules.filter((rule) => !decided.has(rule)).map(({ when }) => when)).toEqual([]);
  });
});

describe('docs/profiles.md', () => {
  it('has the rules of all profiles (UPDATE=1 writes them)', () => {
    const page = readFileSync(PAGE, 'utf8');
    const tables = `\n${profiles.map(tableOf).join('\n')}\n`;
    if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page.replace(MARKED, () => tables));

    expect(MARKED.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(tables);
  });
});
