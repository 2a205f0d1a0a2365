/**
 * The upstream: an HTTP server in a process of its own, so that it can be killed. It takes orders over IPC, listens
 * from the first one on, and ends when the demo has ended.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { errorDraw } from './error-draw.ts';
import { clientHeader, type ClientName, type FaultOrder, type UpstreamReport } from './fault.ts';

let order: FaultOrder = { fault: 'none', slowAnswerMs: 0 };
let fails: Record<ClientName, () => boolean> = { bare: errorDraw(), protected: errorDraw() };

function tell(report: UpstreamReport): void {
  // The demo may end at any moment. A report that isn't read then is no error.
  if (process.connected) process.send?.(report, () => {});
}

function reply(response: ServerResponse, status: number, afterMs: number): void {
  setTimeout(() => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(`{"status":${status}}`);
  }, afterMs);
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const client = request.headers[clientHeader] === 'protected' ? 'protected' : 'bare';
  const normalMs = 5 + Math.random() * 15;
  switch (order.fault) {
    case 'none':
      return reply(response, 200, normalMs);
    case 'errors':
      return reply(response, fails[client]() ? 500 : 200, normalMs);
    case 'slow':
      return reply(response, 200, order.slowAnswerMs + normalMs);
    case 'hanging':
      return tell({ kind: 'hung', client });
  }
}

/** Ports below the usual ephemeral range: a client that dials a dead ephemeral port can be connected to itself. */
const anyPort = (): number => 20_000 + Math.floor(Math.random() * 12_000);

const server = createServer(answer);
const wantedPort = Number(process.argv[2] ?? 0);
let port = wantedPort || anyPort();

const applied = (): void => tell({ kind: 'applied', port });
server.on('listening', applied);
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  port = wantedPort || anyPort();
  setTimeout(() => server.listen(port, '127.0.0.1'), 50);
});

process.on('message', (message: FaultOrder) => {
  order = message;
  fails = { bare: errorDraw(), protected: errorDraw() };
  if (server.listening) applied();
  else server.listen(port, '127.0.0.1');
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group, but the demo decides when this process ends.
process.on('SIGINT', () => {});

if (!process.connected) process.exit(0);
tell({ kind: 'ready' });
