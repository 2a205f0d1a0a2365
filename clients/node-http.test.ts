import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

const read = async (url: string, signal: AbortSignal): Promise<IncomingMessage> => {
  const [response] = (await once(get(url, { signal }), 'response')) as [IncomingMessage];
  await text(response);
  return response;
};

describeClient({
  name: 'node:http',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, { '': { call: read } }),
  notes: { 'own timeout': '`AbortSignal.timeout()`' },
});
