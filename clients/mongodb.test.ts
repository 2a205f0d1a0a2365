import { type Collection, MongoClient, type MongoClientOptions } from 'mongodb';
import { afterAll } from 'vitest';
import { database } from '../src/profiles/index.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { startMongo } from './support/mongo-server.ts';
import { behind, each } from './support/variants.ts';

const server = await startMongo();
const refused = await closedPort();
const clients: MongoClient[] = [];
const orders = connect();

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
});

function connect(options: MongoClientOptions = {}, port = server.port): Collection {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}`, options);
  clients.push(client);
  return client.db('shop').collection('orders');
}

const find = (comment: string, on = orders, signal?: AbortSignal): Promise<unknown> =>
  on.find({}, { comment, ...(signal && { signal }) }).toArray();
const insert = (comment: string, on = orders): Promise<unknown> => on.insertOne({ name: 'a' }, { comment });

describeClient({
  name: 'mongodb 7.9',
  profileName: 'database()',
  profile: database(),
  situations: {
    'request error': {
      'duplicate key (11000)': () => insert('write 11000'),
      'duplicate key of many (11000)': () => orders.insertMany([{}, {}], { comment: 'write 11000' }),
      ...each({ 'bad value': 2, 'command not found': 59, 'write conflict': 112 }, (code) => find(`fail ${code}`)),
      'invalid before it is sent': () => orders.updateOne({}, { name: 'a' }),
    },
    'server error': each(
      {
        'interrupted at shutdown': 11_600,
        'shutdown in progress': 91,
        'primary stepped down': 189,
        'not primary, no secondary ok': 13_435,
        'not writable primary': 10_107,
        'max time expired': 50,
      },
      (code) => insert(`fail ${code}`),
    ),
    overload: each({ 'ingress request rate limit exceeded': 462 }, (code) => find(`fail ${code}`)),
    refused: () => find('', connect({ serverSelectionTimeoutMS: 200 }, refused)),
    reset: { 'of a read': () => find('reset'), 'of a write': () => insert('reset') },
    hang: () => find('hang'),
    'own timeout': {
      socketTimeoutMS: () => insert('hang', connect({ socketTimeoutMS: 100 })),
      'waitQueueTimeoutMS, a full pool': () => {
        const full = connect({ maxPoolSize: 1, waitQueueTimeoutMS: 100 });
        return behind(find('hang', full), () => find('', full));
      },
    },
    abort: (signal) => find('hang', orders, signal),
  },
  notes: { 'wait 2 s': 'none is asked for' },
});
