import { Agent, fetch, interceptors, request } from 'undici';
import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
const throwing = new Agent().compose(interceptors.responseError());
afterAll(() => server.close());

type Options = NonNullable<Parameters<typeof request>[1]>;

// undici doesn't retry without its RetryAgent.
const read = async (url: string, options: Options) => {
  const response = await request(url, options);
  await response.body.text();
  return response;
};
const timeout = { headersTimeout: 50, bodyTimeout: 50 };

describeClient({
  name: 'undici 7.30',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, {
    request: { call: (url, signal) => read(url, { signal }), withTimeout: (url) => read(url, timeout) },
    'responseError()': {
      call: (url, signal) => read(url, { signal, dispatcher: throwing }),
      withTimeout: (url) => read(url, { ...timeout, dispatcher: throwing }),
    },
    fetch: {
      async call(url, signal) {
        const response = await fetch(url, { signal });
        await response.text();
        return response;
      },
    },
  }),
});
