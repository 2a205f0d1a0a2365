import { describe, expect, it } from 'vitest';
import { breakerWith } from '../support/breaker.ts';
import { deferred } from '../support/outcomes.ts';

describe('the bulkhead slot of a stream', () => {
  it('stays taken after an abort that came while the consumer was busy, until the source has closed', async () => {
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
    const items = breaker.stream(source, { signal: controller.signal });
    await items.next();

    controller.abort();
    const during = { open, abandoned: breaker.getMetrics().abandoned, other: (await breaker.tryCall(() => 1)).status };
    await items.next().catch(() => {});
    await clock.advanceAsync(0);
    const after = { open, abandoned: breaker.getMetrics().abandoned, other: (await breaker.tryCall(() => 1)).status };

    expect(during).toEqual({ open: 1, abandoned: 1, other: 'rejected' });
    expect(after).toEqual({ open: 0, abandoned: 0, other: 'success' });
  });

  it('stays taken after the consumer has left, until the source has cleaned up', async () => {
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

    expect(during).toBe('rejected');
    expect((await breaker.tryCall(() => 1)).status).toBe('success');
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0 });
  });

  it.each(['is aborted', 'is left', 'times out'])('stays taken for a listener that calls the breaker when the stream %s', async (how) => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    const controller = new AbortController();
    const statuses: Promise<string>[] = [];
    for (const event of ['ignored', 'success', 'failure'] as const) {
      breaker.on(event, () => void statuses.push(breaker.tryCall(() => new Promise(() => {})).then(({ status }) => status)));
    }
    const items = breaker.stream(
      async function* source() {
        yield 1;
        await new Promise(() => {});
      },
      { signal: controller.signal },
    );
    await items.next();

    if (how === 'is aborted') controller.abort();
    else if (how === 'is left') await items.return();
    else void items.next().catch(() => {});
    await clock.advanceAsync(1_000);

    expect(await Promise.all(statuses)).toEqual(['rejected']);
  });
});
