import { describe, expect, it } from 'vitest';
import type { CircuitEvents } from '../../src/index.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';
import { finish, movesOf, problemsOf, throwing } from '../support/calls.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const noEvent = '`event` must be the name of an event, such as `stateChange`. Received';

describe('a breaker', () => {
  it('has its name, and is closed at first', () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders-db' });

    const { name, state, override, retryAfterMs } = breaker;
    expect([name, state, override, retryAfterMs, breaker.canExecute()]).toEqual(['orders-db', 'closed', null, 0, true]);
  });
});

describe('listeners', () => {
  it('are called in the order in which they subscribed, with the event', async () => {
    const { breaker } = silentBreakerWith();
    const seen: unknown[] = [];
    breaker.on('failure', (event) => seen.push(['first', event]));
    breaker.on('failure', (event) => seen.push(['second', event.error]));

    await fail(breaker);

    expect(seen).toEqual([
      ['first', { name: 'orders', error: BOOM, durationMs: 0 }],
      ['second', BOOM],
    ]);
  });

  it('unsubscribe one subscription each, even when one function subscribed twice', async () => {
    const { breaker } = silentBreakerWith();
    let calls = 0;
    const listener = () => (calls += 1);
    const offs = [breaker.on('success', listener), breaker.on('success', listener)];
    await succeed(breaker);

    offs[0]?.();
    offs[0]?.();
    await succeed(breaker);
    offs[1]?.();
    await succeed(breaker);

    expect(calls).toBe(3);
  });

  it.each<[string, unknown, unknown, string]>([
    [
      'the event is misspelled', 'statechange', () => {},
      `${noEvent} the string "statechange". Did you mean \`stateChange\`?`,
    ],
    [
      'the event is almost another one', 'reject', () => {},
      `${noEvent} the string "reject". Did you mean \`rejected\`?`,
    ],
    ['the event does not exist', 'halfOpen', () => {}, `${noEvent} the string "halfOpen".`],
    ['the event is a key of every object', 'toString', () => {}, `${noEvent} the string "toString".`],
    ['the event is no string', undefined, () => {}, `${noEvent} undefined.`],
    ['the listener is no function', 'failure', 'log', '`listener` must be a function. Received the string "log".'],
  ])('are rejected when %s', (_when, event, listener, problem) => {
    const { breaker } = silentBreakerWith();

    expect(problemsOf(() => breaker.on(event as keyof CircuitEvents, listener as () => void))).toEqual([problem]);
  });

  it('all see one event before the events that it causes', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const seen: string[] = [];
    breaker.on('stateChange', ({ to }) => {
      seen.push(`first ${to}`);
      if (to === 'open') breaker.forceClose();
    });
    breaker.on('stateChange', ({ to }) => seen.push(`second ${to}`));
    breaker.on('override', () => seen.push('override'));

    await fail(breaker);

    expect(seen).toEqual(['first open', 'second open', 'override']);
  });

  it.each([
    ['throw', throwing(BOOM)],
    ['reject', async () => throwing(BOOM)()],
  ])('change no result when they %s, keep no event from others, and are reported', async (_what, listener) => {
    const { breaker, internalErrors, clock } = silentBreakerWith({ failureThreshold: 1 });
    let seen = 0;
    breaker.on('failure', listener);
    breaker.on('failure', () => (seen += 1));
    breaker.on('stateChange', listener);
    const error = new RangeError('from the dependency');

    expect(await errorOf(breaker.call(() => Promise.reject(error)))).toBe(error);
    await clock.advanceAsync(0);
    expect([seen, breaker.state]).toEqual([1, 'open']);
    expect(internalErrors).toEqual([{ source: 'listener', error: BOOM }, { source: 'listener', error: BOOM }]);
  });

  it('change no result when onInternalError throws as well', async () => {
    const { breaker } = silentBreakerWith({ onInternalError: throwing(new Error('worse')) });
    breaker.on('success', throwing(BOOM));

    expect(await breaker.call(() => 'fine')).toBe('fine');
  });
});

describe('the events of an outage', () => {
  it('come in the order of what happened', async () => {
    const options = { failureThreshold: 2, successThreshold: 1, timeoutMs: 1_000, slowCallThresholdMs: 500 };
    const { breaker, clock, events } = breakerWith(options);
    await fail(breaker);
    const slow = hang(breaker);
    clock.advance(1_000);
    await slow.settled;
    await fail(breaker);
    clock.advance(60_000);
    await succeed(breaker);
    breaker.reset();

    expect(kindsOf(events).join(' ')).toBe(
      'failure timeout failure slow stateChange rejected slotFreed stateChange success stateChange reset',
    );
    expect(movesOf(events).map(({ from, to, reason }) => `${from} ${to} ${reason}`)).toEqual([
      'closed open consecutive_failures',
      'open half_open wait_elapsed',
      'half_open closed probes_succeeded',
    ]);
  });

  it('name the breaker', async () => {
    const options = { timeoutMs: 1_000, fallback: 'cached', ignoreErrors: RangeError };
    const { breaker, clock, events } = breakerWith(options);
    await succeed(breaker);
    await fail(breaker);
    await fail(breaker, 1, new RangeError('ignored'));
    hang(breaker);
    clock.advance(1_000);
    breaker.trip();
    await fail(breaker);
    breaker.forceOpen();
    breaker.reset();

    expect(new Set(events.map(({ name }) => name))).toEqual(new Set(['orders']));
    expect(new Set(kindsOf(events)).size).toBe(10);
  });
});

describe('dispose', () => {
  it('rejects later calls', async () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();
    breaker.dispose();

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({
      name: 'CircuitBreakerDisposedError',
      code: 'ERR_CIRCUIT_DISPOSED',
      breakerName: 'orders',
      message: 'Circuit breaker "orders" is disposed. Create a new one.',
    });
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('leaves nothing that can be done', () => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 });
    breaker.dispose();
    breaker.recordFailure(BOOM);
    breaker.recordSuccess(5);
    breaker.trip();
    breaker.forceOpen();
    breaker.reset();
    breaker.on('success', () => {})();

    const seen = [breaker.tryAcquire(), breaker.canExecute(), breaker.state, breaker.override, events];
    expect(seen).toEqual([null, false, 'closed', null, []]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, stateChanges: 0 });
  });

  it('leaves no timer once the last running call has ended', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const call = hang(breaker);
    breaker.dispose();
    const during = [clock.timers, clock.holdingTimers];

    await finish(call);

    expect([during, clock.timers]).toEqual([[1, 1], 0]);
  });

  it('is what `using` does', () => {
    const { breaker } = silentBreakerWith();
    {
      using used = breaker;
      used.trip();
    }

    expect(breaker.canExecute()).toBe(false);
    expect([breaker.state, breaker.getStatus().state, breaker.snapshot().state]).toEqual(['open', 'open', 'open']);
  });
});
