import { afterAll } from 'vitest';
import { database } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { startPostgres } from './support/postgres-server.ts';
import { createPrisma, type Prisma, type PrismaOptions } from './support/prisma-client.ts';
import { behind, each, SERVER_ERRORS, STATEMENT_ERRORS } from './support/variants.ts';

const server = await startPostgres();
const refused = await closedPort();
const prisma = connect();

afterAll(() => server.close());

/** A connection is used once, so that no test meets what another one left of it. */
function connect(options: PrismaOptions = {}): Prisma {
  return createPrisma({ host: '127.0.0.1', port: server.port, user: 'app', maxUses: 1, ...options });
}

const find = (name: string, on = prisma): Promise<unknown> => on.order.findMany({ where: { name } });
const fail = (sqlState: string): unknown => find(`fail ${sqlState}`);
const failRaw = (sqlState: string): unknown => prisma.$queryRawUnsafe(`SELECT 'fail ${sqlState}'`);

/** A raw query ends in P2010 whatever happened, and a statement in P2039 where Prisma has no code of its own. */
function raw(variants: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variants).map(([name, code]) => [`raw: ${name}`, code]));
}

describeClient({
  name: 'prisma 7.10 with pg',
  profileName: 'database()',
  profile: database(),
  situations: {
    'request error': {
      ...each(STATEMENT_ERRORS, fail),
      ...each(raw(STATEMENT_ERRORS), failRaw),
      'of an insert (P2002)': () => prisma.order.create({ data: { id: 1, name: 'fail 23505' } }),
      'no such row (P2025)': () => prisma.order.findUniqueOrThrow({ where: { id: 1 } }),
      'invalid before it is sent': () => prisma.order.findUniqueOrThrow({ where: { id: 'one' as never } }),
    },
    'server error': {
      ...each(SERVER_ERRORS, fail),
      ...each(raw(SERVER_ERRORS), failRaw),
      'cannot connect now, at the start': () => find('', connect({ database: 'fail_57P03' })),
      'the server closes the connection': () => find('end'),
      'raw: the server closes the connection': () => prisma.$queryRawUnsafe(`SELECT 'end'`),
    },
    overload: {
      '(P2037)': () => find('', connect({ database: 'fail_53300' })),
      'raw (P2010)': () => connect({ database: 'fail_53300' }).$queryRawUnsafe('SELECT 1'),
    },
    refused: {
      '(P1001)': () => find('', connect({ port: refused })),
      'raw (P2010)': () => connect({ port: refused }).$queryRawUnsafe('SELECT 1'),
      'in a transaction': () => connect({ port: refused }).$transaction(async () => 1, {}),
    },
    reset: {
      'of a query': () => find('reset'),
      'of a raw query': () => prisma.$queryRawUnsafe(`SELECT 'reset'`),
    },
    hang: () => find('hang'),
    'own timeout': {
      'query_timeout of pg': () => find('hang', connect({ query_timeout: 100 })),
      'connectionTimeoutMillis, a full pool': () => {
        const full = connect({ max: 1, connectionTimeoutMillis: 100 });
        return behind(find('hang', full), () => find('', full));
      },
      'connectionTimeoutMillis, a silent server': () =>
        find('', connect({ database: 'hang', connectionTimeoutMillis: 100 })),
      'maxWait of a transaction (P2028)': () => {
        const full = connect({ max: 1 });
        return behind(find('hang', full), () => full.$transaction(async () => 1, { maxWait: 100 }));
      },
      'timeout of a transaction (P2028)': () =>
        connect().$transaction(
          async (transaction) => {
            await new Promise((resolve) => setTimeout(resolve, 200));
            return find('', transaction);
          },
          { timeout: 100 },
        ),
    },
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'takes no signal' },
});
