import { afterEach, describe, expect, it, vi } from 'vitest';
import { retry, withBreaker } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { errorOf } from '../support/outcomes.ts';

const never = (): Promise<never> => new Promise(() => {});

/** A signal and its controller without reasons, as in React Native. */
class BareController implements AbortController {
  readonly signal: AbortSignal = Object.assign(new EventTarget(), { aborted: false }) as unknown as AbortSignal;

  abort(): void {
    if (this.signal.aborted) return;
    Object.assign(this.signal, { aborted: true });
    this.signal.dispatchEvent(new Event('abort'));
  }
}

describe("the caller's abort", () => {
  it.each(['call', 'function'])('reaches the signal of a %s that has ended', async (way) => {
    const { breaker } = breakerWith({});
    const controller = new AbortController();
    let own!: AbortSignal;
    const read = withBreaker(async (signal: AbortSignal) => void (own = signal), {
      breaker, signalOf: (signal) => signal, passSignal: (_args, signal) => [signal],
    });

    if (way === 'function') await read(controller.signal);
    else await breaker.call(async ({ signal }) => void (own = signal), { signal: controller.signal });
    const before = own.aborted;
    controller.abort('enough');

    expect([before, own.aborted, own.reason, own === controller.signal]).toEqual([false, true, 'enough', false]);
  });

  it('reaches the signal of the attempt that has succeeded', async () => {
    const { clock } = breakerWith({});
    const controller = new AbortController();
    let own!: AbortSignal;
    await retry(async ({ signal }) => void (own = signal), { clock, signal: controller.signal });

    controller.abort('enough');

    expect([own.aborted, own.reason]).toEqual([true, 'enough']);
  });

  it('is all that aborts the signal of a call that has ended', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: 100 });
    const controller = new AbortController();
    let own!: AbortSignal;
    await breaker.call(async ({ signal }) => void (own = signal), { signal: controller.signal });

    await clock.advanceAsync(10_000);

    expect(own.aborted).toBe(false);
  });
});

describe('attempts of `retry()`', () => {
  it('do not hear of the end of a later attempt', async () => {
    const { clock } = breakerWith({});
    const signals: AbortSignal[] = [];
    const run = retry(({ signal, attempt }) => {
      signals.push(signal);
      return attempt === 1 ? Promise.reject(new Error('down')) : never();
    }, { clock, attempts: 2, totalTimeoutMs: 10_000 });
    const error = errorOf(run);

    await clock.advanceAsync(10_000);

    expect((await error) as Error).toMatchObject({ name: 'CircuitBreakerTimeoutError' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});

describe('a signal without a reason', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(['before', 'during'])('ends calls, retries and streams with an AbortError if aborted %s', async (when) => {
    const { breaker, clock } = breakerWith({});
    const controller = new BareController();
    const { signal } = controller;
    if (when === 'before') controller.abort();
    const ends = [
      errorOf(breaker.call(never, { signal })),
      breaker.tryCall(never, { signal }).then((result) => 'error' in result && result.error),
      errorOf(retry(never, { clock, signal })),
      errorOf(breaker.stream(never, { signal }).next()),
    ];
    await clock.advanceAsync(0);

    controller.abort();
    const errors = await Promise.all(ends);

    expect(errors.map((error) => (error as Error).name)).toEqual(Array.from({ length: 4 }, () => 'AbortError'));
    expect(breaker.getMetrics().failedCalls).toBe(0);
  });

  it('still tells an inner breaker that its caller has timed out', async () => {
    vi.stubGlobal('AbortController', BareController);
    const outer = breakerWith({ timeoutMs: 100 });
    const inner = breakerWith({ clock: outer.clock, timeoutMs: 60_000 }).breaker;
    const end = errorOf(outer.breaker.call(({ signal }) => inner.call(never, { signal })));

    await outer.clock.advanceAsync(100);

    expect(await end).toMatchObject({ name: 'CircuitBreakerTimeoutError' });
    expect([inner.getMetrics().failedCalls, inner.getMetrics().timeouts]).toEqual([1, 1]);
  });
});
