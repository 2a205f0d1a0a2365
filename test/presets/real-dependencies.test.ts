import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/breaker/unified-circuit-breaker.ts';
import { presets } from '../../src/presets/index.ts';
import { errorOf } from '../support/outcomes.ts';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Fetches until the breaker opens. Returns what the calls threw. */
async function errorsUntilOpen(breaker: UnifiedCircuitBreaker, url: string, timeoutMs?: number): Promise<unknown[]> {
  const errors: unknown[] = [];
  while (breaker.state === 'closed' && errors.length < 50) {
    errors.push(await errorOf(breaker.call(({ signal }) => fetch(url, { signal }), { timeoutMs })));
  }
  return errors;
}

describe.each(['canonical', 'database', 'authService', 'llmService', 'clickhouse', 'redis'] as const)('%s', (name) => {
  const threshold = presets[name].failureThreshold as number;

  it('opens when no server listens', async () => {
    const server = createServer();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));

    const errors = await errorsUntilOpen(new UnifiedCircuitBreaker({ ...presets[name], name }), url);

    expect(errors).toHaveLength(threshold);
    expect((errors[0] as Error).cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('opens when a server hangs', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
    const url = await listening(server);
    const breaker = new UnifiedCircuitBreaker({ ...presets[name], name });

    const errors = await errorsUntilOpen(breaker, url, 20);
    for (const socket of sockets) socket.destroy();
    server.close();

    expect([errors.length, breaker.getMetrics().timeouts]).toEqual([threshold, threshold]);
  });
});
