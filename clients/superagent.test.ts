import superagent from 'superagent';
import { afterAll } from 'vitest';
import { http } from '../src/profiles/index.ts';
import { startHttpServer } from './support/http-server.ts';
import { httpSituations } from './support/http-situations.ts';
import { describeClient } from './support/matrix.ts';

const server = await startHttpServer();
afterAll(() => server.close());

// superagent doesn't retry unless told to.
const get = (url: string, signal: AbortSignal) => {
  const request = superagent.get(url);
  signal.addEventListener('abort', () => {
    // A listener that returns the request crashes the process: the request is a thenable that rejects.
    request.abort();
  });
  return request;
};

describeClient({
  name: 'superagent 10',
  profileName: 'http()',
  profile: http(),
  situations: httpSituations(server, {
    '': { call: get, withTimeout: (url) => superagent.get(url).timeout(50), hidesAbortReason: true },
    'ok()': { call: (url, signal) => get(url, signal).ok(() => true), hidesAbortReason: true },
  }),
  notes: { abort: 'takes no signal, so call `request.abort()`' },
});
