import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { isCircuitBreakerError } from 'unified-circuit-breaker';
import { afterAll, describe, vi } from 'vitest';
import { callDependency, type End } from './support/dependency.ts';
import { itReplies } from './support/replies.ts';

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

async function listen(listener: RequestListener): Promise<(end: End) => Promise<Response>> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (end) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${end}`);
}

function honoApp(): Hono {
  const app = new Hono();
  app.get('/:end', async (context) => context.json((await callDependency(context.req.param('end'))) as object));
  return app;
}

describe('Express 5', async () => {
  // Otherwise it sends the stack of every error, and logs it.
  const app = express().set('env', 'production');
  app.get('/:end', async (request, response) => void response.json(await callDependency(request.params.end)));
  vi.spyOn(console, 'error').mockImplementation(() => {});

  itReplies(await listen(app));
});

describe('Koa 3', async () => {
  const app = new Koa({ env: 'production' });
  app.silent = true;
  app.use(async (context) => {
    context.body = await callDependency(context.path.slice(1));
  });

  itReplies(await listen(app.callback()));
});

describe('Hono 4', async () => {
  const app = honoApp();

  itReplies(async (end) => app.request(`/${end}`));
});

describe('Hono 4 on Node', async () => {
  const app = honoApp();
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));

  itReplies((end) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${end}`));
});

describe('Fastify 5', async () => {
  const app = fastify();
  app.get<{ Params: { end: string } }>('/:end', ({ params }) => callDependency(params.end));
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  afterAll(() => app.close());

  // It sends the messages of all errors.
  itReplies((end) => fetch(`${address}/${end}`), { sendsMessage: true });
});

describe('Fastify 5 with an error handler', async () => {
  const app = fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (!isCircuitBreakerError(error)) return reply.send(error);
    const { status, headers, body } = error.toClient();
    return reply.code(status).headers(headers).send(body);
  });
  app.get<{ Params: { end: string } }>('/:end', ({ params }) => callDependency(params.end));
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  afterAll(() => app.close());

  itReplies((end) => fetch(`${address}/${end}`));
});
