import { ofetch } from 'ofetch';
import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

// ofetch retries GET requests once unless told otherwise.
const client = ofetch.create({ retry: 0 });

describeClient({
  name: 'ofetch 1.5',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, {
    '': {
      call: (url, signal) => client(url, { signal }),
      withTimeout: (url) => client(url, { timeout: 50 }),
      timesHeadersOnly: true,
    },
    'ignoreResponseError: true': {
      call: (url, signal) => client.raw(url, { signal, ignoreResponseError: true }),
    },
  }),
  notes: { 'own timeout': 'ends with the headers, so set `timeoutMs` for the body' },
});
