import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

const read = async (url: string, signal: AbortSignal): Promise<Response> => {
  const response = await fetch(url, { signal });
  await response.text();
  return response;
};

describeClient({
  name: 'fetch',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, { '': { call: read } }),
  notes: { 'own timeout': '`AbortSignal.timeout()`' },
});
