import { afterEach, describe, expect, it, vi } from 'vitest';
import { circuitBreaker as legacyDecorator, CircuitBreaker, CircuitBreakerRegistry, CircuitStates, circuitRegistry } from '../../src/compat/core/index.ts';
import { reportLegacyNames } from '../../src/compat/index.ts';
import { getUnifiedCircuitBreakerManager, isCircuitBreakerOpenError, withBreaker } from '../../src/index.ts';
import type { CircuitEvents, TripPolicy, UnifiedCircuitBreaker } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { breakerWith } from '../support/breaker.ts';
import { canonicalWith, failTimes, legacyWith, play } from '../support/legacy.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

afterEach(() => {
  getUnifiedCircuitBreakerManager().dispose();
  reportLegacyNames(null);
});

/** An answer as the triage agent gave it. */
async function triage(breaker: Pick<UnifiedCircuitBreaker, 'call'>, model: () => Promise<string>): Promise<{ readonly category: string; readonly confidence: number }> {
  try {
    return { category: await breaker.call(model), confidence: 0.9 };
  } catch (error) {
    return isCircuitBreakerOpenError(error) ? { category: 'System_Unavailable', confidence: 0.1 } : { category: 'Error', confidence: 0 };
  }
}

/** LEGACY 6.1 and 6.1b. */
describe('the cascade of the language model', () => {
  it('6.1: three failures leave its breaker closed and the tenth opens it, for 10 s and not for 20', async () => {
    const { breaker } = breakerWith(presets.llmService);

    expect((await play(breaker, 'FFFFFFFFFF')).indexOf('open')).toBe(9);
    expect(breaker.retryAfterMs).toBe(10_000);
  });

  it('6.1: a caller tells the open circuit from a failing model, and never gets null', async () => {
    const { breaker } = breakerWith(presets.llmService);
    const model = (): Promise<string> => Promise.reject(BOOM);
    const before = await triage(breaker, model);
    breaker.trip();

    expect([before.category, await triage(breaker, model)]).toEqual(['Error', { category: 'System_Unavailable', confidence: 0.1 }]);
    expect(await breaker.tryCall(model)).toMatchObject({ status: 'rejected', error: { code: 'ERR_CIRCUIT_OPEN' } });
    expect(breaker.tryAcquire()).toBe(null);
  });

  it('6.1: one breaker for each model and operation, so that the agents that use another one go on', async () => {
    const { manager } = managerWith(presets.llmService);
    const [triageModel, supervisorModel] = [manager.createCircuitBreaker('llm.triage'), manager.createCircuitBreaker('llm.supervisor')];
    await fail(triageModel, 10);

    expect(await triage(triageModel, async () => 'Billing')).toEqual({ category: 'System_Unavailable', confidence: 0.1 });
    expect(await triage(supervisorModel, async () => 'Billing')).toEqual({ category: 'Billing', confidence: 0.9 });
  });

  it('6.1: nothing leaks from one test to the next: a reset clears all circuits, and a manager of its own shares nothing', async () => {
    const { manager } = managerWith(presets.llmService);
    await fail(manager.createCircuitBreaker('llm'), 10);
    const other = managerWith(presets.llmService).manager.createCircuitBreaker('llm');
    manager.resetAll();

    expect([other.state, manager.createCircuitBreaker('llm').state, manager.createCircuitBreaker('llm').getMetrics().totalCalls]).toEqual(['closed', 'closed', 0]);
  });

  it('6.1b: the legacy name keeps what it promised: recorded at once, a failed probe opens again, one success closes', () => {
    const { breaker, clock } = legacyWith({ failureThreshold: 1, recoveryTimeout: 10 });
    const states = [0, 1, 2].map((step) => {
      if (step > 0) clock.advance(10_000);
      if (step < 2) breaker.recordFailure();
      else breaker.recordSuccess();
      return breaker.state;
    });

    expect(states).toEqual(['open', 'open', 'closed']);
  });

  it('6.1b: the status has failureCount, successRate and health as text at its top, and awaiting it does no harm', async () => {
    const registry = new CircuitBreakerRegistry(testRuntime());
    await failTimes(registry.getBreaker('orders', { failureThreshold: 2 }), 2);
    const awaited = await registry.getAllStatus();

    expect(awaited['orders']).toMatchObject({ state: 'open', failureCount: 2, successRate: 0, health: 'unhealthy' });
  });
});

/** LEGACY 6.2. */
describe('the crash of the metrics', () => {
  const broken = new TypeError("'CircuitBreakerMetrics' object has no attribute 'slow_requests'");
  const crash = (): never => {
    throw broken;
  };
  const listening = (event: keyof CircuitEvents, listener: () => unknown) => (breaker: UnifiedCircuitBreaker) => void breaker.on(event, listener);

  it.each([
    ['a listener', listening('stateChange', crash)],
    ['a listener of failures', listening('failure', crash)],
    ['an asynchronous listener', listening('failure', () => Promise.reject(broken))],
  ])('6.2: %s that throws at the opening failure changes nothing: the caller gets its own error, and the circuit is open', async (_title, listen) => {
    const { breaker, internalErrors } = canonicalWith({ failureThreshold: 2 });
    listen(breaker);
    await fail(breaker);

    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect([breaker.state, breaker.getMetrics().failedCalls]).toEqual(['open', 2]);
    expect(internalErrors).toContainEqual({ error: broken, source: 'listener' });
  });

  it('6.2: neither a trip rule nor a classifier nor a report that throws reaches the caller', async () => {
    const tripPolicy: TripPolicy = { shouldTrip: crash };
    const { breaker } = canonicalWith({ classify: crash, onInternalError: crash }, { tripPolicy });

    expect(await breaker.call(() => 'fine')).toBe('fine');
    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 1 });
  });

  it('6.2: figures are a copy: what a reader does to them, the breaker does not see', async () => {
    const { breaker } = canonicalWith();
    await fail(breaker);
    const metrics = breaker.getMetrics();

    expect(() => Object.assign(metrics, { failedCalls: 0 })).toThrow(TypeError);
    delete (metrics.failureTypes as Record<string, number>)['Error'];
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, failureTypes: { Error: 1 } });
  });
});

/** LEGACY 6.3. */
describe('the breaker of authentication that was too eager', () => {
  it('6.3: seven failures among the first twenty calls of a cold start leave it closed', async () => {
    expect(new Set(await play(breakerWith(presets.authService).breaker, 'FSSFSSFSSFSSFSSFSSFS'))).toEqual(new Set(['closed']));
  });

  it('6.3: while it is open a cached token is served, and counts as nothing', async () => {
    const { breaker } = breakerWith(presets.authService);
    breaker.trip();

    expect(await breaker.call(() => Promise.reject(BOOM), { fallback: () => 'cached token' })).toBe('cached token');
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 0, failedCalls: 0, rejectedCalls: 1 });
  });
});

/** LEGACY 6.4 to 6.7. */
describe('what the consolidation broke', () => {
  it('6.4: state, flags and status agree in every state, and equal the names of the states', () => {
    const { breaker, clock } = legacyWith({ failureThreshold: 1, recoveryTimeout: 10 });
    const { CLOSED, OPEN, HALF_OPEN } = CircuitStates;
    const seen = (): unknown[] => [breaker.state, breaker.getStatus().state, breaker.isClosed, breaker.isOpen, breaker.isHalfOpen];
    const first = seen();
    breaker.recordFailure();
    const second = seen();
    clock.advance(10_000);
    const third = seen();
    hang(breaker.breaker);

    expect([first, second, third, seen()]).toEqual([
      [CLOSED, CLOSED, true, false, false],
      [OPEN, OPEN, false, true, false],
      [HALF_OPEN, HALF_OPEN, false, false, true],
      [HALF_OPEN, HALF_OPEN, false, false, true],
    ]);
  });

  it('6.5: making a breaker with a health check starts nothing; while open one timer that holds no process, after disposal none', () => {
    const check = vi.fn<() => boolean>(() => true);
    const { breaker, clock } = canonicalWith({ healthCheck: { check } });
    const timers = [clock.timers];
    breaker.trip();
    timers.push(clock.timers, clock.holdingTimers);
    breaker.dispose();

    expect([...timers, clock.timers, check.mock.calls.length]).toEqual([0, 1, 0, 0, 0]);
  });

  it('6.6: a legacy name has no figures of its own: all names of a circuit show the same, whoever called', async () => {
    const runtime = testRuntime();
    const [one, other] = [new CircuitBreaker({ name: 'orders' }, runtime), new CircuitBreaker({ name: 'orders' }, runtime)];
    await one.call(() => 1);
    await failTimes(other, 2);
    await fail(one.breaker);

    expect(one.getStatus()).toEqual(other.getStatus());
    expect(one.getMetrics()).toMatchObject({ totalCalls: 4, successfulCalls: 1, failedCalls: 3 });
  });

  it('6.6: a legacy name tells once what to use instead', () => {
    const told: string[] = [];
    reportLegacyNames((message) => told.push(message));
    for (let use = 0; use < 3; use += 1) legacyDecorator('orders');

    expect(told).toEqual([expect.stringContaining('use circuitBreaker({ name }) or withBreaker(fn, { name }) instead')]);
  });

  it('6.7: an open circuit probes and closes again, and meanwhile rejects with an error of its own type', async () => {
    const { breaker, clock } = canonicalWith();
    await fail(breaker, 5);
    const rejected = await errorOf(breaker.call(() => 1));
    clock.advance(breaker.retryAfterMs as number);
    await succeed(breaker, 3);

    expect([isCircuitBreakerOpenError(rejected), breaker.state]).toEqual([true, 'closed']);
  });

  it('6.7: creating a breaker anew never replaces the one that is there', async () => {
    const { manager } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', { failureThreshold: 1 });
    await fail(breaker);

    expect(manager.createCircuitBreaker('orders', { failureThreshold: 1 })).toBe(breaker);
    expect(breaker.state).toBe('open');
  });

  it('6.7: call, permit, wrapped function, decorated function, manager and legacy names count on one breaker', async () => {
    const manager = getUnifiedCircuitBreakerManager();
    const breaker = manager.createCircuitBreaker('orders');
    await breaker.call(() => 1);
    breaker.tryAcquire()?.success();
    await withBreaker(() => 1, { name: 'orders' })();
    await legacyDecorator('orders')(() => 1)();
    await manager.callWithCircuitBreaker('orders', () => 1);
    await circuitRegistry.getBreaker('orders').call(() => 1);

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 6, successfulCalls: 6 });
    expect(manager.getCircuitBreakerNames()).toEqual(['orders']);
  });
});
