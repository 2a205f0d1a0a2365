import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/breaker/unified-circuit-breaker.ts';
import { presets } from '../../src/presets/index.ts';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it.each(['canonical', 'database', 'authService', 'llmService', 'clickhouse', 'redis'] as const)('%s opens on connections that are really refused', async (name) => {
  const server = createServer();
  const url = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  const breaker = new UnifiedCircuitBreaker({ ...presets[name], name });

  const errors: unknown[] = [];
  while (breaker.state === 'closed' && errors.length < 50) await breaker.call(({ signal }) => fetch(url, { signal })).catch((error: unknown) => errors.push(error));

  expect(errors).toHaveLength(presets[name].failureThreshold as number);
  expect((errors[0] as Error).cause).toMatchObject({ code: 'ECONNREFUSED' });
});

it.each(['canonical', 'database', 'authService', 'llmService', 'clickhouse', 'redis'] as const)('%s opens on a server that really hangs', async (name) => {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  const url = await listening(server);
  const breaker = new UnifiedCircuitBreaker({ ...presets[name], name });

  let calls = 0;
  while (breaker.state === 'closed' && calls < 50) {
    calls += 1;
    await breaker.call(({ signal }) => fetch(url, { signal }), { timeoutMs: 20 }).catch(() => {});
  }
  for (const socket of sockets) socket.destroy();
  server.close();

  expect(calls).toBe(presets[name].failureThreshold);
  expect(breaker.getMetrics().timeouts).toBe(calls);
});
