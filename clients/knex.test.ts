import knex, { type Knex } from 'knex';
import { afterAll } from 'vitest';
import { database } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { startPostgres } from './support/postgres-server.ts';
import { behind, each, SERVER_ERRORS, STATEMENT_ERRORS } from './support/variants.ts';

const server = await startPostgres();
const refused = await closedPort();

afterAll(() => server.close());

/** One for each call, so that no test meets a connection that another one lost. */
function createKnex(connection: Knex.PgConnectionConfig = {}, options: Knex.Config = {}): Knex {
  return knex({
    client: 'pg',
    connection: { host: '127.0.0.1', port: server.port, user: 'app', ...connection },
    pool: { min: 0, max: 1 },
    log: { warn: () => {}, error: () => {} },
    ...options,
  });
}

const fail = (sqlState: string): PromiseLike<unknown> => createKnex().raw(`SELECT 'fail ${sqlState}'`);
const hang = (): Knex.Raw => createKnex().raw(`SELECT 'hang'`);

describeClient({
  name: 'knex 3.3 with pg',
  profileName: 'database()',
  profile: database(),
  situations: {
    'request error': {
      ...each(STATEMENT_ERRORS, fail),
      'of an insert': () => createKnex()('orders').insert({ name: 'fail 23505' }),
    },
    'server error': {
      ...each(SERVER_ERRORS, fail),
      'cannot connect now, at the start': () => createKnex({ database: 'fail_57P03' }).raw('SELECT 1'),
      'the server closes the connection': () => createKnex().raw(`SELECT 'end'`),
    },
    overload: () => createKnex({ database: 'fail_53300' }).raw('SELECT 1'),
    refused: () => createKnex({ port: refused }).raw('SELECT 1'),
    reset: {
      'of a query': () => createKnex().raw(`SELECT 'reset'`),
      'at the start': () => createKnex({ database: 'reset' }).raw('SELECT 1'),
    },
    hang,
    'own timeout': {
      timeout: () => hang().timeout(100),
      'timeout with cancel': () => hang().timeout(100, { cancel: true }),
      'acquireConnectionTimeout, a full pool': () => {
        const full = createKnex({}, { acquireConnectionTimeout: 100 });
        return behind(full.raw(`SELECT 'hang'`), () => full.raw('SELECT 1'));
      },
      'acquireConnectionTimeout, a silent server': () =>
        createKnex({ database: 'hang' }, { acquireConnectionTimeout: 100 }).raw('SELECT 1'),
    },
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'takes no signal' },
});
