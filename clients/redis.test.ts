import { createClient } from 'redis';
import { afterAll, describe, expect, it } from 'vitest';
import { redis } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { eachOf, verdictOn } from './support/outcomes.ts';
import { startRedis } from './support/redis-server.ts';

const server = await startRedis();
const full = await startRedis({ full: true });
const closed = await closedPort();
const clients: { readonly isOpen: boolean; destroy(): void }[] = [];

interface Options {
  readonly port?: number;
  readonly socketTimeout?: number;
}

/** A client that doesn't reconnect, so that a call fails by what happened to it. */
function make({ port = server.port, ...socket }: Options = {}) {
  const client = createClient({ socket: { port, host: '127.0.0.1', reconnectStrategy: false, ...socket } });
  client.on('error', () => {});
  clients.push(client);
  return client;
}

const connect = (options?: Options) => make(options).connect();

afterAll(async () => {
  for (const each of clients) if (each.isOpen) each.destroy();
  await Promise.all([server.close(), full.close()]);
});

const client = await connect();
const gets = (...keys: readonly string[]) => eachOf(keys, (key) => client.get(key));

describeClient({
  name: 'redis 6.3',
  profileName: 'redis()',
  profile: redis(),
  situations: {
    'request error': {
      ...gets('WRONGTYPE', 'NOAUTH', 'WRONGPASS', 'NOPERM', 'BUSYGROUP', 'BUSYKEY'),
      NOSCRIPT: () => client.evalSha('unknown'),
      'unknown command': () => client.sendCommand(['NOSUCH', 'key']),
      arity: () => client.sendCommand(['GET']),
      'pipeline of WRONGTYPE': () => client.multi().get('WRONGTYPE').get('WRONGTYPE').execAsPipeline(),
      'multi of a key that has changed': () => client.multi().get('changed').exec(),
      'multi of WRONGTYPE': () => client.multi().get('key').get('WRONGTYPE').exec(),
    },
    'server error': {
      ...gets('LOADING', 'READONLY', 'OOM', 'BUSY', 'CLUSTERDOWN', 'MASTERDOWN', 'TRYAGAIN', 'MISCONF', 'NOREPLICAS'),
      pipeline: () => client.multi().set('READONLY', 1).set('READONLY', 2).execAsPipeline(),
      multi: () => client.multi().set('READONLY', 1).set('READONLY', 2).exec(),
      'part of a multi': () => client.multi().get('key').get('WRONGTYPE').get('late OOM').exec(),
    },
    overload: { 'too many clients': () => connect({ port: full.port }) },
    refused: {
      'while it connects': () => connect({ port: closed }),
      'after it failed to connect': async () => {
        const one = make({ port: closed });
        await one.connect().catch(() => {});
        return one.get('key');
      },
    },
    reset: async () => (await connect()).get('reset'),
    hang: async () => (await connect()).get('hang'),
    'own timeout': async () => (await connect({ socketTimeout: 100 })).get('hang'),
    abort: async (signal) => (await connect()).withAbortSignal(signal).get('hang'),
  },
  notes: { 'wait 2 s': 'none is asked for', abort: 'a command that was sent may still run' },
});

describe('aborts of redis', () => {
  it('ignores a command that was aborted before it was sent', async () => {
    const call = client.withAbortSignal(AbortSignal.abort()).get('key');

    expect(await verdictOn(call, redis())).toBe('ignored');
  });
});
