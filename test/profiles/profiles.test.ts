import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerFallbackError, CircuitBreakerOpenError, type Verdict } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { aws, database, factsOf, grpc, http, llm, type Profile, redis, verdictOf } from '../../src/profiles/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { readyToProbe } from '../support/calls.ts';
import { errorOf } from '../support/outcomes.ts';
import { HOSTILE_RUNS, hostileSubjects } from '../support/hostile-subjects.ts';

class DatabaseError extends Error {}
class MongoServerError extends Error {}
class SimpleError extends Error {}
class WatchError extends Error {}
class APIUserAbortError extends Error {}
class LengthFinishReasonError extends Error {}

const error = (fields: object = {}, cause?: unknown): Error => Object.assign(new Error('x', { cause }), fields);
const invalid = error({ name: 'SequelizeValidationError', errors: [{ message: 'too long' }] });
const of = <E extends Error>(made: E, fields: object): E => Object.assign(made, fields);
const reply = (message: string, fields: object = {}): Error => Object.assign(new SimpleError(message), fields);

const judged = (profile: Profile, thrown: unknown): Verdict =>
  verdictOf({ status: 'failure', error: thrown }, profile, 0);
const returned = (profile: Profile, value: unknown): Verdict => verdictOf({ status: 'success', value }, profile, 0);
const waiting = (retryAfterMs: number, opens = false): Verdict => ({ failure: true, retryAfterMs, opens });

describe('http()', () => {
  it.each<[string, unknown, Verdict]>([
    ['a bad request', error({ status: 400 }), 'ignored'],
    ['a missing page of got', error({ response: { statusCode: 404 } }), 'ignored'],
    ['a request timeout', error({ status: 408 }), 'failure'],
    ['a request that came too early', error({ status: 425 }), 'failure'],
    ['a rate limit', error({ status: 429 }), 'failure'],
    ['a server error', error({ statusCode: 500 }), 'failure'],
    ['a redirect', error({ status: 302 }), 'ignored'],
    ['a body that broke off after status 200', error({ status: 200, code: 'ERR_BAD_RESPONSE' }), 'failure'],
    ['a refused connection', new TypeError('fetch failed', { cause: error({ code: 'ECONNREFUSED' }) }), 'failure'],
    ['an abort', new DOMException('aborted', 'AbortError'), 'ignored'],
    ['an abort of axios', error({ name: 'CanceledError', code: 'ERR_CANCELED' }), 'ignored'],
    ['an abort of an SDK that only its class shows', new APIUserAbortError('x'), 'ignored'],
    ['a deadline of axios',
      error({ code: 'ERR_CANCELED', config: { signal: AbortSignal.abort({ name: 'TimeoutError' }) } }),
      'failure'],
    ['a deadline of axios, behind another error',
      error({}, error({ code: 'ERR_CANCELED', config: { signal: AbortSignal.abort({ name: 'TimeoutError' }) } })),
      'failure'],
    ['a timeout', new DOMException('late', 'TimeoutError'), 'failure'],
    ['an invalid URL', new TypeError('x', { cause: error({ code: 'ERR_INVALID_URL' }) }), 'ignored'],
    ['bad data for axios', error({ code: 'ERR_BAD_REQUEST' }), 'ignored'],
    ['errors of which one is a failure',
      new AggregateError([error({ status: 404 }), error({ status: 503 })]), 'failure'],
    ['errors of which none is a failure',
      new AggregateError([error({ status: 404 }), error({ status: 410 })]), 'ignored'],
    ['errors in a GraphQL answer', error({ response: { status: 200, errors: [{ message: 'no' }] } }), 'ignored'],
    ['an error without facts', error(), 'failure'],
    ['nothing', undefined, 'failure'],
    ['a wait', error({ status: 503, headers: { 'retry-after': '2' } }), waiting(2_000)],
    ['a wait without need', error({ status: 404, headers: { 'retry-after': '2' } }), 'ignored'],
    ['a long wait', error({ status: 503, headers: { 'retry-after': '86400' } }), waiting(300_000)],
  ])('judges %s', (_title, thrown, verdict) => {
    expect(judged(http(), thrown)).toEqual(verdict);
  });

  it.each<[string, unknown, Verdict]>([
    ['a good response', new Response('fine'), 'success'],
    ['a redirect', new Response(null, { status: 304 }), 'success'],
    ['a missing page', new Response('', { status: 404 }), 'ignored'],
    ['a server error', new Response('', { status: 500 }), 'failure'],
    ['a server error of undici', { statusCode: 503, headers: {} }, 'failure'],
    ['a wait', new Response('', { status: 429, headers: { 'retry-after': '2' } }), waiting(2_000)],
    ['data with a status', { status: 503, total: 5 }, 'success'],
    ['nothing', undefined, 'success'],
  ])('judges %s that is returned', (_title, value, verdict) => {
    expect(returned(http(), value)).toEqual(verdict);
  });

  it('opens at once, and waits longer, if it is told to', () => {
    const thrown = error({ status: 503, headers: { 'retry-after': '86400' } });
    const profile = http({ onRetryAfter: 'open', maxRetryAfterMs: 90_000_000 });

    expect(judged(profile, thrown)).toEqual(waiting(86_400_000, true));
  });
});

describe('database()', () => {
  it.each<[string, unknown, Verdict]>([
    ['a missing table', of(new DatabaseError('x'), { code: '42P01' }), 'ignored'],
    ['a serialization failure', error({ code: '40001' }), 'ignored'],
    ['a duplicate behind Drizzle', error({}, error({ code: '23505' })), 'ignored'],
    ['a duplicate behind Sequelize',
      error({ name: 'SequelizeUniqueConstraintError', parent: error({ code: '23505' }) }),
      'ignored'],
    ['a shutdown', error({ code: '57P01' }), 'failure'],
    ['too many clients', error({ code: '53300' }), 'failure'],
    ['a statement timeout', error({ code: '57014' }), 'failure'],
    ['a read-only server', error({ code: '25006' }), 'failure'],
    ['a lock timeout', error({ code: '55P03' }), 'ignored'],
    ['a connection lost without a code', error(), 'failure'],
    ['a refused connection', error({ code: 'ECONNREFUSED', errno: -111 }), 'failure'],
    ['a broken pipe', error({ code: 'EPIPE' }), 'failure'],
    ['a syntax error of MySQL', error({ code: 'ER_PARSE_ERROR', errno: 1064, sqlState: '42000' }), 'ignored'],
    ['too many connections of MySQL', error({ code: 'ER_CON_COUNT_ERROR', errno: 1040, sqlState: '08004' }), 'failure'],
    ['MySQL that is gone', error({ errno: 2006 }), 'failure'],
    ['a read-only MySQL', error({ code: 'ER_OPTION_PREVENTS_STATEMENT', errno: 1290, sqlState: 'HY000' }), 'failure'],
    ['a fatal error of MySQL', error({ errno: 1129, fatal: true }), 'failure'],
    ['a duplicate of MongoDB', of(new MongoServerError('x'), { code: 11_000 }), 'ignored'],
    ['MongoDB without a primary', of(new MongoServerError('x'), { code: 10_107 }), 'failure'],
    ['a duplicate of Prisma', error({ code: 'P2002' }), 'ignored'],
    ['a database that Prisma can not reach', error({ code: 'P1001' }), 'failure'],
    ['a database that Prisma can not reach at the start', error({ errorCode: 'P1001' }), 'failure'],
    ['an exhausted pool of Prisma', error({ code: 'P2024' }), 'failure'],
    ['a raw query of Prisma on a closed connection',
      error({ code: 'P2010', meta: { driverAdapterError: { cause: { kind: 'ConnectionClosed' } } } }), 'failure'],
    ['a statement timeout behind Prisma',
      error({ code: 'P2039', meta: { driverAdapterError: { cause: { originalCode: '57014' } } } }), 'failure'],
    ['a syntax error behind Prisma',
      error({ code: 'P2039', meta: { driverAdapterError: { cause: { originalCode: '42601' } } } }), 'ignored'],
    ['a wrong query of ClickHouse', error({ code: '62', type: 'SYNTAX_ERROR' }), 'ignored'],
    ['too many queries of ClickHouse', error({ code: '202', type: 'TOO_MANY_SIMULTANEOUS_QUERIES' }), 'failure'],
    ['a validation of an ORM', invalid, 'ignored'],
    ['an abort', new DOMException('aborted', 'AbortError'), 'ignored'],
  ])('judges %s', (_title, thrown, verdict) => {
    expect(judged(database(), thrown)).toEqual(verdict);
  });
});

describe('redis()', () => {
  it.each<[string, unknown, Verdict]>([
    ['a wrong command of ioredis', error({ name: 'ReplyError', message: 'WRONGTYPE Operation' }), 'ignored'],
    ['a wrong command of redis', reply('NOSCRIPT No matching script'), 'ignored'],
    ['a server that loads its data', reply('LOADING Redis is loading'), 'failure'],
    ['a replica', reply('READONLY You can not write'), 'failure'],
    ['a script on a replica', reply('ERR Error running script: @user_script:1: -READONLY You can not'), 'failure'],
    ['a word that only begins like one', reply('ERR OOM is a key'), 'ignored'],
    ['a transaction that a replica discards',
      reply('EXECABORT Transaction discarded', { previousErrors: [reply('READONLY x')] }), 'failure'],
    ['a transaction that a wrong command discards',
      reply('EXECABORT Transaction discarded', { previousErrors: [reply('ERR unknown command')] }), 'ignored'],
    ['a transaction that is discarded without a reason', reply('EXECABORT Transaction discarded'), 'failure'],
    ['a group that exists', reply('BUSYGROUP Consumer Group name already exists'), 'ignored'],
    ['a watched key that has changed', of(new WatchError('x'), {}), 'ignored'],
    ['a lost connection', error({ message: "Stream isn't writeable" }), 'failure'],
    ['a server that loads its data, behind another error', error({}, reply('LOADING Redis is loading')), 'failure'],
    ['a replica, in an AggregateError', new AggregateError([reply('READONLY x')]), 'failure'],
    ['an abort', new DOMException('aborted', 'AbortError'), 'ignored'],
  ])('judges %s', (_title, thrown, verdict) => {
    expect(judged(redis(), thrown)).toEqual(verdict);
  });

  it.each<[string, unknown, Verdict]>([
    ['of good replies', [[null, 'OK'], [null, '1']], 'success'],
    ['that a replica rejects', [[reply('READONLY x')], [reply('READONLY x')]], 'failure'],
    ['that a replica rejects in part', [[null, 'OK'], [reply('READONLY x')]], 'failure'],
    ['of wrong commands', [[reply('WRONGTYPE x')], [reply('ERR y')]], 'ignored'],
    ['with a wrong command', [[null, 'OK'], [reply('WRONGTYPE x')]], 'success'],
    ['of redis that a server rejects', ['OK', reply('OOM x')], 'failure'],
    ['of nothing', [], 'success'],
  ])('judges a pipeline %s', (_title, value, verdict) => {
    expect(returned(redis(), value)).toEqual(verdict);
  });
});

describe('llm()', () => {
  const quota = waiting(600_000);

  it.each<[string, unknown, Verdict]>([
    ['a bad request', error({ status: 400, type: 'invalid_request_error' }), 'ignored'],
    ['a request that names a quota',
      error({ status: 400, message: "Invalid schema for 'insufficient_quota'" }), 'ignored'],
    ['a rate limit', error({ status: 429, code: 'rate_limit_exceeded', headers: new Headers({ 'retry-after': '2' }) }),
      waiting(2_000)],
    ['an exhausted quota of OpenAI', error({ status: 429, type: 'insufficient_quota' }), quota],
    ['a spend limit of Anthropic',
      error({ status: 429, error: { error: { details: { error_code: 'enforced_spend_limit_reached' } } } }),
      quota],
    ['a bill that was not paid', error({ status: 402 }), quota],
    ['no credit', error({ status: 400, message: 'Your credit balance is too low to access the API.' }), quota],
    ['an exhausted quota behind the AI SDK',
      error({ lastError: { statusCode: 429, data: { error: { code: 'insufficient_quota' } } } }),
      quota],
    ['overload', error({ status: 529 }), 'failure'],
    ['overload in a stream', error({ type: 'overloaded_error' }), 'failure'],
    ['a bad request in a stream', error({ error: { type: 'invalid_request_error' } }), 'ignored'],
    ['an error of the AI SDK', error({ name: 'AI_InvalidPromptError' }), 'ignored'],
    ['an error of the AI SDK behind another error', error({}, error({ name: 'AI_InvalidPromptError' })), 'ignored'],
    ['a request that quotes an empty account',
      error({ status: 400, message: 'Invalid file name: "Your credit balance is too low.pdf"' }), 'ignored'],
    ['an answer that the AI SDK could not read', error({ name: 'AI_APICallError', statusCode: 200 }), 'failure'],
    ['an answer of another shape',
      error({ name: 'AI_APICallError', statusCode: 200 }, error({ name: 'AI_TypeValidationError' })),
      'failure'],
    ['an answer that was too long', new LengthFinishReasonError('x'), 'ignored'],
    ['an abort', new APIUserAbortError('x'), 'ignored'],
  ])('judges %s', (_title, thrown, verdict) => {
    expect(judged(llm(), thrown)).toEqual(verdict);
  });

  it.each([
    ['failed', 'failure'],
    ['incomplete', 'success'],
  ])('judges a response with the status %s', (status, verdict) => {
    expect(returned(llm(), { object: 'response', status, error: { code: 'server_error' } })).toBe(verdict);
  });

  it('waits for a quota as long as it is told to', () => {
    expect(judged(llm({ quotaWaitMs: 5, maxRetryAfterMs: 1 }), error({ status: 402 }))).toEqual(waiting(5));
  });

  const text = { type: 'text-delta', text: 'a' };
  it.each<[string, unknown, unknown]>([
    ['text of the AI SDK', text, 'content'],
    ['a text', 'a', 'content'],
    ['a ping', { type: 'ping' }, 'other'],
    ['the start of a message', { type: 'message_start' }, 'other'],
    ['a response that was created', { type: 'response.created' }, 'other'],
    ['an output item', { type: 'response.output_item.added' }, 'other'],
    ['a role', { choices: [{ delta: { role: 'assistant', content: '' } }] }, 'other'],
    ['content of OpenAI', { choices: [{ delta: { content: 'a' } }] }, 'content'],
    ['a tool call', { choices: [{ delta: { role: 'assistant', tool_calls: [{}] } }] }, 'content'],
    ['the end', { choices: [{ delta: {}, finish_reason: 'stop' }] }, 'content'],
    ['an error part', { type: 'error', error: 'broken' }, { error: 'broken' }],
    ['an error event', { error: { type: 'overloaded_error' } }, { error: { type: 'overloaded_error' } }],
    ['a failed response', { type: 'response.failed', response: { error: { code: 'x' } } }, { error: { code: 'x' } }],
    ['an abort', { type: 'abort', reason: 'This operation was aborted' },
      { error: { name: 'AbortError', message: 'This operation was aborted' } }],
    ['a timeout', { type: 'abort', reason: 'The operation was aborted due to timeout' },
      { error: { name: 'TimeoutError', message: 'The operation was aborted due to timeout' } }],
  ])('says what an item is: %s', (_title, item, verdict) => {
    expect(llm().item?.(item)).toEqual(verdict);
  });
});

describe('grpc()', () => {
  const names = [
    'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED',
    'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE',
    'DATA_LOSS', 'UNAUTHENTICATED',
  ];
  const failures = /UNKNOWN|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED|INTERNAL|UNAVAILABLE|DATA_LOSS/;

  it.each(names.map((name, index) => [name, index + 1] as const))('judges %s', (name, code) => {
    expect(judged(grpc(), error({ code, details: name }))).toBe(failures.test(name) ? 'failure' : 'ignored');
  });

  it.each<[string, unknown, Verdict]>([
    ['a call that the server cancels', error({ code: 1, details: 'Call cancelled' }), 'failure'],
    ['a call that the server cancels, behind another error', error({}, error({ code: 1, details: 'Call cancelled' })),
      'failure'],
    ['a pushback', error({ code: 14, metadata: new Map([['grpc-retry-pushback-ms', ['2000']]]) }), waiting(2_000)],
    ['an error of another kind', error(), 'failure'],
  ])('judges %s', (_title, thrown, verdict) => {
    expect(judged(grpc(), thrown)).toEqual(verdict);
  });
});

describe('aws()', () => {
  const service = (name: string, httpStatusCode?: number, fields: object = {}): Error =>
    error({ name, $metadata: { httpStatusCode }, ...fields });
  const canceled = (...codes: string[]): Error =>
    service('TransactionCanceledException', 400, { CancellationReasons: codes.map((Code) => ({ Code })) });

  it.each<[string, unknown, Verdict]>([
    ['a failed condition', service('ConditionalCheckFailedException', 400), 'ignored'],
    ['throttling with status 400', service('ThrottlingException', 400, { $fault: 'client' }), 'failure'],
    ['a transaction with a throttled item',
      canceled('None', 'ThrottlingError'), 'failure'],
    ['a transaction in conflict',
      canceled('TransactionConflict'), 'ignored'],
    ['SlowDown', service('SlowDown', 503), 'failure'],
    ['a request timeout', service('RequestTimeout', 400), 'failure'],
    ['an internal error', service('InternalServerError', 500), 'failure'],
    ['a fault of the client without a status', service('Unknown', undefined, { $fault: 'client' }), 'ignored'],
    ['missing credentials', error({ name: 'CredentialsProviderError' }), 'ignored'],
    ['a reset connection', error({ name: 'TimeoutError', code: 'ECONNRESET' }), 'failure'],
    ['an abort', error({ name: 'AbortError' }), 'ignored'],
  ])('judges %s', (_title, thrown, verdict) => {
    expect(judged(aws(), thrown)).toEqual(verdict);
  });
});

describe('the facts', () => {
  it('are those of the errors of the chain', () => {
    const thrown = of(new DatabaseError('x', { cause: error({ status: 503, code: '42P01' }) }), {});

    expect(factsOf(thrown)).toEqual({
      subject: thrown, isThrown: true, status: 503, codes: ['42P01'], sqlState: '42P01',
      names: ['Error', 'DatabaseError', 'Error'], answered: true,
    });
  });
});

describe('a profile of a breaker', () => {
  const circuits = { timeoutMs: null, successThreshold: 1 };

  it.each<[string, Profile, unknown]>([
    ['a duplicate of Prisma', database(), error({ code: 'P2002' })],
    ['a wrong query of ClickHouse', database(), error({ code: '62', type: 'SYNTAX_ERROR' })],
    ['a lock timeout of MySQL', database(), error({ errno: 1205, sqlState: 'HY000' })],
    ['a wrong command', redis(), error({ name: 'ReplyError', message: 'WRONGTYPE' })],
    ['a bad request', http(), error({ status: 400 })],
  ])('closes the circuit after %s of a probe, because the server answered', async (_title, profile, thrown) => {
    const { breaker } = readyToProbe(breakerWith({ ...circuits, profile }));

    await breaker.tryCall(() => Promise.reject(thrown));

    expect(breaker.state).toBe('closed');
  });

  it.each<[string, Profile, unknown]>([
    ['an abort', http(), new DOMException('aborted', 'AbortError')],
    ['an invalid URL', http(), error({ code: 'ERR_INVALID_URL' })],
    ['a validation of an ORM', database(), invalid],
  ])('does not close the circuit after %s', async (_title, profile, thrown) => {
    const { breaker } = readyToProbe(breakerWith({ ...circuits, profile }));

    await breaker.tryCall(() => Promise.reject(thrown));

    expect(breaker.state).toBe('half_open');
  });

  it('closes the circuit after an error of the request in a stream', async () => {
    const { breaker } = readyToProbe(breakerWith({ ...circuits, profile: llm() }));
    const stream = breaker.stream(async function* () {
      yield { type: 'ping' };
      yield { type: 'error', error: { type: 'invalid_request_error' } };
    });

    for await (const _ of stream);

    expect([breaker.state, breaker.getMetrics().ignoredCalls]).toEqual(['closed', 1]);
  });

  it('makes a stream fail that tells of an error and goes on', async () => {
    const { breaker } = breakerWith({ profile: llm(), failureThreshold: 1 });
    const seen: unknown[] = [];
    const stream = breaker.stream(async function* () {
      yield { type: 'text-delta', text: 'a' };
      yield { type: 'error', error: { type: 'server_error', code: 'server_error' } };
      yield { type: 'finish' };
    });

    for await (const item of stream) seen.push(item);

    expect(seen).toHaveLength(3);
    expect([breaker.state, breaker.getMetrics().failureTypes]).toEqual(['open', { server_error: 1 }]);
  });

  it('also if its consumer leaves after the error', async () => {
    const { breaker } = breakerWith({ profile: llm(), failureThreshold: 1 });
    const stream = breaker.stream(async function* () {
      yield { type: 'error', error: { type: 'overloaded_error' } };
      yield { type: 'finish' };
    });

    for await (const _ of stream) break;

    expect(breaker.state).toBe('open');
  });

  it('decides a probe by the first item of content, and not by a ping or a role', async () => {
    const { breaker } = readyToProbe(breakerWith({ ...circuits, profile: llm() }));
    const states: string[] = [];
    const stream = breaker.stream(async function* () {
      yield { type: 'ping' };
      yield { choices: [{ delta: { role: 'assistant', content: '' } }] };
      yield { choices: [{ delta: { content: 'a' } }] };
    });

    for await (const _ of stream) states.push(breaker.state);

    expect(states).toEqual(['half_open', 'half_open', 'closed']);
  });

  it('counts a returned response by its status', async () => {
    const { breaker } = breakerWith({ profile: http() });

    await breaker.call(async () => new Response('', { status: 503 }));

    expect(breaker.getMetrics().failureTypes).toEqual({ 503: 1 });
    breaker.trip();
    const lastFailure = { name: 'Response', status: 503 };
    expect(await errorOf(breaker.call(() => 'never'))).toMatchObject({ lastFailure });
  });
});

describe('verdictOf()', () => {
  it('is the verdict of a breaker, also for rejections and failed fallbacks', () => {
    const rejection = new CircuitBreakerOpenError('inner',
      { state: 'open', reason: 'error_rate', retryAfterMs: 5_000, lastFailure: undefined, cause: undefined });
    const fallback = new CircuitBreakerFallbackError('inner', error({ status: 404 }), []);

    expect([judged(http(), rejection), judged(http(), fallback)]).toEqual(['ignored', 'ignored']);
  });
});

describe('a preset', () => {
  it.each([
    ['database', presets.database, { code: '42P01' }, { code: '08006' }],
    ['authService', presets.authService, { status: 401 }, { status: 503 }],
    ['llmService', presets.llmService, { status: 400 }, { status: 429 }],
    ['clickhouse', presets.clickhouse, { code: '62', type: 'SYNTAX_ERROR' }, { code: '159', type: 'TIMEOUT' }],
    ['redis', presets.redis, { name: 'ReplyError', message: 'ERR unknown command' }, { code: 'ECONNRESET' }],
  ])('%s has a profile', async (_name, preset, ignored, counted) => {
    const { breaker } = breakerWith(preset);

    const settled = [
      await breaker.tryCall(() => Promise.reject(error(ignored))),
      await breaker.tryCall(() => Promise.reject(error(counted))),
    ];

    expect(settled.map(({ status }) => status)).toEqual(['ignored', 'failure']);
  });
});

describe('hostile errors, responses and items', () => {
  const profiles = [http(), database(), redis(), llm(), grpc(), aws()];

  it('never make a profile throw', () => {
    fc.assert(
      fc.property(hostileSubjects(), (subject) => {
        for (const profile of profiles) {
          judged(profile, subject);
          returned(profile, subject);
          returned(profile, [subject, [subject]]);
          profile.item?.(subject);
        }
      }),
      { numRuns: HOSTILE_RUNS },
    );
    expect(profiles).toHaveLength(6);
  });
});
