import { DynamoDBClient, type DynamoDBClientConfig, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { aws, verdictOf } from '../src/profiles/index.ts';
import { startAws } from './support/aws-server.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { eachOf, verdictOn } from './support/outcomes.ts';

const server = await startAws();
const closed = await closedPort();
const clients: DynamoDBClient[] = [];

function connect(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    ...config,
  });
  clients.push(client);
  return client;
}

afterAll(async () => {
  for (const client of clients) client.destroy();
  await server.close();
});

const client = connect();

/** Asks for an item of a table, whose name says how the call ends. */
function get(table: string, { from = client, signal }: { from?: DynamoDBClient; signal?: AbortSignal } = {}) {
  const command = new GetItemCommand({ TableName: table, Key: { id: { S: '1' } } });
  return from.send(command, signal === undefined ? {} : { abortSignal: signal });
}

const gets = (...tables: readonly string[]) => eachOf(tables, (table) => get(table));

describeClient({
  name: '@aws-sdk/client-dynamodb 3.1169',
  profileName: 'aws()',
  profile: aws(),
  situations: {
    'request error': gets(
      'ConditionalCheckFailedException', 'ValidationException', 'ResourceNotFoundException', 'AccessDeniedException',
      'UnrecognizedClientException', 'TransactionCanceledException.ConditionalCheckFailed',
    ),
    'server error': gets('InternalServerError', 'ServiceUnavailable', 'RequestTimeout'),
    overload: gets(
      'ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded',
      'TooManyRequestsException', 'SlowDown', 'TransactionCanceledException.ThrottlingError',
    ),
    'wait 2 s': gets(
      'ThrottlingException.seconds', 'ThrottlingException.date', 'ThrottlingException.milliseconds', 'SlowDown.seconds',
      'ServiceUnavailable.seconds',
    ),
    refused: () => get('any', { from: connect({ endpoint: `http://127.0.0.1:${closed}` }) }),
    reset: () => get('reset'),
    hang: (signal) => get('hang', { signal }),
    'own timeout': {
      requestTimeout: () =>
        get('hang', { from: connect({ requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true } }) }),
      socketTimeout: () => get('hang', { from: connect({ requestHandler: { socketTimeout: 100 } }) }),
    },
    abort: (signal) => get('hang', { signal }),
  },
  notes: { 'own timeout': '`requestTimeout` needs `throwOnRequestTimeout: true`' },
});

describe('results of the AWS SDK', () => {
  it('ignores a call that the caller aborts when the breaker does not have the signal', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(new Error('The user has left.')), 50);

    expect(await verdictOn(get('hang', { signal: caller.signal }), aws())).toBe('ignored');
  });

  it('counts a deadline of the caller when the breaker does not have the signal', async () => {
    expect(await verdictOn(get('hang', { signal: AbortSignal.timeout(50) }), aws())).toBe('failure');
  });

  it('counts an answer as a success', async () => {
    expect(verdictOf({ status: 'success', value: await get('good') }, aws())).toBe('success');
  });
});
