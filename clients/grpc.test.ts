import { credentials, type Client, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, describe, expect, it } from 'vitest';
import { grpc } from '../src/profiles/index.ts';
import { type Asked, EchoClient, startGrpc, startResetting } from './support/grpc-server.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { eachOf, streamOutcome, verdictOn } from './support/outcomes.ts';

interface Call {
  cancel(): void;
}

type Done = (error: ServiceError | null, value?: Asked) => void;

type Echo = Client & {
  ask(request: Asked, metadata: Metadata, options: object, done: Done): Call;
  list(request: Asked): Call & AsyncIterable<Asked>;
};

const server = await startGrpc();
const resetting = await startResetting(server.port);
const closed = await closedPort();
const clients: Echo[] = [];

function connect(port = server.port): Echo {
  const client = new EchoClient(`127.0.0.1:${port}`, credentials.createInsecure()) as unknown as Echo;
  clients.push(client);
  return client;
}

afterAll(async () => {
  for (const client of clients) client.close();
  await Promise.all([server.close(), resetting.close()]);
});

const client = connect();
const HANGS = { code: -1 };

interface Setup {
  readonly to?: Echo;
  readonly signal?: AbortSignal;
  readonly options?: object;
}

/** A unary call as a promise. It's cancelled when the signal aborts. */
function ask(request: Asked, { to = client, signal, options = {} }: Setup = {}): Promise<Asked | undefined> {
  return new Promise((resolve, reject) => {
    const call = to.ask(request, new Metadata(), options, (error, value) => {
      if (error === null) resolve(value);
      else reject(error);
    });
    signal?.addEventListener('abort', () => call.cancel());
  });
}

const statuses = (codes: readonly status[], pushbackMs?: number) =>
  eachOf(codes.map((code) => status[code]), (name) => ask({ code: status[name as keyof typeof status], pushbackMs }));

describeClient({
  name: '@grpc/grpc-js 1.14',
  profileName: 'grpc()',
  profile: grpc(),
  situations: {
    'request error': statuses([
      status.INVALID_ARGUMENT, status.NOT_FOUND, status.ALREADY_EXISTS, status.PERMISSION_DENIED,
      status.FAILED_PRECONDITION, status.ABORTED, status.OUT_OF_RANGE, status.UNIMPLEMENTED, status.UNAUTHENTICATED,
    ]),
    'server error': statuses([
      status.UNAVAILABLE, status.INTERNAL, status.UNKNOWN, status.DATA_LOSS, status.DEADLINE_EXCEEDED,
    ]),
    overload: statuses([status.RESOURCE_EXHAUSTED]),
    'wait 2 s': statuses([status.RESOURCE_EXHAUSTED, status.UNAVAILABLE], 2_000),
    refused: () => ask({ code: 0 }, { to: connect(closed) }),
    reset: () => ask(HANGS, { to: connect(resetting.port) }),
    hang: (signal) => ask(HANGS, { signal }),
    'own timeout': () => ask(HANGS, { options: { deadline: Date.now() + 100 } }),
    abort: (signal) => ask(HANGS, { signal }),
  },
});

describe('errors of gRPC', () => {
  it('ignores a call that the caller cancels when the breaker does not have the signal', async () => {
    expect(await verdictOn(ask(HANGS, { signal: AbortSignal.timeout(50) }), grpc())).toBe('ignored');
  });

  it('fails without a wait when the server asks not to retry', async () => {
    expect(await verdictOn(ask({ code: status.UNAVAILABLE, pushbackMs: -1 }), grpc())).toBe('failure');
  });

  it('fails when the server cancels the calls that it has', async () => {
    const stopping = await startGrpc();
    setTimeout(() => stopping.close(), 100);

    expect(await verdictOn(ask(HANGS, { to: connect(stopping.port) }), grpc())).toBe('failure');
  });
});

/** Reads a stream of a server, which is cancelled when its signal aborts. */
const list = (request: Asked, more: { readonly leavesAfter?: number; readonly timeoutMs?: number } = {}) =>
  streamOutcome({
    profile: grpc(),
    open: (signal) => {
      const call = client.list(request);
      signal.addEventListener('abort', () => call.cancel());
      return call;
    },
    ...more,
  });

describe('streams of gRPC', () => {
  it.each([
    ['success', status.OK],
    ['failure', status.UNAVAILABLE],
    ['failure', status.RESOURCE_EXHAUSTED],
    ['ignored', status.NOT_FOUND],
  ])('counts as %s when a stream ends with status %i', async (outcome, code) => {
    expect(await list({ code })).toBe(outcome);
  });

  it('times out when a stream stalls', async () => {
    expect(await list(HANGS, { timeoutMs: 200 })).toBe('timeout');
  });

  it('is a success when the consumer leaves', async () => {
    expect(await list(HANGS, { leavesAfter: 1 })).toBe('success');
  });
});
