import { alongCauses } from '../core/error-filter.ts';
import { safeGet } from '../core/untrusted.ts';

/** Returns true for an HTTP status 4xx, which the request caused. 408 and 429 tell about the service. */
export const isRequestError = (error: unknown): boolean =>
  alongCauses((each) => {
    const status = safeGet(each, 'status') ?? safeGet(each, 'statusCode');
    return typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 429;
  })(error);

/** Five letters and digits. Letters alone are a system error, such as EPIPE. */
const SQL_STATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** The database fails: connection lost, resources exhausted, shut down, not ready, system error. */
const SERVER_STATE = /^(08|53|57P|58|XX)/;
/** MySQL fails: too many connections, too many of one user, gone away, lost during the query. */
const SERVER_NUMBERS: ReadonlySet<unknown> = /* @__PURE__ */ new Set([1040, 1203, 2006, 2013]);

/**
 * Returns true for an error that the SQL statement caused: by SQLSTATE for PostgreSQL, by `errno` for MySQL and
 * MariaDB.
 */
export const isStatementError = (error: unknown): boolean =>
  alongCauses((each) => {
    const code = safeGet(each, 'code');
    const number = safeGet(each, 'errno');
    if (typeof number === 'number' && number >= 1_000) {
      return safeGet(each, 'fatal') !== true && !SERVER_NUMBERS.has(number);
    }
    return typeof code === 'string' && SQL_STATE.test(code) && !SERVER_STATE.test(code);
  })(error);

/** Exceptions of ClickHouse itself: timeout, network, memory, too many queries. */
const CLICKHOUSE_SERVER: ReadonlySet<unknown> =
  /* @__PURE__ */ new Set(['159', '202', '209', '210', '236', '241', '242', '319']);

/** Returns true for an error that the ClickHouse query caused. */
export const isQueryError = (error: unknown): boolean =>
  alongCauses((each) => {
    const code = safeGet(each, 'code');
    return typeof code === 'string' && /^\d+$/.test(code) && !CLICKHOUSE_SERVER.has(code);
  })(error);

const REPLY_NAMES: ReadonlySet<unknown> = /* @__PURE__ */ new Set(['ReplyError', 'ErrorReply', 'SimpleError']);
/** Replies of a Redis server that can't serve now. */
const REDIS_SERVER = /^(LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|READONLY|OOM|TRYAGAIN|MISCONF)\b/;

/** Returns true for an error that the Redis command caused. */
export const isCommandError = (error: unknown): boolean =>
  alongCauses((each) =>
    REPLY_NAMES.has(safeGet(each, 'name')) && !REDIS_SERVER.test(String(safeGet(each, 'message'))))(error);
