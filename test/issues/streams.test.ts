import { describe, expect, it } from 'vitest';
import { isCircuitBreakerDisposedError } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { deferred, errorOf } from '../support/outcomes.ts';

const never = (): Promise<never> => new Promise(() => {});

async function* one(): AsyncGenerator<number> {
  yield 1;
}

describe('a stream', () => {
  it.each(['times out', 'is aborted', 'is left'])('closes a source that opens after the stream %s', async (how) => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    const controller = new AbortController();
    const opening = deferred<AsyncIterable<number>>();
    const log: string[] = [];
    const items = breaker.stream(() => opening.promise, { signal: controller.signal });
    const first = items.next().catch(() => undefined);

    if (how === 'times out') await clock.advanceAsync(1_000);
    else if (how === 'is aborted') controller.abort();
    else await items.return();
    await first;
    const before = await errorOf(breaker.call(() => 'too many'));
    const close = async (): Promise<IteratorResult<number>> => {
      log.push('closed');
      return { done: true, value: undefined };
    };
    opening.resolve({ [Symbol.asyncIterator]: () =>
      ({ next: () => Promise.reject(new Error('not asked')), return: close }) });
    await clock.advanceAsync(0);

    expect(before).toMatchObject({ code: 'ERR_BULKHEAD_FULL' });
    expect(log).toEqual(['closed']);
    expect(await breaker.call(() => 'next')).toBe('next');
  });

  it('holds its slot until the source has closed when an abort comes while the consumer is busy', async () => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 1 });
    const controller = new AbortController();
    let open = 0;
    async function* source(): AsyncGenerator<number> {
      open += 1;
      try {
        yield 1;
        yield 2;
      } finally {
        open -= 1;
      }
    }
    const facts = async () => ({
      open,
      abandoned: breaker.getMetrics().abandoned,
      other: (await breaker.tryCall(() => 1)).status,
    });
    const items = breaker.stream(source, { signal: controller.signal });
    await items.next();

    controller.abort();
    const during = await facts();
    await items.next().catch(() => {});
    await clock.advanceAsync(0);

    expect(during).toEqual({ open: 1, abandoned: 1, other: 'rejected' });
    expect(await facts()).toEqual({ open: 0, abandoned: 0, other: 'success' });
  });

  it('holds its slot until the source has cleaned up when the consumer has left', async () => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 1 });
    const cleaned = deferred();
    const items = breaker.stream(async function* source() {
      try {
        yield 1;
      } finally {
        await cleaned.promise;
      }
    });
    await items.next();

    const left = items.return();
    await clock.advanceAsync(0);
    const during = (await breaker.tryCall(() => 1)).status;
    cleaned.resolve();
    await left;

    expect([during, (await breaker.tryCall(() => 1)).status]).toEqual(['rejected', 'success']);
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0 });
  });

  it.each(['is aborted', 'is left', 'times out'])('holds its slot while listeners run when it %s', async (how) => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    const controller = new AbortController();
    const statuses: Promise<string>[] = [];
    for (const event of ['ignored', 'success', 'failure'] as const) {
      breaker.on(event, () => void statuses.push(breaker.tryCall(never).then(({ status }) => status)));
    }
    async function* source(): AsyncGenerator<number> {
      yield 1;
      await never();
    }
    const items = breaker.stream(source, { signal: controller.signal });
    await items.next();

    if (how === 'is aborted') controller.abort();
    else if (how === 'is left') await items.return();
    else void items.next().catch(() => {});
    await clock.advanceAsync(1_000);

    expect(await Promise.all(statuses)).toEqual(['rejected']);
  });

  it('is rejected in mode off when the breaker is disposed or the signal aborted', async () => {
    const { breaker } = breakerWith({ mode: 'off' });

    const aborted = await errorOf(breaker.stream(one, { signal: AbortSignal.abort('gone') }).next());
    breaker.dispose();
    const disposed = await errorOf(breaker.stream(one).next());

    expect([aborted, isCircuitBreakerDisposedError(disposed)]).toEqual(['gone', true]);
  });

  it('holds its slot when mode observe let it run past its timeout', async () => {
    const { breaker, clock } = breakerWith({ mode: 'observe', maxConcurrent: 1, timeoutMs: 1_000 });
    void breaker.stream(() => ({ [Symbol.asyncIterator]: () => ({ next: never }) })).next();

    await clock.advanceAsync(1_500);
    await breaker.call(() => 1);

    expect(breaker.getMetrics()).toMatchObject({ abandoned: 1, timeouts: 1, wouldHaveRejectedCalls: 1 });
  });
});
