import { describe, expect, it } from 'vitest';
import { retry, UnifiedCircuitBreaker, type UnifiedCircuitConfig } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { untimedPermit } from '../support/calls.ts';
import { flush } from '../support/drive.ts';

type Config = Partial<UnifiedCircuitConfig>;

function breakerWith(config: Config): { breaker: UnifiedCircuitBreaker; clock: FakeClock } {
  const clock = new FakeClock();
  return { clock, breaker: new UnifiedCircuitBreaker({ name: 'api', clock, jitter: false, ...config }) };
}

/** Opens the circuit, and lets its wait pass. */
function opened(config: Config): { breaker: UnifiedCircuitBreaker; clock: FakeClock } {
  const { breaker, clock } = breakerWith(config);
  breaker.trip();
  clock.advance(breaker.retryAfterMs as number);
  return { breaker, clock };
}

function after<T>(clock: FakeClock, ms: number, value: T): Promise<T> {
  return new Promise((resolve) => void clock.after(ms, () => resolve(value)));
}

/** Calls an operation at intervals until the circuit is closed. Returns the time that it took, or null. */
async function msToClose(
  { breaker, clock }: { breaker: UnifiedCircuitBreaker; clock: FakeClock }, everyMs: number, longestMs: number,
  operation: () => Promise<unknown>,
): Promise<number | null> {
  const since = clock.now();
  while (breaker.state !== 'closed' && clock.now() - since < longestMs) {
    void breaker.tryCall(operation);
    await clock.advanceAsync(everyMs);
  }
  return breaker.state === 'closed' ? clock.now() - since : null;
}

const failWith = (fields: object) => () => Promise.reject(Object.assign(new Error('down'), fields));

describe('a dependency that answers slowly, but in time', () => {
  it.each<[string, Config, number, number]>([
    ['A01: short waits', { recoveryTimeoutMs: 1_000, maxBackoffMs: 2_000, timeoutMs: 5_000 }, 2_500, 2_700],
    ['C2: short waits', { recoveryTimeoutMs: 1_000, maxBackoffMs: 2_000, timeoutMs: 5_000 }, 4_900, 5_100],
    ['C2: a language model', presets.llmService, 25_000, 26_000],
    ['C2: the defaults', {}, 29_000, 30_000],
    ['a lease shorter than the answers', { halfOpenLeaseMs: 1_000, timeoutMs: 5_000 }, 3_000, 3_200],
  ])('closes the circuit after one answer: %s', async (_, config, answerMs, atMostMs) => {
    const made = opened(config);

    const ms = await msToClose(made, 100, 600_000, () => after(made.clock, answerMs, 'good'));

    expect(ms).toBeLessThanOrEqual(atMostMs);
    expect(made.breaker.getMetrics().failedCalls).toBe(0);
  });
});

describe('a breaker that is called within its own calls', () => {
  it.each([1, 3])('recovers when its probes call it again: halfOpenMaxCalls %i (A02)', async (halfOpenMaxCalls) => {
    const made = opened({ halfOpenMaxCalls });
    const get = (): Promise<string> => made.breaker.call(() => after(made.clock, 20, 'value'));

    expect(await msToClose(made, 1_000, 30_000, async () => get())).not.toBeNull();
  });

  it('recovers under 200 calls a second and through three levels (A02)', async () => {
    const made = opened({});
    const level = async (depth: number): Promise<unknown> => {
      await after(made.clock, 20, undefined);
      return depth === 0 ? 'page' : made.breaker.call(() => level(depth - 1));
    };

    expect(await msToClose(made, 5, 5_000, () => level(2))).not.toBeNull();
  });

  it('recovers when ten callers wait for one token and then call it again (B3)', async () => {
    const made = opened({ failureThreshold: 3, recoveryTimeoutMs: 20, maxBackoffMs: 20, halfOpenMaxCalls: 1 });
    let token: Promise<unknown> | undefined;
    const auth = (): Promise<unknown> => (token ??= after(made.clock, 3, 'token').then(() => (token = undefined)));
    const getUser = async (): Promise<unknown> => {
      await auth();
      return made.breaker.call(() => Promise.resolve('user'));
    };
    for (let round = 0; round < 20 && made.breaker.state !== 'closed'; round += 1) {
      for (let caller = 0; caller < 10; caller += 1) void made.breaker.tryCall(getUser);
      await made.clock.advanceAsync(5);
    }

    expect(made.breaker.state).toBe('closed');
  });

  it('keeps the gate as it is for callers that abort', async () => {
    const { breaker, clock } = opened({ halfOpenMaxCalls: 1 });
    for (let call = 0; call < 20; call += 1) {
      const controller = new AbortController();
      void breaker.tryCall(() => new Promise(() => {}), { signal: controller.signal });
      controller.abort(new Error('gone'));
      await flush();
    }

    const permits = [breaker.tryAcquire(), breaker.tryAcquire()];

    expect([permits[0] !== null, permits[1]]).toEqual([true, null]);
    clock.advance(1);
  });

  it('lets one more probe in at a time until it opens again', () => {
    const { breaker, clock } = opened({ halfOpenMaxCalls: 1 });
    breaker.tryAcquire()?.ignore();
    const widened = [breaker.tryAcquire(), breaker.tryAcquire(), breaker.tryAcquire()];

    widened[0]?.failure();
    clock.advance(breaker.retryAfterMs as number);
    const again = [breaker.tryAcquire(), breaker.tryAcquire()];

    expect([...widened, ...again].map((permit) => permit !== null)).toEqual([true, true, false, true, false]);
  });

  it('takes a permit that is left for no sign of a call within a call', () => {
    const { breaker } = opened({ halfOpenMaxCalls: 1 });
    breaker.tryAcquire()?.[Symbol.dispose]();

    expect([breaker.tryAcquire() !== null, breaker.tryAcquire()]).toEqual([true, null]);
  });
});

describe('errors that are ignored', () => {
  const seen = [
    ['an HTTP status', { status: 401 }],
    ['the status of a response', { response: { status: 404 } }],
    ['the status of an AWS client', { $metadata: { httpStatusCode: 400 } }],
    ['a gRPC status', { code: 5, metadata: {}, details: 'not found' }],
    ['an SQLSTATE', { code: '23505' }],
    ['the reply of a Redis server', { name: 'ReplyError' }],
    ['a status of its cause', { cause: { statusCode: 409 } }],
  ] as const;
  const unseen = [
    ['a refused connection', { code: 'ECONNREFUSED' }],
    ['a gRPC status that a client makes', { code: 14, metadata: {} }],
    ['a lost connection of a database', { code: '08006' }],
    ['a server that shuts down', { code: '57P01' }],
    ['nothing', {}],
    ['a rejection with a status', { code: 'ERR_CIRCUIT_OPEN', statusCode: 503 }],
    ['a wrapped rejection', { cause: { code: 'ERR_CIRCUIT_OPEN', statusCode: 503, cause: { status: 500 } } }],
    ['a number that is no status', { status: 42, code: 5 }],
    ['a status that throws when it is read', { status: { toString: () => { throw new Error('hostile'); } } }],
  ] as const;

  it.each(seen)('close a half-open circuit when they show an answer: %s (A08)', async (_, fields) => {
    const { breaker } = opened({ ignoreErrors: () => true });
    for (let call = 0; call < 3; call += 1) await breaker.tryCall(failWith(fields));

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 3, failedCalls: 0, successfulCalls: 0 });
  });

  it.each(unseen)('prove nothing when they show no answer: %s', async (_, fields) => {
    const { breaker } = opened({ ignoreErrors: () => true });
    for (let call = 0; call < 30; call += 1) await breaker.tryCall(failWith(fields));

    expect(breaker.state).toBe('half_open');
  });

  it('count for nothing while the circuit is closed', async () => {
    const { breaker } = breakerWith({ ignoreErrors: [401], failureThreshold: 2 });
    breaker.recordFailure();
    await breaker.tryCall(failWith({ status: 401 }));
    breaker.recordFailure();

    expect(breaker.state).toBe('open');
  });

  it('close a half-open circuit as values that a classifier ignores, too', async () => {
    const { breaker } = opened({ classify: () => 'ignored' });
    for (let call = 0; call < 3; call += 1) await breaker.tryCall(() => Promise.resolve({ status: 404 }));

    expect(breaker.state).toBe('closed');
  });
});

describe('a probe without a timeout', () => {
  it.each([
    ['that answers after more than a minute', {}, 70_000],
    ['that answers after more than its lease', { halfOpenLeaseMs: 1_000 }, 2_000],
  ])('%s closes the circuit: it works, only slowly (A01)', async (_, config, answerMs) => {
    const made = opened({ timeoutMs: null, ...config });

    const ms = await msToClose(made, 500, 3_600_000, () => after(made.clock, answerMs, 'good'));

    expect(ms).toBeLessThanOrEqual(4 * answerMs);
  });

  it('that streams, and has its first item after its lease, gives later probes more time', async () => {
    const made = opened({ timeoutMs: null, halfOpenLeaseMs: 1_000 });
    const slow = async (): Promise<void> => {
      const items = made.breaker.stream(async function* items() {
        yield await after(made.clock, 1_500, 'late');
      });
      for await (const _ of items) await undefined;
    };

    const since = made.clock.now();
    while (made.breaker.state !== 'closed' && made.clock.now() - since < 60_000) {
      void slow().catch(() => {});
      await made.clock.advanceAsync(500);
    }

    expect(made.breaker.state).toBe('closed');
  });

  it('that is a permit, and succeeds after its lease, gives later permits more time', () => {
    const { breaker, clock } = opened({ halfOpenLeaseMs: 1_000, successThreshold: 1 });
    for (const ms of [1_500, 2_999]) {
      const permit = untimedPermit(breaker);
      clock.advance(ms);
      permit?.success();
      clock.advance(breaker.retryAfterMs as number);
    }

    expect(breaker.state).toBe('closed');
  });
});

describe('a call within a call', () => {
  it('whose rejection the operation wraps proves nothing, and recovery goes on', async () => {
    const made = opened({ timeoutMs: 5_000 });
    const outer = async (): Promise<unknown> => {
      try {
        return await made.breaker.call(() => after(made.clock, 10, 'inner'));
      } catch (cause) {
        throw new Error('the page failed', { cause });
      }
    };

    expect(await msToClose(made, 20, 5_000, outer)).not.toBeNull();
    expect(made.breaker.getMetrics().circuitOpenedCount).toBe(1);
  });

  it.each<[string, object, string]>([
    ['is ignored, because the operation only passes on the rejection', {}, 'half_open'],
    ['is a failure if the operation says so by a status of its own', { status: 502 }, 'open'],
  ])('that another breaker rejected %s', async (_title, facts, state) => {
    const { breaker } = opened({});
    const other = breakerWith({ name: 'other' }).breaker;
    other.trip();

    await breaker.tryCall(async () => {
      await other.call(() => 'never').catch((cause: unknown) => {
        throw Object.assign(new Error('down', { cause }), facts);
      });
    });

    expect(breaker.state).toBe(state);
  });
});

describe('a probe that expires', () => {
  it.each<[string, Config]>([
    ['ignoreErrors', { ignoreErrors: ['CircuitBreakerTimeoutError'] }],
    ['classify', { classify: ({ status }) => (status === 'failure' ? 'ignored' : 'success') }],
  ])('proves nothing if %s ignores timeouts (A07)', (_, config) => {
    const { breaker, clock } = opened({ halfOpenLeaseMs: 1_000, ...config });
    untimedPermit(breaker);
    clock.advance(1_000);

    untimedPermit(breaker);

    expect([breaker.state, breaker.getMetrics().ignoredCalls]).toEqual(['half_open', 1]);
  });
});

describe('a rejection while all probes run', () => {
  it('names the time in which a probe will probably end, and retry() waits as usual (A04)', async () => {
    const { breaker, clock } = opened({});
    const told: unknown[] = [];
    for (let call = 0; call < 100; call += 1) {
      breaker.call(() => after(clock, 20, 'served')).catch((error) => told.push(error.headers['retry-after']));
    }
    let served = 0;
    for (let call = 0; call < 97; call += 1) {
      const options = { clock, random: () => 0.9, attempts: 3, totalTimeoutMs: 2_000, budget: null };
      void retry(() => breaker.call(() => after(clock, 20, 'served')), options).then(() => (served += 1), () => {});
    }

    await clock.advanceAsync(1_000);

    expect([told.length, new Set(told), served]).toEqual([97, new Set(['1']), 97]);
  });
});

describe('ask, do, record (A16)', () => {
  it('asks without a limit, and records beyond the probes that may run go to the totals only', () => {
    const { breaker } = opened({ halfOpenMaxCalls: 1 });
    const asked = Array.from({ length: 500 }, () => breaker.canExecute());
    untimedPermit(breaker);

    for (let call = 0; call < 10; call += 1) breaker.recordSuccess();

    const { successfulCalls } = breaker.getMetrics();
    expect([asked.every(Boolean), breaker.state, successfulCalls]).toEqual([true, 'half_open', 10]);
  });
});

describe('thousands of probes (D8 d)', () => {
  it('cost each a look at few of the others', () => {
    const { breaker } = opened({ halfOpenMaxCalls: 20_000, successThreshold: 20_000, timeoutMs: null });
    const permits = Array.from({ length: 20_000 }, () => breaker.tryAcquire());

    for (const permit of permits) permit?.success();

    expect(breaker.state).toBe('closed');
  });
});
