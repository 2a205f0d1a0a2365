import { DataSource, EntitySchema } from 'typeorm';
import { afterAll } from 'vitest';
import { database } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { startPostgres } from './support/postgres-server.ts';
import { behind, each, SERVER_ERRORS, STATEMENT_ERRORS } from './support/variants.ts';

interface Order {
  id: number;
  name: string;
}

const Orders = new EntitySchema<Order>({
  name: 'Order',
  columns: { id: { type: Number, primary: true }, name: { type: String } },
});

const server = await startPostgres();
const refused = await closedPort();
const source = await connect();

afterAll(() => server.close());

/** A connection is used once, so that no test meets what another one left of it. */
function connect(options: object = {}): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    host: '127.0.0.1',
    port: server.port,
    username: 'app',
    entities: [Orders],
    poolErrorHandler: () => {},
    extra: { maxUses: 1 },
    ...options,
  }).initialize();
}

const fail = (sqlState: string): unknown => source.query(`SELECT 'fail ${sqlState}'`);
const hang = (on: DataSource): Promise<unknown> => on.query(`SELECT 'hang'`);

describeClient({
  name: 'typeorm 1.1 with pg',
  profileName: 'database()',
  profile: database(),
  situations: {
    'request error': {
      ...each(STATEMENT_ERRORS, fail),
      'of an insert': () => source.getRepository(Orders).insert({ id: 1, name: 'fail 23505' }),
      'no such entity': () => source.getRepository(Orders).findOneByOrFail({ id: 1 }),
    },
    'server error': {
      ...each(SERVER_ERRORS, fail),
      'cannot connect now, at the start': () => connect({ database: 'fail_57P03' }),
      'the server closes the connection': () => source.query(`SELECT 'end'`),
    },
    overload: () => connect({ database: 'fail_53300' }),
    refused: () => connect({ port: refused }),
    reset: {
      'of a query': () => source.query(`SELECT 'reset'`),
      'at the start': () => connect({ database: 'reset' }),
    },
    hang: () => hang(source),
    'own timeout': {
      'query_timeout of pg': async () => hang(await connect({ extra: { query_timeout: 100 } })),
      'connectTimeoutMS, a full pool': async () => {
        const full = await connect({ poolSize: 1, connectTimeoutMS: 100 });
        return behind(hang(full), () => full.query('SELECT 1'));
      },
      'connectTimeoutMS, a silent server': () => connect({ database: 'hang', connectTimeoutMS: 100 }),
    },
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'takes no signal' },
});
