import { describe, expect, it } from 'vitest';
import { BulkheadFullError, CircuitBreakerOpenError } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

const untimed = { timeoutMs: null } as const;

describe('admission', () => {
  it('runs the operation before call returns', () => {
    const { breaker } = silentBreakerWith();
    let ran = false;

    void breaker.call(() => {
      ran = true;
    });

    expect(ran).toBe(true);
  });

  it('runs it as soon where calls are limited and a fallback waits', () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 5, fallback: 'cached' });
    let ran = false;

    void breaker.call(() => {
      ran = true;
    });

    expect(ran).toBe(true);
  });

  it('costs no timer', () => {
    const { breaker, clock } = breakerWith({ ...untimed, maxConcurrent: 1 });
    breaker.trip();
    clock.advance(60_000);

    hang(breaker);
    hang(breaker);

    expect(clock.timers).toBe(0);
  });

  it('does not wait for a listener', async () => {
    const { breaker } = silentBreakerWith();
    breaker.on('success', () => new Promise(() => {}));

    await expect(breaker.call(() => Promise.resolve('fine'))).resolves.toBe('fine');
  });
});

describe('while open', () => {
  it('rejects without running the operation', async () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    let ran = false;

    const error = await errorOf(
      breaker.call(() => {
        ran = true;
      }),
    );

    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(ran).toBe(false);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, rejectedCalls: 1, inFlight: 0 });
  });

  it('says in the rejection which breaker, why, and for how long', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 1, recoveryTimeoutMs: 5_000 });
    await fail(breaker);
    clock.advance(2_000);

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(error).toMatchObject({
      name: 'CircuitBreakerOpenError',
      code: 'ERR_CIRCUIT_OPEN',
      breakerName: 'orders',
      message: 'Circuit "orders" is open; retry in 3000 ms',
      state: 'open',
      reason: 'consecutive_failures',
      retryAfterMs: 3_000,
      cause: BOOM,
      statusCode: 503,
      headers: { 'retry-after': '3' },
    });
  });

  it.each([
    [4_999, 'open', 1],
    [5_000, 'half_open', 0],
    [5_001, 'half_open', 0],
  ])('%s ms after the opening, with a wait of 5 000 ms, a call leaves it %s', async (elapsed, state, retryAfterMs) => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    clock.advance(elapsed);

    const ready = [breaker.canExecute(), breaker.retryAfterMs];
    await succeed(breaker).catch(() => {});

    expect(ready).toEqual([state === 'half_open', retryAfterMs]);
    expect(breaker.state).toBe(state);
  });

  it.each([
    [0, 1_001],
    [0.5, 1_000],
    [0.6, 1_000],
    [1_000.4, 1],
    [1_000.5, 0],
    [1_500, 0],
  ])('rounds the wait up to whole milliseconds: after %s of 1 000.5 ms it is %s', (elapsed, retryAfterMs) => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 1_000.5 });
    breaker.trip();

    clock.advance(elapsed);

    expect(breaker.retryAfterMs).toBe(retryAfterMs);
  });

  it('stays open for readers when the wait is over, until a call is admitted', async () => {
    const { breaker, clock, events } = breakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    clock.advance(5_000);

    const read = [breaker.state, breaker.canExecute(), breaker.retryAfterMs, breaker.getStatus().state, breaker.explain().includes('ready to probe')];
    const countedAfterReading = breaker.getMetrics().totalCalls;
    const kinds = kindsOf(events);
    await succeed(breaker);

    expect(read).toEqual(['open', true, 0, 'open', true]);
    expect(countedAfterReading).toBe(0);
    expect(kinds).toEqual(['stateChange']);
    expect(breaker.state).toBe('half_open');
  });

  it('has the first probe in place when listeners learn of half_open', async () => {
    const { breaker, clock } = silentBreakerWith({ halfOpenMaxCalls: 1, recoveryTimeoutMs: 5_000 });
    const seen: unknown[] = [];
    breaker.on('stateChange', ({ from, to, reason, retryAfterMs }) => {
      seen.push([from, to, reason, retryAfterMs, breaker.state, breaker.canExecute()]);
    });
    breaker.trip();
    clock.advance(5_000);

    await succeed(breaker);

    expect(seen).toEqual([
      ['closed', 'open', 'tripped', 5_000, 'open', false],
      ['open', 'half_open', 'wait_elapsed', 0, 'half_open', false],
    ]);
  });

  it('captures no stack for a rejection unless asked to', async () => {
    const stacks: boolean[] = [];
    for (const captureStack of [undefined, true]) {
      const { breaker } = silentBreakerWith({ captureStack, maxConcurrent: 1 });
      hang(breaker);
      const full = (await errorOf(breaker.call(() => 'fine'))) as Error;
      breaker.trip();
      const open = (await errorOf(breaker.call(() => 'fine'))) as Error;
      stacks.push(open.stack?.includes('\n    at ') ?? false, full.stack?.includes('\n    at ') ?? false);
    }

    expect(stacks).toEqual([false, false, true, true]);
  });

  it('leaves the cause out when nothing has failed', async () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(Object.hasOwn(error as Error, 'cause')).toBe(false);
  });

  it('leaves the Retry-After header out when the wait has no end', async () => {
    const { breaker } = silentBreakerWith({ recoveryTimeoutMs: Number.POSITIVE_INFINITY });
    breaker.trip();

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(error).toMatchObject({ retryAfterMs: Number.POSITIVE_INFINITY, headers: {}, message: 'Circuit "orders" is open' });
  });

  it('tells listeners of each rejection', async () => {
    const { breaker, events } = breakerWith();
    breaker.trip();

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(events.slice(1)).toEqual([{ type: 'rejected', name: 'orders', error }]);
  });
});

describe('the circuit and the bulkhead', () => {
  it('lets the circuit refuse first', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    hang(breaker);
    breaker.trip();

    expect(await errorOf(breaker.call(() => 'fine'))).toBeInstanceOf(CircuitBreakerOpenError);
  });

  it('moves no state and takes no probe when the bulkhead refuses', async () => {
    const { breaker, clock, events } = breakerWith({ ...untimed, maxConcurrent: 1, halfOpenMaxCalls: 1 });
    const running = hang(breaker);
    breaker.trip();
    clock.advance(60_000);

    const error = await errorOf(breaker.call(() => 'fine'));
    const after = [breaker.state, kindsOf(events)];
    running.operation.resolve('fine');
    await running.settled;
    await succeed(breaker);

    expect(error).toBeInstanceOf(BulkheadFullError);
    expect(after).toEqual(['open', ['stateChange', 'rejected']]);
    expect(breaker.state).toBe('half_open');
  });
});
