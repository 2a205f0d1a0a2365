import { alongCauses } from '../core/error-filter.ts';
import { peek } from '../core/untrusted.ts';

/** HTTP: the request was wrong, which says nothing about the service. 408 and 429 are the service's own. */
export const isRequestError = (error: unknown): boolean =>
  alongCauses((each) => {
    const status = peek(each, 'status') ?? peek(each, 'statusCode');
    return typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 429;
  })(error);

/** Five letters and digits; never letters alone, as in EPIPE. */
const SQL_STATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** Connection lost, resources exhausted, shut down or not ready, system error: the database's own trouble. */
const SERVER_STATE = /^(08|53|57P|58|XX)/;
/** MySQL's own: too many connections, too many of a user, gone away, lost during the query. */
const SERVER_NUMBERS: ReadonlySet<unknown> = /* @__PURE__ */ new Set([1040, 1203, 2006, 2013]);

/** SQL: the statement was wrong, which says nothing about the database. By SQLSTATE for PostgreSQL, by `errno` for MySQL and MariaDB. */
export const isStatementError = (error: unknown): boolean =>
  alongCauses((each) => {
    const code = peek(each, 'code');
    const number = peek(each, 'errno');
    if (typeof number === 'number' && number >= 1_000) return peek(each, 'fatal') !== true && !SERVER_NUMBERS.has(number);
    return typeof code === 'string' && SQL_STATE.test(code) && !SERVER_STATE.test(code);
  })(error);

/** ClickHouse answers by the number of its exception; these are the server's own: timeout, network, memory, too many queries. */
const CLICKHOUSE_SERVER: ReadonlySet<unknown> = /* @__PURE__ */ new Set(['159', '202', '209', '210', '236', '241', '242', '319']);

/** ClickHouse: the query was wrong, which says nothing about the server. */
export const isQueryError = (error: unknown): boolean =>
  alongCauses((each) => {
    const code = peek(each, 'code');
    return typeof code === 'string' && /^\d+$/.test(code) && !CLICKHOUSE_SERVER.has(code);
  })(error);

const REPLY_NAMES: ReadonlySet<unknown> = /* @__PURE__ */ new Set(['ReplyError', 'ErrorReply', 'SimpleError']);
/** What a server says that cannot serve now. */
const REDIS_SERVER = /^(LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|READONLY|OOM|TRYAGAIN|MISCONF)\b/;

/** Redis: the command was wrong, which says nothing about the server. */
export const isCommandError = (error: unknown): boolean =>
  alongCauses((each) => REPLY_NAMES.has(peek(each, 'name')) && !REDIS_SERVER.test(String(peek(each, 'message'))))(error);
