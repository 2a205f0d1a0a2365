import axiosModule from 'axios-0';
import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

const axios = axiosModule.default;

// axios has no retries of its own.
describeClient({
  name: 'axios 0.27',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, {
    '': {
      call: (url, signal) => axios.get(url, { signal }),
      withTimeout: (url) => axios.get(url, { timeout: 50 }),
      hidesAbortReason: true,
    },
    'validateStatus: null': {
      call: (url, signal) => axios.get(url, { signal, validateStatus: null }),
      withTimeout: (url) => axios.get(url, { timeout: 50, transitional: { clarifyTimeoutError: true } }),
      hidesAbortReason: true,
    },
  }),
  notes: { 'own timeout': '`AbortSignal.timeout()` looks like an abort: ignored' },
});
