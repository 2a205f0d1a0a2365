import axios from 'axios';
import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

// axios has no retries of its own.
describeClient({
  name: 'axios 1.21',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, {
    '': {
      call: (url, signal) => axios.get(url, { signal }),
      withTimeout: (url) => axios.get(url, { timeout: 50 }),
    },
    'validateStatus: null': {
      call: (url, signal) => axios.get(url, { signal, validateStatus: null }),
      withTimeout: (url) => axios.get(url, { timeout: 50, transitional: { clarifyTimeoutError: true } }),
    },
    'fetch adapter': {
      call: (url, signal) => axios.get(url, { adapter: 'fetch', signal }),
      withTimeout: (url) => axios.get(url, { adapter: 'fetch', timeout: 50 }),
    },
  }),
});
