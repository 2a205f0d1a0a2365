import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { managerWith } from '../support/manager.ts';

const warnings: { message: string; code: string; type: string }[] = [];

beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    warnings.push({ message: String(message), ...(options as { code: string; type: string }) });
  });
});

afterEach(() => {
  warnings.length = 0;
  vi.restoreAllMocks();
});

type Made = ReturnType<typeof managerWith>;

const differencesIn = ({ events }: Made) =>
  events.flatMap((event) => (event.type === 'configConflict' ? event.differences : []));

/** Creates a breaker twice, and returns how the second configuration differs. */
function conflictOf(first: object, second: object, options: object = {}) {
  const made = managerWith(options);
  const breaker = made.manager.createCircuitBreaker('orders', first);
  const before = breaker.getStatus().config;
  expect(made.manager.createCircuitBreaker('orders', second)).toBe(breaker);
  expect(breaker.getStatus().config).toEqual(before);
  return differencesIn(made);
}

const policy = () => ({ shouldTrip: () => null });
class Policy {
  shouldTrip(): null {
    return null;
  }
}

describe('a second configuration for a name', () => {
  it('is not applied, and warns with both values of each option', () => {
    const first = { timeoutMs: 2_000, failureThreshold: 3 };

    expect(conflictOf(first, { timeoutMs: 3_000, failureThreshold: 3, jitter: false })).toEqual([
      { option: 'timeoutMs', first: 2_000, second: 3_000 },
      { option: 'jitter', first: 'equal', second: 'none' },
    ]);
    expect(warnings).toEqual([
      {
        message:
          'Circuit breaker "orders": A second configuration differs and is not applied: ' +
          '`timeoutMs` is 2000, not 3000; `jitter` is "equal", not "none". ' +
          'Leave these options out, or choose another name.',
        code: 'UCB_CONFIG_CONFLICT',
        type: 'CircuitBreakerWarning',
      },
    ]);
  });

  it('warns and emits an event once for each contradiction, at most ten times per name', () => {
    const made = managerWith();
    const create = (timeoutMs: number): unknown => made.manager.createCircuitBreaker('orders', { timeoutMs });
    create(1);

    for (const timeoutMs of [2, 2, 3, 2]) create(timeoutMs);
    expect([warnings.length, differencesIn(made).length]).toEqual([2, 2]);
    for (let timeoutMs = 4; timeoutMs < 20; timeoutMs += 1) create(timeoutMs);

    expect([warnings.length, differencesIn(made).length]).toEqual([10, 10]);
  });

  it.each<[title: string, first: object, second: object, options?: object]>([
    ['sets nothing', { timeoutMs: 2_000 }, {}],
    ['repeats the first', { timeoutMs: 2_000, tags: { team: 'a' } }, { tags: { team: 'a' }, timeoutMs: 2_000 }],
    ['sets a default', {}, { failureThreshold: 10, timeoutMs: 30_000, mode: 'enforce' }],
    ['sets an adapted default', { minRequestsThreshold: 300 }, { slidingWindowSize: 300 }],
    [
      'sets equal values in another form',
      { jitter: true, timeoutMs: null },
      { jitter: 'equal', timeoutMs: Number.POSITIVE_INFINITY },
    ],
    ['leaves options out', { timeoutMs: 2_000, failureThreshold: 3 }, { timeoutMs: 2_000 }],
    ['repeats functions inline', { classify: () => 'success' }, { classify: () => 'success' }],
    [
      'has the same health check at an equal interval',
      { healthCheck: { check: () => true } },
      { healthCheck: { check: () => true, intervalMs: 2_000, timeoutMs: 5_000 } },
    ],
    [
      'has another clock, randomness and handler',
      {},
      { clock: { now: () => 0, wall: () => 0, after: () => ({}) }, random: () => 0, onInternalError: () => {} },
    ],
    ['has another trip policy', { tripPolicy: policy() }, { tripPolicy: policy() }],
    ['has another trip policy of a class', { tripPolicy: new Policy() }, { tripPolicy: new Policy() }],
    ['has a function that makes a trip policy', { tripPolicy: new Policy() }, { tripPolicy: policy }],
    ['has a snapshot', {}, { restore: {} }],
    ['leaves inherited tags out', { tags: { team: 'a' } }, { tags: { team: 'a' } }, { tags: { app: 'shop' } }],
  ])('is accepted silently when it %s', (_title, first, second, options = {}) => {
    expect(conflictOf(first, second, options)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['a status in a list', { ignoreErrors: [404] }, { ignoreErrors: [404, 410] }, 'ignoreErrors'],
    ['a function', { isFailure: () => true }, { isFailure: () => false }, 'isFailure'],
    ['a function in a list', { ignoreErrors: [404, () => true] }, { ignoreErrors: [404, () => false] }, 'ignoreErrors'],
    ['order in a list', { fallbackOn: ['result', 'failure'] }, { fallbackOn: ['failure', 'result'] }, 'fallbackOn'],
    ['a tag', { tags: { team: 'a' } }, { tags: { team: 'b' } }, 'tags'],
    ['the set of tags', { tags: { team: 'a' } }, { tags: { kind: 'b' } }, 'tags'],
    [
      'the interval of a health check',
      { healthCheck: { check: () => true } },
      { healthCheck: { check: () => true, intervalMs: 5 } },
      'healthCheck',
    ],
    ['a function where there was none', {}, { classify: () => 'success' }, 'classify'],
    ['a trip policy where there was none', {}, { tripPolicy: policy }, 'tripPolicy'],
    ['a fallback', { fallback: { id: 1, of: [1, 2] } }, { fallback: { id: 1, of: [1, 3] } }, 'fallback'],
    ['null for a number', { failureThreshold: 3 }, { failureThreshold: null }, 'failureThreshold'],
  ])('contradicts the first when it changes %s', (_title, first, second, option) => {
    expect(conflictOf(first, second).map((difference) => difference.option)).toEqual([option]);
    expect(warnings).toHaveLength(1);
  });

  it('includes the options of its base', () => {
    expect(conflictOf({}, { base: 'http' }, { baseConfigs: { http: { timeoutMs: 5 } } })).toEqual([
      { option: 'timeoutMs', first: 30_000, second: 5 },
    ]);
  });

  it('throws when the manager is strict', () => {
    const { manager } = managerWith({ strict: true });
    const breaker = manager.createCircuitBreaker('orders', { timeoutMs: 1 });

    expect(() => manager.createCircuitBreaker('orders', { timeoutMs: 2 })).toThrow(
      expect.objectContaining({
        code: 'ERR_CIRCUIT_CONFIG',
        breakerName: 'orders',
        message: expect.stringMatching(/^Circuit breaker "orders": A second configuration differs/) as string,
      }) as Error,
    );
    expect([manager.createCircuitBreaker('orders', { timeoutMs: 1 }), warnings]).toEqual([breaker, []]);
  });

  it('throws when an option is invalid', () => {
    const { manager } = managerWith();
    manager.createCircuitBreaker('orders');

    expect(() => manager.createCircuitBreaker('orders', { timeoutMs: 0 })).toThrow('`timeoutMs` must be');
  });

  it('is reported for keyed breakers too', () => {
    const made = managerWith({ tags: { app: 'shop' } });
    const keyed = (options: object) => made.manager.keyed('tenants', options);
    const first = { maxKeys: 5, timeoutMs: 1, tags: { team: 'a' } };
    const group = keyed(first);

    expect(keyed({ ...first, failureThreshold: 10 })).toBe(group);
    expect([differencesIn(made), warnings]).toEqual([[], []]);
    expect(keyed({ maxKeys: 6, idleMs: 5, by: () => 'a', tags: { team: 'b' } })).toBe(group);
    expect(differencesIn(made).map(({ option }) => option)).toEqual(['tags', 'maxKeys', 'idleMs', 'by']);
    expect(warnings[0]?.message).toContain('Keyed breakers "tenants": A second configuration differs');
  });

  it('warns on the console when there is no process', () => {
    const seen = vi.spyOn(console, 'warn').mockReturnValue();
    vi.stubGlobal('process', undefined);
    try {
      conflictOf({ timeoutMs: 1 }, { timeoutMs: 2 });
    } finally {
      vi.unstubAllGlobals();
    }

    expect(seen.mock.calls.flat().join('')).toMatch(/^\[UCB_CONFIG_CONFLICT\] Circuit breaker "orders": A second/);
  });
});
