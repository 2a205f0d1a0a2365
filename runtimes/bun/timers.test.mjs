import { expect, test } from 'bun:test';
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

test('calls and streams that hang time out', async () => {
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 20 });
  const { error } = await breaker.tryCall(() => new Promise(() => {}));
  const items = breaker.stream(async function* () { yield 1; await new Promise(() => {}); });

  expect(error.code).toBe('ERR_CIRCUIT_TIMEOUT');
  expect(Array.fromAsync(items)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
});

test('an idle breaker does not keep the process alive', async () => {
  const source = `
    import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
    await new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 60_000 }).call(() => Bun.sleep(1));
  `;
  const child = Bun.spawn([process.execPath, '-e', source], { cwd: import.meta.dirname, timeout: 20_000 });

  expect(await child.exited).toBe(0);
});
