import { DataTypes, type Options, Sequelize } from 'sequelize';
import { afterAll } from 'vitest';
import { database } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { startPostgres } from './support/postgres-server.ts';
import { behind, each, SERVER_ERRORS, STATEMENT_ERRORS } from './support/variants.ts';

const server = await startPostgres();
const refused = await closedPort();
const sequelize = createSequelize();
const Orders = sequelize.define('order', { name: { type: DataTypes.STRING, allowNull: false } });

afterAll(() => server.close());

/** A connection is used once, so that no test meets what another one left of it. */
function createSequelize({ pool, ...options }: Options = {}): Sequelize {
  return new Sequelize({
    dialect: 'postgres',
    host: '127.0.0.1',
    port: server.port,
    username: 'app',
    database: 'shop',
    logging: false,
    pool: { maxUses: 1, ...pool },
    ...options,
  });
}

const fail = (sqlState: string): unknown => sequelize.query(`SELECT 'fail ${sqlState}'`);
const hang = (on: Sequelize): Promise<unknown> => on.query(`SELECT 'hang'`);

describeClient({
  name: 'sequelize 6.37 with pg',
  profileName: 'database()',
  profile: database(),
  situations: {
    'request error': {
      ...each(STATEMENT_ERRORS, fail),
      'foreign key violation': () => fail('23503'),
      'of an insert': () => Orders.create({ name: 'fail 23505' }),
      'invalid before it is sent': () => Orders.create({}),
      'no such row': () => Orders.findOne({ rejectOnEmpty: true }),
    },
    'server error': {
      ...each(SERVER_ERRORS, fail),
      'cannot connect now, at the start': () => createSequelize({ database: 'fail_57P03' }).query('SELECT 1'),
      'the server closes the connection': () => sequelize.query(`SELECT 'end'`),
    },
    overload: () => createSequelize({ database: 'fail_53300' }).query('SELECT 1'),
    refused: () => createSequelize({ port: refused }).query('SELECT 1'),
    reset: {
      'of a query': () => sequelize.query(`SELECT 'reset'`),
      'at the start': () => createSequelize({ database: 'reset' }).query('SELECT 1'),
    },
    hang: () => hang(sequelize),
    'own timeout': {
      'query_timeout of pg': () => hang(createSequelize({ dialectOptions: { query_timeout: 100 } })),
      'acquire, a full pool': () => {
        const full = createSequelize({ pool: { max: 1, acquire: 100 } });
        return behind(hang(full), () => full.query('SELECT 1'));
      },
      'connectionTimeoutMillis, a silent server': () =>
        createSequelize({ database: 'hang', dialectOptions: { connectionTimeoutMillis: 100 } }).query('SELECT 1'),
    },
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'takes no signal' },
});
