import { ClientError, GraphQLClient } from 'graphql-request';
import { afterAll, describe, expect, it } from 'vitest';
import { http, verdictOf } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

// graphql-request has no retries of its own.
const ask = (url: string, signal: AbortSignal) => new GraphQLClient(url).request({ document: '{ orders }', signal });

describeClient({
  name: 'graphql-request 7',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, { '': { call: ask } }),
  notes: { 'own timeout': '`AbortSignal.timeout()`' },
});

describe('graphql-request 7, GraphQL errors', () => {
  it('are ignored when the answer has status 200', async () => {
    const error: unknown = await ask(`${server.url}/graphql-error`, new AbortController().signal).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(ClientError);
    expect(verdictOf({ status: 'failure', error }, http())).toBe('ignored');
  });
});
