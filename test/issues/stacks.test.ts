import { describe, expect, it, vi } from 'vitest';
import { retry, UnifiedCircuitBreaker, withBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { errorOf } from '../support/outcomes.ts';

const breaker = new UnifiedCircuitBreaker({ name: 'api', captureStack: true });

async function failLater(): Promise<never> {
  await Promise.resolve();
  throw new Error('down');
}

const failing = async (): Promise<never> => await failLater();

async function* failingStream(): AsyncGenerator<number> {
  yield await failLater();
}

const guarded = withBreaker(failing, { breaker });

/** Each awaits in a function of its own, which the stack must name. Source maps may drop the word `async`. */
const CALLERS: Readonly<Record<string, () => Promise<unknown>>> = {
  async call() {
    return await breaker.call(failing);
  },
  async callWithSignal() {
    return await breaker.call(failing, { signal: new AbortController().signal });
  },
  async tryCall() {
    const result = await breaker.tryCall(failing);
    throw 'error' in result ? result.error : result;
  },
  async stream() {
    for await (const item of breaker.stream(failingStream)) return item;
    return undefined;
  },
  async wrapped() {
    return await guarded();
  },
  async retried() {
    return await retry(failing, { attempts: 1 });
  },
};

describe('with `captureStack`', () => {
  it.each(Object.entries(CALLERS))('the stack of an error reaches %s', async (name, run) => {
    const error = (await errorOf(run())) as Error;

    expect(error.stack).toMatch(new RegExp(`at (async )?(Object\\.)?${name} `));
  });

  it('the stack of a timeout begins where the call did', async () => {
    const slow = new UnifiedCircuitBreaker({ name: 'slow', captureStack: true, timeoutMs: 1 });
    async function caller(): Promise<unknown> {
      return await slow.call(() => new Promise(() => {}));
    }

    const error = (await errorOf(caller())) as Error;

    expect(error.stack).toMatch(/^CircuitBreakerTimeoutError: Circuit breaker "slow": the call[^]*at caller /);
  });

  it('a call times out although `Error.prepareStackTrace` returns no string', async () => {
    const clock = new FakeClock();
    const slow = new UnifiedCircuitBreaker({ name: 'slow', clock, captureStack: true, timeoutMs: 1 });
    vi.spyOn(Error, 'prepareStackTrace').mockImplementation((_error, sites) => sites);

    const error = errorOf(slow.call(() => new Promise(() => {})));
    clock.advance(1);
    vi.restoreAllMocks();

    expect(await error).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
  });
});
