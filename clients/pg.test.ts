import pg from 'pg';
import { afterAll } from 'vitest';
import { database } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { startPostgres } from './support/postgres-server.ts';
import { behind, each, SERVER_ERRORS, STATEMENT_ERRORS } from './support/variants.ts';

const server = await startPostgres();
const refused = await closedPort();
const pool = createPool();

afterAll(() => server.close());

/** A connection is used once, so that no test meets what another one left of it. */
function createPool(options: pg.PoolConfig = {}): pg.Pool {
  const created = new pg.Pool({ host: '127.0.0.1', port: server.port, user: 'app', maxUses: 1, ...options });
  // A pool without a listener throws when an idle connection is lost.
  return created.on('error', () => {});
}

const fail = (sqlState: string): Promise<unknown> => pool.query(`SELECT 'fail ${sqlState}'`);
const hang = (on: pg.Pool): Promise<unknown> => on.query(`SELECT 'hang'`);

describeClient({
  name: 'pg 8.23',
  profileName: 'database()',
  profile: database(),
  situations: {
    'request error': {
      ...each(STATEMENT_ERRORS, fail),
      'with a parameter': () => pool.query('INSERT INTO orders VALUES ($1)', ['fail 23505']),
    },
    'server error': {
      ...each(SERVER_ERRORS, fail),
      'cannot connect now, at the start': () => createPool({ database: 'fail_57P03' }).query('SELECT 1'),
      'the server closes the connection': () => pool.query(`SELECT 'end'`),
    },
    overload: () => createPool({ database: 'fail_53300' }).query('SELECT 1'),
    refused: () => createPool({ port: refused }).query('SELECT 1'),
    reset: {
      'of a query': () => pool.query(`SELECT 'reset'`),
      'at the start': () => createPool({ database: 'reset' }).query('SELECT 1'),
    },
    hang: () => hang(pool),
    'own timeout': {
      query_timeout: () => hang(createPool({ query_timeout: 100 })),
      'connectionTimeoutMillis, a full pool': () => {
        const full = createPool({ max: 1, connectionTimeoutMillis: 100 });
        return behind(hang(full), () => full.query('SELECT 1'));
      },
      'connectionTimeoutMillis, a silent server': () =>
        createPool({ database: 'hang', connectionTimeoutMillis: 100 }).query('SELECT 1'),
    },
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'takes no signal' },
});
