import { along, matches } from '../core/facts.ts';
import { safeGet } from '../core/untrusted.ts';
import type { Facts } from './facts.ts';
import { aborts } from './http.ts';
import { type ProfileOptions, profileOptions, type ProfileRule, type RuleProfile, ruleProfile } from './profile.ts';

/** Lost connections, missing resources, shutdowns, system errors, internal errors, a statement timeout, read-only. */
const SERVER_STATE = /^(?:08|53|57P|58|XX|57014|25006)/;

/** Too many connections, out of memory, network, shut down, timed out, killed, read-only, gone away. */
const MYSQL_SERVER: ReadonlySet<unknown> = /* @__PURE__ */ new Set([
  1030, 1037, 1040, 1041, 1053, 1129, 1158, 1159, 1160, 1161, 1203, 1226, 1290, 1317, 1836, 1927, 2002, 2003, 2006,
  2013, 3024, 4031,
]);

/** Unreachable, timed out, shut down, no primary, memory, rate limit. */
const MONGO_SERVER: ReadonlySet<unknown> = /* @__PURE__ */ new Set([
  6, 7, 50, 64, 89, 91, 133, 134, 146, 189, 202, 262, 462, 9_001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436,
  16_500,
]);

/** Exceptions of ClickHouse itself: timeout, network, memory, too many queries. */
const CLICKHOUSE_SERVER: ReadonlySet<string> = /* @__PURE__ */ new Set(
  ['159', '202', '209', '210', '236', '241', '242', '319'],
);

/** What ORMs throw before or after a query that the database has answered. */
const ORM_ERRORS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'SequelizeValidationError', 'SequelizeEmptyResultError', 'EntityNotFoundError', 'EntityMetadataNotFoundError',
  'TransactionRollbackError', 'PrismaClientValidationError', 'MongoAPIError',
]);

const PRISMA = /^P\d{4}$/;
/** The server can't be reached or used, the pool is exhausted, a transaction takes too long, the driver fails. */
const PRISMA_SERVER = /^P(?:[156]\d{3}|2024|2028|2036|2037)$/;
/** Raw queries, and errors that Prisma has no code for. The adapter's error tells more. */
const PRISMA_OTHER = /^P(?:2010|2039)$/;
const PRISMA_KINDS =
  /^(?:DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TlsConnectionError|GenericJs)$/;

const read = (subject: unknown, key: string): unknown => along(subject, (each) => safeGet(each, key));

function prismaCode({ subject, codes }: Facts): string | undefined {
  return [...codes, read(subject, 'errorCode')].map(String).find((code) => PRISMA.test(code));
}

function isPrismaServer(code: string, { subject }: Facts): boolean {
  const adapterError = safeGet(safeGet(read(subject, 'meta'), 'driverAdapterError'), 'cause');
  const original = safeGet(adapterError, 'originalCode');
  const isOfServer = matches(PRISMA_KINDS, safeGet(adapterError, 'kind')) || matches(SERVER_STATE, original)
    || MYSQL_SERVER.has(Number(original));
  return PRISMA_SERVER.test(code) || (PRISMA_OTHER.test(code) && isOfServer);
}

/** The number of MySQL and MariaDB. */
function mysqlNumber({ subject }: Facts): number | undefined {
  const number = read(subject, 'errno');
  return typeof number === 'number' && number >= 1_000 ? number : undefined;
}

function mongoCode({ names, codes }: Facts): number | undefined {
  const code = codes.find((each) => typeof each === 'number');
  return names.includes('MongoServerError') ? (code as number | undefined) : undefined;
}

/** Only ClickHouse has numbers as text. */
function clickhouseCode({ codes }: Facts): string | undefined {
  return codes.find((code) => typeof code === 'string' && /^\d{1,4}$/.test(code)) as string | undefined;
}

/** A SQLSTATE, also one that a function of the user raises. Errors of PostgreSQL have a severity. */
function sqlStateOf({ subject, codes, sqlState }: Facts): string | undefined {
  if (sqlState !== undefined || typeof read(subject, 'severity') !== 'string') return sqlState;
  return codes.map(String).find((code) => /^[0-9A-Z]{5}$/.test(code));
}

/** One database: the code of its errors, and which codes are the server's fault. */
const codes = <Code>(
  server: string, others: string, codeOf: (facts: Facts) => Code | undefined,
  isOfServer: (code: Code, facts: Facts) => boolean,
): readonly ProfileRule[] => [
  {
    when: server,
    fits: (facts) => {
      const code = codeOf(facts);
      return code !== undefined && isOfServer(code, facts);
    },
    verdict: 'failure',
  },
  { when: others, fits: (facts) => codeOf(facts) !== undefined, verdict: 'ignored', answers: true },
];

const createRules = (): readonly ProfileRule[] => [
  ...codes(
    'Prisma: `P1xxx`, `P5xxx`, `P6xxx`, `P2024`, `P2028`, `P2036`, `P2037`, and what the adapter blames on the server',
    'Prisma: any other code', prismaCode, isPrismaServer,
  ),
  { when: 'MySQL: a fatal error', fits: ({ subject }) => read(subject, 'fatal') === true, verdict: 'failure' },
  ...codes(
    'MySQL: too many connections, out of resources, network, shut down, timed out, killed, read-only, gone away',
    'MySQL: any other number', mysqlNumber, (number) => MYSQL_SERVER.has(number),
  ),
  ...codes(
    'MongoDB: unreachable, timed out, shut down, no primary, out of memory, rate limit',
    'MongoDB: any other code of the server', mongoCode, (code) => MONGO_SERVER.has(code),
  ),
  ...codes(
    'ClickHouse: timeout, network, memory, too many queries', 'ClickHouse: any other code', clickhouseCode,
    (code) => CLICKHOUSE_SERVER.has(String(code)),
  ),
  ...codes(
    'SQLSTATE of class 08, 53, 57P, 58 or XX, `57014` (statement timeout), `25006` (read-only)',
    'any other SQLSTATE', sqlStateOf, (state) => SERVER_STATE.test(state),
  ),
  {
    when: 'what an ORM throws without asking the database, such as a validation error',
    fits: ({ names }) => names.some((name) => ORM_ERRORS.has(name)),
    verdict: 'ignored',
  },
  aborts,
];

const rules = /* @__PURE__ */ createRules();

/**
 * For databases: PostgreSQL, MySQL and MariaDB, MongoDB and ClickHouse, with their drivers and with Prisma, Sequelize,
 * TypeORM, Drizzle and Knex. Errors of a statement are ignored.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function database(options?: ProfileOptions): RuleProfile {
  return ruleProfile({ name: 'database', rules }, profileOptions('database', options));
}
