import { describe, expect, it } from 'vitest';
import { presets } from '../../src/presets/index.ts';
import { isCommandError, isQueryError, isRequestError, isStatementError } from '../../src/presets/node-errors.ts';
import { breakerWith } from '../support/breaker.ts';

const error = (message: string, properties: object, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), properties);

describe('errors that the dependency did not cause', () => {
  it.each<[title: string, ignores: (thrown: unknown) => boolean, thrown: unknown, expected: boolean]>([
    ['a missing table in PostgreSQL', isStatementError, error('no relation', { code: '42P01' }), true],
    ['a serialization failure in PostgreSQL', isStatementError, error('serialize', { code: '40001' }), true],
    ['SQL behind an ORM', isStatementError, error('failed', {}, error('duplicate', { code: '23505' })), true],
    ['PostgreSQL that shuts down', isStatementError, error('terminating connection', { code: '57P01' }), false],
    ['PostgreSQL with too many clients', isStatementError, error('too many clients', { code: '53300' }), false],
    ['a connection lost without a code', isStatementError, error('Connection terminated', {}), false],
    ['a failed connection', isStatementError, error('connect', { code: 'ECONNREFUSED', errno: -111 }), false],
    ['a broken pipe', isStatementError, error('write', { code: 'EPIPE' }), false],
    ['SQL of MySQL', isStatementError, error('syntax', { code: 'ER_PARSE_ERROR', errno: 1064 }), true],
    ['MySQL that is gone', isStatementError, error('gone', { errno: 2006 }), false],
    ['a fatal error of MySQL', isStatementError, error('fatal', { errno: 1129, fatal: true }), false],
    ['a bad request', isRequestError, error('bad', { status: 400 }), true],
    ['rejected credentials', isRequestError, error('no', { statusCode: 401 }), true],
    ['a rate limit', isRequestError, error('slow down', { status: 429 }), false],
    ['a request timeout of the server', isRequestError, error('slow', { status: 408 }), false],
    ['an overloaded model', isRequestError, error('overloaded', { status: 529 }), false],
    ['a failed fetch', isRequestError, error('fetch failed', {}, error('connect', { code: 'ECONNREFUSED' })), false],
    ['a wrong query of ClickHouse', isQueryError, error('syntax', { code: '62' }), true],
    ['too many queries of ClickHouse', isQueryError, error('too many', { code: '202' }), false],
    ['ClickHouse out of reach', isQueryError, error('socket', { code: 'ECONNRESET' }), false],
    ['a wrong command of Redis', isCommandError, error('WRONGTYPE Operation', { name: 'ReplyError' }), true],
    ['Redis that loads its data', isCommandError, error('LOADING Redis', { name: 'ReplyError' }), false],
    ['Redis out of reach', isCommandError, error("Stream isn't writeable", {}), false],
    ['undefined', isCommandError, undefined, false],
  ])('are recognized when one is %s', (_title, ignores, thrown, expected) => {
    expect(ignores(thrown)).toBe(expected);
  });

  it.each([
    ['database', presets.database, { code: '42P01' }, { code: '08006' }],
    ['authService', presets.authService, { status: 401 }, { status: 503 }],
    ['llmService', presets.llmService, { status: 400 }, { status: 429 }],
    ['clickhouse', presets.clickhouse, { code: '62' }, { code: '159' }],
    ['redis', presets.redis, { name: 'ReplyError', message: 'ERR unknown command' }, { code: 'ECONNRESET' }],
  ])('are ignored by %s, which counts others', async (_name, preset, ignored, counted) => {
    const { breaker } = breakerWith(preset);

    const settled = [
      await breaker.tryCall(() => Promise.reject(error('no', ignored))),
      await breaker.tryCall(() => Promise.reject(error('no', counted))),
    ];

    expect(settled.map(({ status }) => status)).toEqual(['ignored', 'failure']);
  });

  it('are recognized when a property of an error throws', () => {
    const trap = new Proxy(new Error('trap'), { get: () => { throw new Error('no'); } });
    const filters = [isStatementError, isRequestError, isQueryError, isCommandError];

    expect(filters.map((ignores) => ignores(trap))).toEqual([false, false, false, false]);
  });
});
