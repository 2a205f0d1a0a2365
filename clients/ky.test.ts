import ky from 'ky';
import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

// ky retries GET requests twice unless told otherwise.
const client = ky.create({ retry: 0, timeout: false });

describeClient({
  name: 'ky 1.9',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, {
    '': {
      call: (url, signal) => client(url, { signal }).json(),
      withTimeout: (url) => client(url, { timeout: 50 }).json(),
      timesHeadersOnly: true,
    },
    'throwHttpErrors: false': {
      async call(url, signal) {
        const response = await client(url, { signal, throwHttpErrors: false });
        await response.clone().text();
        return response;
      },
    },
  }),
  notes: { 'own timeout': 'ends with the headers, so set `timeoutMs` for the body' },
});
