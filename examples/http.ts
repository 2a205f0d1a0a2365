// A busy HTTP service: 5xx counts as a failure, Retry-After prolongs the wait, and the timeout stops the request.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

const server = createServer((request, response) => {
  if (request.url === '/busy') response.writeHead(503, { 'retry-after': '30' }).end();
  else if (request.url === '/ok') response.end('fine');
  // Anything else hangs.
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const breaker = new UnifiedCircuitBreaker({
  name: 'inventory',
  timeoutMs: 200,
  classify(result) {
    if (result.status === 'failure') return 'failure';
    const response = result.value as Response;
    const retryAfter = Number(response.headers.get('retry-after'));
    if (response.status === 503 && retryAfter > 0) return { failure: true, retryAfterMs: retryAfter * 1_000 };
    return response.status >= 500 ? 'failure' : 'success';
  },
});
const get = (path: string): Promise<Response> => breaker.call(({ signal }) => fetch(base + path, { signal }));

console.log(await (await get('/ok')).text()); //=> fine
await get('/hang').catch((error: Error) => console.log(error.message));
console.log((await get('/busy')).status, breaker.state); //=> 503 open
await get('/ok').catch((error: Error) => console.log(error.message));

server.closeAllConnections();
server.close();
