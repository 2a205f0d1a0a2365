import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer {
  /** The server's address. The path selects what it does. */
  readonly url: string;
  /** An address that nobody listens on. */
  readonly refusedUrl: string;
  close(): Promise<void>;
}

/** What the server does, by the first part of the path. */
const BEHAVIORS: Readonly<Record<string, (response: ServerResponse, detail: string, query: URLSearchParams) => void>> = {
  /** `/status/429?retry-after=2`: answers with the status. The query becomes headers. */
  status(response, detail, query) {
    const now = new Date();
    response.setHeader('date', now.toUTCString());
    for (const [name, value] of query) response.setHeader(name, headerValue(value, now));
    response.writeHead(Number(detail), { 'content-type': 'application/json' }).end('{"status":"told"}');
  },
  /** `/reset`: resets the connection instead of an answer. */
  reset(response) {
    response.socket?.resetAndDestroy();
  },
  /** `/reset-body`: resets the connection in the middle of the body. */
  'reset-body': (response) => {
    begin(response);
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  },
  /** `/close`: closes the connection without an answer. */
  close(response) {
    response.socket?.end();
  },
  /** `/close-body`: closes the connection in the middle of the body. */
  'close-body': (response) => {
    begin(response);
    setTimeout(() => response.socket?.end(), 20);
  },
  /** `/hang`: never answers. */
  hang() {},
  /** `/hang-body`: sends the headers and a part of the body, then nothing. */
  'hang-body': begin,
  /** `/drip`: sends the headers, then a byte every 20 ms without an end. */
  drip(response) {
    begin(response);
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
  /** `/graphql-error`: a GraphQL answer with errors, and status 200. */
  'graphql-error': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"data":null,"errors":[{"message":"No such field.","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}');
  },
};

/** Starts a server on the loopback interface. Its behavior depends on the path. */
export async function startHttpServer(): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const [, behavior = '', detail = ''] = pathname.split('/');
    // Read the request first: otherwise a reset may reach the client while it still sends.
    request.resume().on('end', () => {
      const behave = BEHAVIORS[behavior];
      if (behave === undefined) response.writeHead(500).end(`No behavior at ${pathname}`);
      else behave(response, detail, searchParams);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: urlOf(server.address()),
    refusedUrl: await unusedUrl(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"status":');
}

/** `date:2` and `epoch:2` are 2 s from now: as an HTTP date, and in seconds since 1970. */
function headerValue(value: string, now: Date): string {
  const [form, seconds] = value.split(':');
  const then = now.getTime() + Number(seconds) * 1_000;
  if (form === 'date') return new Date(then).toUTCString();
  return form === 'epoch' ? String(Math.ceil(then / 1_000)) : value;
}

/** Listens on a free port and closes it again: connections to it are refused. */
async function unusedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = urlOf(server.address());
  server.close();
  await once(server, 'close');
  return url;
}

function urlOf(address: AddressInfo | string | null): string {
  return `http://127.0.0.1:${(address as AddressInfo).port}`;
}
