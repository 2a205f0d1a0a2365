import { createPool, type Pool, type PoolOptions } from 'mysql2/promise';
import { afterAll } from 'vitest';
import { database } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { startMysql } from './support/mysql-server.ts';
import { behind, each } from './support/variants.ts';

const server = await startMysql();
const full = await startMysql('full');
const silent = await startMysql('silent');
const refused = await closedPort();
const pool = connect();

afterAll(() => Promise.all([server.close(), full.close(), silent.close()]));

function connect(options: PoolOptions = {}): Pool {
  return createPool({ host: '127.0.0.1', port: server.port, user: 'app', ...options });
}

const fail = (number: number): unknown => pool.query(`SELECT 'fail ${number}'`);

describeClient({
  name: 'mysql2 3.24',
  profileName: 'database()',
  profile: database(),
  situations: {
    'request error': each(
      { 'duplicate entry': 1062, 'parse error': 1064, 'no such table': 1146, 'lock wait': 1205, deadlock: 1213 },
      fail,
    ),
    'server error': {
      ...each(
        {
          'read-only, as after a failover': 1290,
          'read-only mode': 1836,
          'server shutdown': 1053,
          'out of resources': 1041,
          'max_execution_time exceeded': 3024,
          'connection killed': 1927,
        },
        fail,
      ),
      'the server closes the connection': () => pool.query(`SELECT 'end'`),
    },
    overload: {
      'too many connections (1040)': () => connect({ port: full.port }).query('SELECT 1'),
      ...each({ 'too many connections of the user': 1203 }, fail),
    },
    refused: () => connect({ port: refused }).query('SELECT 1'),
    reset: () => pool.query(`SELECT 'reset'`),
    hang: () => pool.query(`SELECT 'hang'`),
    'own timeout': {
      'timeout of a query': () => pool.query({ sql: `SELECT 'hang'`, timeout: 100 }),
      connectTimeout: () => connect({ port: silent.port, connectTimeout: 100 }).query('SELECT 1'),
      'queueLimit, a full pool': () => {
        const one = connect({ connectionLimit: 1, queueLimit: 1 });
        one.query(`SELECT 'hang'`).catch(() => {});
        return behind(one.query('SELECT 1'), () => one.query('SELECT 1'));
      },
      'waitForConnections: false, a full pool': () => {
        const one = connect({ connectionLimit: 1, waitForConnections: false });
        return behind(one.query(`SELECT 'hang'`), () => one.query('SELECT 1'));
      },
    },
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'takes no signal' },
});
