import { got } from 'got';
import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

// got retries GET requests twice unless told otherwise.
const client = got.extend({ retry: { limit: 0 } });

describeClient({
  name: 'got 14',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, {
    '': {
      call: (url, signal) => client(url, { signal }).json(),
      withTimeout: (url) => client(url, { timeout: { request: 50 } }).json(),
    },
    'throwHttpErrors: false': { call: (url, signal) => client(url, { signal, throwHttpErrors: false }) },
  }),
});
