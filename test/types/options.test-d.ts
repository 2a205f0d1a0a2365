import { describe, expectTypeOf, it } from 'vitest';
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import type {
  Classifier, Clock, ErrorFilter, OperationResult, TripEvidence, TripPolicy, UnifiedCircuitConfig, Verdict,
} from 'unified-circuit-breaker';
import {
  adaptiveConcurrency, anyOf, consecutiveFailures, cusum, errorRate, slowCallRate, systemClock,
} from 'unified-circuit-breaker';
import type { FakeClock } from 'unified-circuit-breaker/testing';

class NotFound extends Error {}
class Quota extends Error {
  constructor(readonly left: number) {
    super('quota');
  }
}
abstract class Temporary extends Error {
  abstract readonly again: boolean;
}

describe('the options of a breaker', () => {
  it('need a name, and nothing else', () => {
    new UnifiedCircuitBreaker({ name: 'orders' });
    // @ts-expect-error no name
    new UnifiedCircuitBreaker({});
    // @ts-expect-error no options
    new UnifiedCircuitBreaker();
    // @ts-expect-error a name is text
    new UnifiedCircuitBreaker({ name: 7 });
  });

  it('are checked by satisfies, which keeps their own types', () => {
    const config = { name: 'orders', timeoutMs: 2_000, mode: 'observe' } satisfies UnifiedCircuitConfig;

    expectTypeOf(config.timeoutMs).toEqualTypeOf<number>();
    expectTypeOf(config.mode).toEqualTypeOf<'observe'>();
    new UnifiedCircuitBreaker(config);
    // @ts-expect-error a misspelt name
    void ({ name: 'orders', timeout: 2_000 } satisfies UnifiedCircuitConfig);
    // @ts-expect-error an unknown mode
    void ({ name: 'orders', mode: 'disabled' } satisfies UnifiedCircuitConfig);
    // @ts-expect-error an unknown jitter
    void ({ name: 'orders', jitter: 'half' } satisfies UnifiedCircuitConfig);
    // @ts-expect-error seconds as text
    void ({ name: 'orders', recoveryTimeoutMs: '60s' } satisfies UnifiedCircuitConfig);
    // @ts-expect-error not every trigger is one
    void ({ name: 'orders', fallbackOn: ['rejected', 'aborted'] } satisfies UnifiedCircuitConfig);
  });

  it('may each be undefined, under exactOptionalPropertyTypes too', () => {
    const given = (): Partial<Record<string, string>> => ({});
    const timeoutMs = given()['TIMEOUT'] === undefined ? undefined : Number(given()['TIMEOUT']);

    new UnifiedCircuitBreaker({ name: 'orders', timeoutMs, classify: undefined, clock: undefined, tags: undefined,
      healthCheck: undefined, tripPolicy: undefined });
    expectTypeOf<Partial<Record<Exclude<keyof UnifiedCircuitConfig, 'name'>,
      undefined>> & { name: string }>().toExtend<UnifiedCircuitConfig>();
  });

  it('may be null only where null switches something off', () => {
    new UnifiedCircuitBreaker({ name: 'x', failureThreshold: null, errorRateThreshold: null,
      slowCallRateThreshold: null, timeoutMs: null, maxConcurrent: null });
    // @ts-expect-error there is always a wait
    new UnifiedCircuitBreaker({ name: 'x', recoveryTimeoutMs: null });
    // @ts-expect-error there is always a window
    new UnifiedCircuitBreaker({ name: 'x', slidingWindowSize: null });
  });

  it('are read only', () => {
    const config: UnifiedCircuitConfig = { name: 'orders' };

    // @ts-expect-error given once
    config.timeoutMs = 5;
  });

  it('take a health check that answers now or later', () => {
    new UnifiedCircuitBreaker({ name: 'x', healthCheck: { check: () => true } });
    new UnifiedCircuitBreaker({ name: 'x',
      healthCheck: { check: async (signal) => (signal.aborted ? 'unknown' : 'degraded'), intervalMs: undefined } });
    // @ts-expect-error an unknown answer
    new UnifiedCircuitBreaker({ name: 'x', healthCheck: { check: () => 'fine' } });
    // @ts-expect-error no check
    new UnifiedCircuitBreaker({ name: 'x', healthCheck: { intervalMs: 5 } });
  });
});

describe('error filters', () => {
  it('are classes, names, codes, statuses and predicates, alone or in a list', () => {
    const filters: ErrorFilter[] =
      [NotFound, Quota, Temporary, DOMException, 'ECONNREFUSED', 404, (error) => error instanceof NotFound];

    new UnifiedCircuitBreaker({ name: 'x', ignoreErrors: filters, countErrors: NotFound });
    new UnifiedCircuitBreaker({ name: 'x', ignoreErrors: 404, countErrors: ['AbortError', Quota] });
    const frozen = Object.freeze(['A', 'B'] as const);
    new UnifiedCircuitBreaker({ name: 'x', ignoreErrors: frozen });
  });

  it('are told apart from everything else', () => {
    // @ts-expect-error a class that makes no errors
    void (Date satisfies ErrorFilter);
    // @ts-expect-error a pattern
    void (/timeout/ satisfies ErrorFilter);
    // @ts-expect-error an error and not its class
    void (new NotFound('x') satisfies ErrorFilter);
    // @ts-expect-error the answer of an async predicate is always truthy
    void ((async (error: unknown) => error instanceof NotFound) satisfies ErrorFilter);
    // @ts-expect-error a predicate gets anything, not only errors
    void (((error: Error) => error.message === 'x') satisfies ErrorFilter);
  });
});

describe('judging values', () => {
  it('lets isFailure name the type of the values', () => {
    new UnifiedCircuitBreaker({ name: 'x', isFailure: (response: Response) => response.status >= 500 });
    // @ts-expect-error an answer later is no answer
    new UnifiedCircuitBreaker({ name: 'x', isFailure: async (response: Response) => response.ok });
  });

  it('lets classify tell a value from an error', () => {
    const classify: Classifier = (result) => {
      expectTypeOf(result).toEqualTypeOf<OperationResult>();
      if (result.status === 'success') {
        expectTypeOf(result.value).toEqualTypeOf<unknown>();
        // @ts-expect-error a success has no error
        void result.error;
        return 'success';
      }
      expectTypeOf(result.error).toEqualTypeOf<unknown>();
      return { failure: true, retryAfterMs: 5_000 };
    };

    new UnifiedCircuitBreaker({ name: 'x', classify });
    expectTypeOf<Verdict>().toEqualTypeOf<
      | 'success' | 'failure' | 'ignored'
      | { readonly failure: true; readonly retryAfterMs?: number | undefined; readonly opens?: boolean | undefined }
    >();
    // @ts-expect-error not a verdict
    new UnifiedCircuitBreaker({ name: 'x', classify: () => 'error' });
    // @ts-expect-error a retry-after belongs to a failure
    new UnifiedCircuitBreaker({ name: 'x', classify: () => ({ failure: false, retryAfterMs: 5 }) });
    // @ts-expect-error a verdict later is no verdict
    new UnifiedCircuitBreaker({ name: 'x', classify: async () => 'success' });
  });
});

describe('a trip policy', () => {
  it('gets evidence that it cannot change, and gives a reason or null', () => {
    const policy: TripPolicy = {
      shouldTrip(evidence) {
        expectTypeOf(evidence).toEqualTypeOf<TripEvidence>();
        // @ts-expect-error evidence is read only
        evidence.windowCalls = 0;
        return evidence.windowFailures > 3 ? 'too many' : null;
      },
    };

    new UnifiedCircuitBreaker({
      name: 'x',
      tripPolicy: anyOf(
        policy,
        consecutiveFailures(5),
        errorRate({ threshold: 0.5, minRequestsThreshold: 20 }),
        slowCallRate({ threshold: 1, minRequestsThreshold: 1 }),
      ),
    });
    // @ts-expect-error a yes is no reason
    void ({ shouldTrip: () => true } satisfies TripPolicy);
    // @ts-expect-error a reason later is too late
    void ({ shouldTrip: async () => 'later' } satisfies TripPolicy);
    // @ts-expect-error a rate needs its minimum
    void errorRate({ threshold: 0.5 });
  });
});

describe('detectors and limiters', () => {
  it('are values, so that unused ones can be left out of a bundle', () => {
    const maxConcurrent = adaptiveConcurrency({ ceiling: 100 });
    new UnifiedCircuitBreaker({ name: 'x', detector: cusum({ tolerated: 0.1 }), maxConcurrent });
    new UnifiedCircuitBreaker({ name: 'x', tripPolicy: () => cusum() });
    // @ts-expect-error it was a string in earlier versions
    new UnifiedCircuitBreaker({ name: 'x', detector: 'cusum' });
    // @ts-expect-error a limiter needs its ceiling
    new UnifiedCircuitBreaker({ name: 'x', maxConcurrent: adaptiveConcurrency({}) });
  });
});

describe('time', () => {
  it('comes from any clock with three methods', () => {
    expectTypeOf<FakeClock>().toExtend<Clock>();
    expectTypeOf(systemClock).toEqualTypeOf<Clock>();
    const own = { now: () => 0, wall: () => 0, after: () => ({ cancel() {}, ref() {}, unref() {} }) };
    new UnifiedCircuitBreaker({ name: 'x', clock: own, random: Math.random });
    // @ts-expect-error Date is no clock
    new UnifiedCircuitBreaker({ name: 'x', clock: Date });
    // @ts-expect-error hrtime.bigint gives no number
    new UnifiedCircuitBreaker({ name: 'x', clock: { ...own, now: process.hrtime.bigint } });
  });
});
