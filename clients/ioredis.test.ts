import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { redis, verdictOf } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { eachOf } from './support/outcomes.ts';
import { startRedis } from './support/redis-server.ts';

const server = await startRedis();
const full = await startRedis({ full: true });
const closed = await closedPort();
const clients: Redis[] = [];

interface Options {
  readonly port?: number;
  readonly enableOfflineQueue?: boolean;
  readonly maxRetriesPerRequest?: number;
  readonly retryStrategy?: () => number;
  readonly commandTimeout?: number;
}

/** A client that neither reconnects nor retries, so that a call fails by what happened to it. */
function connect(options: Options = {}): Redis {
  const client = new Redis({ port: server.port, maxRetriesPerRequest: 0, retryStrategy: () => null, ...options });
  client.on('error', () => {});
  clients.push(client);
  return client;
}

afterAll(async () => {
  for (const client of clients) client.disconnect();
  await Promise.all([server.close(), full.close()]);
});

const client = connect();
const gets = (...keys: readonly string[]) => eachOf(keys, (key) => client.get(key));

describeClient({
  name: 'ioredis 6.0',
  profileName: 'redis()',
  profile: redis(),
  situations: {
    'request error': {
      ...gets('WRONGTYPE', 'NOAUTH', 'WRONGPASS', 'NOPERM', 'BUSYGROUP', 'BUSYKEY'),
      NOSCRIPT: () => client.evalsha('unknown', 0),
      'unknown command': () => client.call('NOSUCH', 'key'),
      arity: () => client.call('GET'),
      'pipeline of WRONGTYPE': () => client.pipeline().get('WRONGTYPE').get('WRONGTYPE').exec(),
      'multi with an unknown command': () => client.multi().call('NOSUCH').exec(),
    },
    'server error': {
      ...gets('LOADING', 'READONLY', 'OOM', 'BUSY', 'CLUSTERDOWN', 'MASTERDOWN', 'TRYAGAIN', 'MISCONF', 'NOREPLICAS'),
      pipeline: () => client.pipeline().set('READONLY', 1).set('READONLY', 2).exec(),
      'part of a pipeline': () => client.pipeline().get('key').get('WRONGTYPE').set('READONLY', 1).exec(),
      multi: () => client.multi().set('READONLY', 1).set('READONLY', 2).exec(),
    },
    overload: { 'too many clients': () => connect({ port: full.port }).get('key') },
    refused: {
      'with a queue': () => connect({ port: closed }).get('key'),
      'without a queue': () => connect({ port: closed, enableOfflineQueue: false }).get('key'),
      'after a retry': () => connect({ port: closed, maxRetriesPerRequest: 1, retryStrategy: () => 1 }).get('key'),
    },
    reset: () => connect().get('reset'),
    hang: () => connect().get('hang'),
    'own timeout': () => connect({ commandTimeout: 100 }).get('hang'),
    abort: (signal) => {
      const one = connect();
      signal.addEventListener('abort', () => one.disconnect());
      return one.get('hang');
    },
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'takes no signal, so the command may still run' },
});

describe('results of ioredis', () => {
  it('counts a pipeline as a success when a command of several is wrong', async () => {
    const value = await client.pipeline().get('key').get('WRONGTYPE').exec();

    expect(verdictOf({ status: 'success', value }, redis())).toBe('success');
  });

  it('counts a transaction as a success when a watched key has changed', async () => {
    const value = await client.multi().get('changed').exec();

    expect(verdictOf({ status: 'success', value }, redis())).toBe('success');
  });

  it('counts a transaction as a success when a command of several is wrong', async () => {
    const value = await client.multi().get('key').get('WRONGTYPE').exec();

    expect(verdictOf({ status: 'success', value }, redis())).toBe('success');
  });
});
