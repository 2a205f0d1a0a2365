import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll } from 'vitest';
import { database } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { startPostgres } from './support/postgres-server.ts';
import { behind, each, SERVER_ERRORS, STATEMENT_ERRORS } from './support/variants.ts';

const server = await startPostgres();
const refused = await closedPort();
const orders = pgTable('orders', { id: integer(), name: text() });
const db = createDrizzle();

afterAll(() => server.close());

/** A connection is used once, so that no test meets what another one left of it. */
function createDrizzle(options: pg.PoolConfig = {}) {
  const pool = new pg.Pool({ host: '127.0.0.1', port: server.port, user: 'app', maxUses: 1, ...options });
  // A pool without a listener throws when an idle connection is lost.
  return drizzle(pool.on('error', () => {}));
}

const fail = (sqlState: string): unknown => db.execute(sql.raw(`SELECT 'fail ${sqlState}'`));
const hang = sql`SELECT 'hang'`;

describeClient({
  name: 'drizzle-orm 0.45 with pg',
  profileName: 'database()',
  profile: database(),
  situations: {
    'request error': {
      ...each(STATEMENT_ERRORS, fail),
      'of an insert': () => db.insert(orders).values({ id: 1, name: 'fail 23505' }),
      'rolled back by the caller': () => db.transaction(async (transaction) => transaction.rollback()),
    },
    'server error': {
      ...each(SERVER_ERRORS, fail),
      'cannot connect now, at the start': () => createDrizzle({ database: 'fail_57P03' }).execute('SELECT 1'),
      'the server closes the connection': () => db.execute(`SELECT 'end'`),
    },
    overload: () => createDrizzle({ database: 'fail_53300' }).execute('SELECT 1'),
    refused: {
      '': () => createDrizzle({ port: refused }).execute('SELECT 1'),
      'in a transaction': () => createDrizzle({ port: refused }).transaction(async () => 1),
    },
    reset: () => db.execute(`SELECT 'reset'`),
    hang: () => db.execute(hang),
    'own timeout': {
      query_timeout: () => createDrizzle({ query_timeout: 100 }).execute(hang),
      'connectionTimeoutMillis, a full pool': () => {
        const full = createDrizzle({ max: 1, connectionTimeoutMillis: 100 });
        return behind(full.execute(hang), () => full.execute('SELECT 1'));
      },
      'connectionTimeoutMillis, a silent server': () =>
        createDrizzle({ database: 'hang', connectionTimeoutMillis: 100 }).execute('SELECT 1'),
    },
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'takes no signal' },
});
