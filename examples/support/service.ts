import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local HTTP service for the examples. Set `status` to let it fail. */
export interface Service {
  readonly url: string;
  status: number;
}

/** Starts a service that replies with `status`, and with the path of the request. */
export async function startService(): Promise<Service> {
  const server = createServer((request, response) => {
    response.writeHead(service.status, { connection: 'close' }).end(request.url);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const service: Service = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, status: 200 };
  return service;
}
