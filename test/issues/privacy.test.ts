import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import type { CircuitBreakerOpenError as OpenError, FallbackContext, UnifiedCircuitBreaker } from '../../src/index.ts';
import { http } from '../../src/profiles/index.ts';
import type { Options } from '../support/breaker.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { errorOf } from '../support/outcomes.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** An error of one caller, as axios throws it: with the request, its header and its body. */
const aliceError = (): Error => Object.assign(new Error('Request of alice failed'), {
  code: 'ERR_BAD_RESPONSE',
  response: { status: 500, data: { password: 'of-alice' } },
  config: { headers: { Authorization: 'Bearer of-alice' } },
});

const failAlice = (breaker: UnifiedCircuitBreaker): Promise<unknown> =>
  breaker.call(() => Promise.reject(aliceError()));

describe('nothing of one caller reaches another', () => {
  it('by a rejection, which names the last failure', async () => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 });
    await errorOf(failAlice(breaker));

    const rejection = await errorOf(breaker.call(() => 'of bob'));

    expect(inspect(rejection, { depth: 10, showHidden: true })).not.toContain('alice');
    expect(inspect(events.at(-1), { depth: 10 })).not.toContain('alice');
    expect(rejection).toMatchObject({
      lastFailure: { name: 'Error', code: 'ERR_BAD_RESPONSE', status: 500, at: expect.any(Number) as number },
    });
    expect(Object.hasOwn(rejection as Error, 'cause')).toBe(false);
  });

  it('by the status, the metrics, the snapshot or the explanation', async () => {
    const { breaker } = breakerWith({ failureThreshold: 1 });
    await errorOf(failAlice(breaker));

    const shown = [breaker.getStatus(), breaker.getMetrics(), breaker.snapshot(), breaker.explain()];

    expect(inspect(shown, { depth: 10, showHidden: true })).not.toContain('alice');
  });

  it('by the context of a fallback', async () => {
    const fallback = vi.fn<(error: unknown, context: FallbackContext) => string>(() => 'cached');
    const { breaker } = breakerWith({ failureThreshold: 1, fallback });
    await failAlice(breaker);

    await breaker.call(() => 'of bob');

    const lastFailure = { name: 'Error', code: 'ERR_BAD_RESPONSE', status: 500, at: 0 };
    expect(fallback.mock.calls[1]?.[1])
      .toEqual({ name: 'orders', trigger: 'rejected', signal: undefined, lastFailure });
    expect(inspect(fallback.mock.calls[1], { depth: 10 })).not.toContain('alice');
  });

  it('unless `keepLastError` asks for it, until it is switched off', async () => {
    const { breaker } = breakerWith({ failureThreshold: 1, keepLastError: true });
    const error = await errorOf(failAlice(breaker));

    expect(await errorOf(breaker.call(() => 'of bob'))).toMatchObject({ cause: error });
  });

  it('by a returned value that counts as a failure', async () => {
    const { breaker } = breakerWith({ failureThreshold: 1, isFailure: () => true });
    await breaker.call(() => ({ name: 'alice', code: 'of-alice', status: 'failed' }));

    const rejection = await errorOf(breaker.call(() => 'of bob'));

    expect(inspect([rejection, breaker.getMetrics()], { depth: 10 })).not.toContain('alice');
    expect(breaker.getMetrics().failureTypes).toEqual({ Object: 1 });
  });

  it('by the facts of the last failure, which are frozen', async () => {
    const { breaker } = breakerWith({ failureThreshold: 1 });
    await errorOf(failAlice(breaker));

    const rejections = [await errorOf(breaker.call(() => 1)), await errorOf(breaker.call(() => 2))] as OpenError[];

    expect(rejections.map(({ lastFailure }) => Object.isFrozen(lastFailure))).toEqual([true, true]);
    expect(rejections[0]?.lastFailure).toBe(rejections[1]?.lastFailure);
  });

  it('says nothing of a last failure when there was none', async () => {
    const { breaker } = breakerWith();
    breaker.trip();

    expect(await errorOf(breaker.call(() => 'never'))).toMatchObject({ lastFailure: undefined });
  });
});

describe('nothing that was thrown or returned is kept after the call', () => {
  it('not even the text that a code was cut out of', async () => {
    const breakers = Array.from({ length: 10 }, () => silentBreakerWith().breaker);
    const body = (index: number): string =>
      `<Code>ConditionalCheckFailed${index}</Code>${'x'.repeat(4_000_000)}${index}`;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;

    for (const [index, breaker] of breakers.entries()) {
      const code = /<Code>(.*)<\/Code>/.exec(body(index))?.[1];
      await breaker.tryCall(() => Promise.reject(Object.assign(new Error('x'), { code })));
      // Matches of regular expressions keep the last text.
      /y/.exec('y');
    }
    await turn();
    collectGarbage();

    expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(20);
    expect(breakers[3]?.getMetrics().failureTypes).toEqual({ ConditionalCheckFailed3: 1 });
  });

  it.each<[string, Options]>([
    ['by default', {}],
    ['without a timeout', { timeoutMs: null }],
    ['with a profile', { profile: http() }],
    ['without latency', { timeoutMs: null, trackLatency: false }],
    ['while half-open', { failureThreshold: 1, recoveryTimeoutMs: 1, halfOpenMaxFailures: 9 }],
  ])('%s', async (_title, options) => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: null, ...options });
    const kept: WeakRef<object>[] = [];
    for (let call = 0; call < 3; call += 1) {
      clock.advance(10);
      await breaker.call(async () => {
        const value = { data: Buffer.alloc(100) };
        kept.push(new WeakRef(value));
        return value;
      }).catch(() => {});
      await breaker.call(async () => {
        const error = aliceError();
        kept.push(new WeakRef(error));
        throw error;
      }).catch(() => {});
    }
    const isKept = (reference: WeakRef<object>): boolean => reference.deref() !== undefined;
    // Weak references hold what they have seen until the next turn, and V8 may hold a value of a busy function longer.
    for (let round = 0; round < 20 && kept.some(isKept); round += 1) {
      await turn();
      collectGarbage();
    }

    expect(kept).toHaveLength(6);
    expect(kept.filter(isKept)).toEqual([]);
    expect(breaker.getMetrics().totalCalls).toBe(6);
  });
});
