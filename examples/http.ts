// A busy HTTP service: 5xx counts as a failure, Retry-After prolongs the wait, and the timeout stops the request.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { http } from 'unified-circuit-breaker/profiles';

const server = createServer((request, response) => {
  if (request.url === '/busy') response.writeHead(503, { 'retry-after': '30' }).end();
  else if (request.url === '/missing') response.writeHead(404).end();
  else if (request.url === '/ok') response.end('fine');
  // Anything else hangs.
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const breaker = new UnifiedCircuitBreaker({ name: 'inventory', profile: http(), timeoutMs: 2_000 });
const get = (path: string, timeoutMs?: number): Promise<Response> =>
  breaker.call(({ signal }) => fetch(base + path, { signal }), { timeoutMs });

console.log(await (await get('/ok')).text()); //=> fine
await get('/hang', 200).catch((error: Error) => console.log(error.message));

for (let call = 1; call <= 20; call += 1) await get('/missing');
console.log(breaker.state, breaker.getMetrics().ignoredCalls); //=> closed 20

for (let call = 1; call <= 3; call += 1) console.log((await get('/busy')).status, breaker.state);
//=> 503 closed
//=> 503 closed
//=> 503 open
const error: unknown = await get('/ok').catch((reason: unknown) => reason);
if (isCircuitBreakerOpenError(error)) console.log(error.message);

server.closeAllConnections();
server.close();
